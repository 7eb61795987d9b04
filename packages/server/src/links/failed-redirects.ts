import { LRUCache } from 'lru-cache';
import type { Clock } from '../core/runtime.ts';

/** A request that was, or would be, answered with a redirect to a cloud. */
export interface RedirectedRequest {
  /** Who asks: address and user agent. */
  readonly client: string;
  readonly file: string;
  /** Its `Range` header. */
  readonly range: string | undefined;
}

/** Remembers which clients are no good at following redirects to clouds. */
export interface FailedRedirects {
  /** Whether this client is one of them. */
  has(client: string): boolean;
  /**
   * Whether a client that is about to be redirected keeps coming back from the same redirect, so that it must have failed with it; then
   * it counts as one of them. Notes the request otherwise.
   */
  cameBack(request: RedirectedRequest): boolean;
}

/** Sooner, no cloud can have refused it: that is a program that asks in a loop and never meant to follow. */
const LEAST_MS = 100;
const MOST_MS = 10_000;
/** Players get another chance after a day: networks change. */
const HELD_MS = 24 * 3_600_000;
const MAX_CLIENTS = 5_000;
const MAX_REQUESTS = 20_000;

/** Browsers ask for the beginning of a film twice as a matter of course. */
const COMEBACKS = 2;

interface Seen {
  readonly range: string;
  readonly at: number;
  readonly comebacks: number;
  /** Whether it came again faster than anyone can fail. */
  readonly looping: boolean;
}

/**
 * A client has failed that asks for one range again and again: one that succeeded goes on to others. Only requests for a range tell: players send them and can't say what went wrong, while whoever fetches a whole file twice may just want
 * it twice. Bounded; forgets everything at a restart.
 */
export function createFailedRedirects(clock: Clock): FailedRedirects {
  const perf = { now: () => clock.now() };
  const failed = new LRUCache<string, true>({ max: MAX_CLIENTS, ttl: HELD_MS, ttlResolution: 0, perf });
  const seen = new LRUCache<string, Seen>({ max: MAX_REQUESTS, ttl: MOST_MS, ttlResolution: 0, perf });
  return {
    has: (client) => failed.get(client) === true,
    cameBack({ client, file, range }) {
      if (range === undefined) return false;
      const key = JSON.stringify([client, file]);
      const last = seen.get(key);
      const now = clock.now();
      if (last?.range !== range) {
        seen.set(key, { range, at: now, comebacks: 0, looping: false });
        return false;
      }
      const looping = last.looping || now - last.at < LEAST_MS;
      const comebacks = last.comebacks + 1;
      seen.set(key, { range, at: now, comebacks, looping });
      if (looping || comebacks < COMEBACKS) return false;
      failed.set(client, true);
      seen.delete(key);
      return true;
    },
  };
}
