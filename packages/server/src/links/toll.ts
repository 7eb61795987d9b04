import { LRUCache } from 'lru-cache';
import type { Clock } from '../core/runtime.ts';

/** Bytes per second that may pass; 0 for no limit. */
export interface Bandwidth {
  readonly total: number;
  /** For each client address. */
  readonly perClient: number;
  /** For each user who has signed in, from whatever address. */
  readonly perUser: number;
}

/** Who takes bytes. */
export interface Payer {
  readonly address?: string;
  readonly user?: number;
}

/** Counts bytes against limits of bandwidth. */
export interface Tolls {
  /**
   * Counts bytes that have passed for a client and, when it has signed in, for its user.
   * @returns milliseconds for which that client's stream has to rest before it takes more
   */
  spend(payer: Payer, bytes: number): number;
}

const MAX_CLIENTS = 10_000;
/** Bytes of so many seconds may pass at once after a rest. */
const BURST_S = 1;

/** When, in ms, everything that has passed would have passed at exactly the limit. */
interface Meter {
  paidUntil: number;
}

/** @param bandwidth asked at every call: the limits are settings */
export function createTolls(clock: Clock, bandwidth: () => Bandwidth): Tolls {
  const all: Meter = { paidUntil: 0 };
  const clients = new LRUCache<string, Meter>({ max: MAX_CLIENTS });
  const users = new LRUCache<number, Meter>({ max: MAX_CLIENTS });
  const charge = (meter: Meter, bytes: number, perSecond: number): number => {
    if (!(perSecond > 0)) return 0;
    const now = clock.now();
    meter.paidUntil = Math.max(meter.paidUntil, now - BURST_S * 1000) + (bytes / perSecond) * 1000;
    return Math.max(0, meter.paidUntil - now);
  };
  return {
    spend({ address = '', user }, bytes) {
      const { total, perClient, perUser } = bandwidth();
      return Math.max(
        charge(all, bytes, total),
        perClient > 0 ? charge(meterOf(clients, address), bytes, perClient) : 0,
        perUser > 0 && user !== undefined ? charge(meterOf(users, user), bytes, perUser) : 0,
      );
    },
  };
}

function meterOf<K extends string | number>(meters: LRUCache<K, Meter>, key: K): Meter {
  const meter = meters.get(key) ?? { paidUntil: 0 };
  meters.set(key, meter);
  return meter;
}
