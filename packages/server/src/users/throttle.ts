import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../core/runtime.ts';
import { networkOf } from './network.ts';

/** How many failed sign-ins are allowed, and for how long they count. */
export interface ThrottleLimits {
  /** For one account from one network. */
  readonly perPair: number;
  /** From one network, whatever the accounts. */
  readonly perNetwork: number;
  /** For one account from all networks that it never signed in from. */
  readonly perAccount: number;
  /** Failures are forgotten this long after the last of them. */
  readonly windowMs: number;
}

/**
 * AList's limit for the pair (API reference §2.4). The others are wider: many people may share an address, and nobody
 * shall be able to lock an account from afar.
 */
const DEFAULT_LIMITS: ThrottleLimits = {
  perPair: 5,
  perNetwork: 20,
  perAccount: 30,
  windowMs: 5 * 60_000,
};

/** One sign-in that was let through. It counts as failed until it succeeds, so that guesses made at once count too. */
export interface Attempt {
  /** The password was right: forgets the failures of this account from this network. */
  succeeded(): void;
  /** The password was not looked at: the attempt doesn't count. */
  dropped(): void;
}

/** Slows down guessing. */
export interface Throttle {
  /** Lets a sign-in through, or says how long to wait, in ms. */
  admit(username: string, address: string): Attempt | { readonly waitMs: number };
}

/** Entries of each kind that are remembered; the longest unused goes first. */
const MAX_ENTRIES = 10_000;

/** Counts in memory, each kind in bounded space. A restart forgets them. */
export function createThrottle(clock: Clock, limits: ThrottleLimits = DEFAULT_LIMITS): Throttle {
  const pairs = createCounter(clock, limits.perPair, limits.windowMs);
  const networks = createCounter(clock, limits.perNetwork, limits.windowMs);
  const accounts = createCounter(clock, limits.perAccount, limits.windowMs);
  /** Pairs that signed in: their owner is not locked out by guesses from elsewhere. */
  const known = new LRUCache<string, true>({ max: MAX_ENTRIES });

  return {
    admit(username, address) {
      const account = createHash('sha256').update(username).digest('base64url');
      const network = networkOf(address);
      const pair = `${account} ${network}`;
      const watched: readonly [Counter, string][] = [
        [pairs, pair],
        [networks, network],
        ...(known.has(pair) ? [] : [[accounts, account] as [Counter, string]]),
      ];
      const waitMs = Math.max(...watched.map(([counter, key]) => counter.waitMs(key)));
      if (waitMs > 0) return { waitMs };
      for (const [counter, key] of watched) counter.add(key);
      const takeBack = (): void => {
        for (const [counter, key] of watched) counter.takeBack(key);
      };
      return {
        succeeded() {
          takeBack();
          pairs.clear(pair);
          known.set(pair, true);
        },
        dropped: takeBack,
      };
    },
  };
}

interface Counter {
  /** How long until the key may be used again; 0 for now. */
  waitMs(key: string): number;
  add(key: string): void;
  takeBack(key: string): void;
  clear(key: string): void;
}

function createCounter(clock: Clock, limit: number, windowMs: number): Counter {
  const entries = new LRUCache<string, { readonly count: number; readonly last: number }>({
    max: MAX_ENTRIES,
  });
  const current = (key: string): { readonly count: number; readonly last: number } | undefined => {
    const entry = entries.get(key);
    return entry !== undefined && clock.now() < entry.last + windowMs ? entry : undefined;
  };
  return {
    waitMs(key) {
      const entry = current(key);
      return entry === undefined || entry.count < limit ? 0 : entry.last + windowMs - clock.now();
    },
    add: (key) => void entries.set(key, { count: (current(key)?.count ?? 0) + 1, last: clock.now() }),
    takeBack(key) {
      const entry = current(key);
      if (entry !== undefined) entries.set(key, { ...entry, count: Math.max(0, entry.count - 1) });
    },
    clear: (key) => void entries.delete(key),
  };
}
