import { createHash } from 'node:crypto';

/** Part of every AList installation; browsers hash with it before they send (API reference §2.3). */
const SALT = 'https://github.com/alist-org/alist';

/** AList's static hash of a password: what `/api/auth/login/hash` takes, in lower-case hex. */
export function staticHash(password: string): string {
  return createHash('sha256').update(`${password}-${SALT}`).digest('hex');
}

/** True for what can be a static hash. */
export function isStaticHash(text: string): boolean {
  return /^[\da-f]{64}$/.test(text);
}
