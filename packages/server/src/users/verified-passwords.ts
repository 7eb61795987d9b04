import { createHmac } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock, Random } from '../core/runtime.ts';
import type { UserRow } from '../store/port.ts';

/**
 * Remembers which passwords have been found right, for clients that send theirs with every request: the slow hash is then asked once. A
 * password is kept only as a digest under a key of this process, and holds only for the stored hash it was compared with: a
 * changed password ends it.
 */
export interface VerifiedPasswords {
  /** True when this password was found right for this very row a while ago. */
  knows(user: UserRow, password: string): boolean;
  add(user: UserRow, password: string): void;
  /** Stands for a name and a password, to have one comparison for all who ask at once. Reveals neither. */
  keyOf(username: string, password: string): string;
}

const MAX_ENTRIES = 1000;
const LIFE_MS = 10 * 60_000;

export function createVerifiedPasswords(clock: Clock, random: Random): VerifiedPasswords {
  const secret = random.bytes(32);
  const entries = new LRUCache<string, { readonly hash: string; readonly until: number }>({
    max: MAX_ENTRIES,
  });
  const keyOf = (username: string, password: string): string =>
    createHmac('sha256', secret).update(`${username}\0${password}`).digest('base64url');
  return {
    keyOf,
    knows(user, password) {
      const entry = entries.get(keyOf(user.username, password));
      return entry !== undefined && entry.hash === user.passwordHash && clock.now() < entry.until;
    },
    add(user, password) {
      const until = clock.now() + LIFE_MS;
      entries.set(keyOf(user.username, password), { hash: user.passwordHash, until });
    },
  };
}
