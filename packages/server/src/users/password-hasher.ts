import { createGate, GateFullError } from '../core/gate.ts';
import { AuthError } from './user.ts';

/** Slow hashes of passwords, a bounded number at a time. */
export interface PasswordHasher {
  /** @returns a hash for `matches`, in the PHC format. @throws AuthError 429 when too many wait. */
  hash(text: string): Promise<string>;
  /** False for a hash that is empty or of no known kind. @throws AuthError 429 when too many wait. */
  matches(text: string, hash: string): Promise<boolean>;
}

/** OWASP's second choice for argon2id: 19 MiB and two passes, some 30 ms on a small server. */
const ARGON2ID = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const;

/** At 19 MiB each, so that a flood of sign-ins does not eat the memory of a small machine. */
const AT_ONCE = 2;
/** A second or so of waiting; who comes later is sent away. */
const MAX_WAITING = 32;
const RETRY_AFTER_MS = 2000;
const TOO_MANY = 'Too many sign-ins at this moment. Try again in a few seconds.';

/** @param engine what hashes; argon2id unless a test says otherwise */
export function createPasswordHasher(engine: PasswordHasher = argon2id): PasswordHasher {
  const gate = createGate({ atOnce: AT_ONCE, maxWaiting: MAX_WAITING });
  const inTurn = <T>(job: () => Promise<T>): Promise<T> =>
    gate(job).catch((error: unknown) => {
      throw error instanceof GateFullError ? new AuthError(429, TOO_MANY, RETRY_AFTER_MS) : error;
    });
  return {
    hash: (text) => inTurn(() => engine.hash(text)),
    matches: (text, hash) => inTurn(() => engine.matches(text, hash)),
  };
}

const argon2id: PasswordHasher = {
  hash: (text) => Bun.password.hash(text, ARGON2ID),
  async matches(text, hash) {
    return hash.startsWith('$argon2id$') && (await Bun.password.verify(text, hash));
  },
};
