import { createHmac, timingSafeEqual } from 'node:crypto';
import type { TreePath } from '../core/path.ts';
import type { Clock } from '../core/runtime.ts';

/** Why a sign is refused: texts that clients compare (API reference §4.2). */
export type SignProblem = 'expire missing' | 'expire invalid' | 'sign expired' | 'sign invalid';

/**
 * AList's sign of a full path: base64url with padding of HMAC-SHA256 over `path:expire`, then `:expire` (API reference §4.2).
 *
 * @param expire Unix seconds, or 0 for never
 */
export function signPath(key: string, path: TreePath, expire: number): string {
  const mac = createHmac('sha256', key).update(`${path}:${expire}`).digest('base64');
  return `${mac.replaceAll('+', '-').replaceAll('/', '_')}:${expire}`;
}

/**
 * Checks a sign against every key that may have made it, in constant time. Whatever stands before the expiry is compared as a whole, so
 * that only the one canonical spelling of a sign holds.
 *
 * @param now Unix seconds
 * @returns what is wrong with it; undefined when it holds
 */
export function checkSign(
  keys: readonly string[],
  path: TreePath,
  sign: string,
  now: number,
): SignProblem | undefined {
  const given = sign.replace(/\/$/, ''); // some clients end every address with a slash
  const expiry = given.slice(given.lastIndexOf(':') + 1);
  if (expiry === '') return 'expire missing';
  if (!/^[+-]?\d{1,15}$/.test(expiry)) return 'expire invalid';
  const expire = Number(expiry);
  if (expire !== 0 && expire < now) return 'sign expired';
  const held = keys.map((key) => equal(given, signPath(key, path, expire)));
  return held.includes(true) ? undefined : 'sign invalid';
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Signs and checks download addresses. */
export interface LinkSigner {
  /** A sign for exactly this full path. */
  sign(fullPath: TreePath): string;
  /** @throws what `refuse` makes of the problem. */
  verify(fullPath: TreePath, sign: string): void;
}

export interface LinkSignerOptions {
  /** Those that may have made a sign; the first makes new ones. Each at least 32 random bytes. Read each time: keys are changed while the gateway runs. */
  readonly keys: readonly [string, ...string[]];
  readonly clock: Clock;
  /** How long new signs hold, in hours; 0 for ever. Asked each time, because it is a setting. */
  readonly hours: () => number;
  /** The error for a sign that does not hold. */
  readonly refuse: (problem: SignProblem) => Error;
}

const HOUR_S = 3600;

export function createLinkSigner(options: LinkSignerOptions): LinkSigner {
  const { clock, hours, refuse } = options;
  const now = (): number => Math.floor(clock.now() / 1000);
  return {
    sign(fullPath) {
      const life = hours();
      return signPath(options.keys[0], fullPath, life > 0 ? now() + Math.floor(life * HOUR_S) : 0);
    },
    verify(fullPath, sign) {
      const problem = checkSign(options.keys, fullPath, sign, now());
      if (problem !== undefined) throw refuse(problem);
    },
  };
}
