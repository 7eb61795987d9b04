import { createHmac, randomBytes } from 'node:crypto';
import { sameSecret } from './secret-compare.ts';

/** Opaque tokens that need no memory: what they say, for what scope, and until when. */
export interface SealedTokens {
  /** A token that says `value` to whoever asks within the same scope, for `lifeMs`. */
  seal(scope: string, value: string, lifeMs: number): string;
  /** What the token says; undefined when it is not ours, for another scope, or too old. */
  open(scope: string, token: string): string | undefined;
}

/** Tokens for paging and for pass codes, which clients must treat as opaque (protocol reference §3.2, §6.2). */
export function createSealedTokens(now: () => number): SealedTokens {
  const key = randomBytes(32);
  const mac = (scope: string, payload: string): string =>
    createHmac('sha256', key).update(`${scope}\0${payload}`).digest('base64url').slice(0, 22);
  return {
    seal(scope, value, lifeMs) {
      const payload = Buffer.from(JSON.stringify([now() + lifeMs, value])).toString('base64url');
      return `${payload}.${mac(scope, payload)}`;
    },
    open(scope, token) {
      const [payload, signature, ...rest] = token.split('.');
      if (payload === undefined || signature === undefined || rest.length > 0) return undefined;
      if (!sameSecret(mac(scope, payload), signature)) return undefined;
      const parsed: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
      if (!Array.isArray(parsed)) return undefined;
      const [expiresAt, value]: unknown[] = parsed;
      if (typeof expiresAt !== 'number' || typeof value !== 'string') return undefined;
      return now() < expiresAt ? value : undefined;
    },
  };
}
