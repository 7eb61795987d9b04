import type { Layer } from '../core/driver.ts';
import type { EntryId } from '../core/entry.ts';
import type { Clock, Random } from '../core/runtime.ts';
import { cache, type CacheOptions } from './cache.ts';
import type { Pace } from './pace.ts';
import { retry, type RetryOptions } from './retry.ts';
import { singleFlight } from './single-flight.ts';
import { timeout, type Timeouts } from './timeout.ts';
import { trace, type TraceEvent } from './trace.ts';

export interface StandardOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly cache: Omit<CacheOptions, 'clock'>;
  /** Shared by the storages of one account and egress; absent where nothing limits the calls, as for a local disk. */
  readonly pace?: Pace;
  readonly retry?: Omit<RetryOptions, 'clock' | 'random'>;
  readonly timeouts?: Partial<Timeouts>;
  /** Told of every call: what clients saw, answers from memory included. For metrics. */
  readonly onCall?: (event: TraceEvent) => void;
  /** Told of the calls that memory could not answer: what the storage is doing. For the storage's status. */
  readonly onUpstream?: (event: TraceEvent) => void;
}

/** The layers of one storage, and what its owner steers them by. */
export interface StandardLayers {
  /** For `applyLayers`. */
  readonly layers: readonly Layer[];
  /** The next listing of `dir` comes from upstream, and from a call that begins after this one. */
  invalidate(dir: EntryId): void;
  /** The next link of this file comes from upstream, and from a call that begins after this one. */
  forgetLinks(id: EntryId): void;
  /** Lets go of everything in memory. */
  clear(): void;
}

/**
 * The layers in their order: trace, cache, single-flight, trace, retry, pace, timeout. A hit costs nothing; one flight includes its
 * retries; each attempt takes a token and has its own time limit.
 *
 * `onUpstream` sits below the cache, because a hit says nothing about the cloud: it would show a broken storage as well.
 */
export function standardLayers(options: StandardOptions): StandardLayers {
  const { clock, random, onCall, onUpstream } = options;
  const memory = cache({ ...options.cache, clock });
  const flights = singleFlight();
  return {
    layers: [
      ...(onCall === undefined ? [] : [trace({ clock, listener: onCall })]),
      memory.layer,
      flights.layer,
      ...(onUpstream === undefined ? [] : [trace({ clock, listener: onUpstream })]),
      retry({ ...options.retry, clock, random }),
      ...(options.pace === undefined ? [] : [options.pace.layer]),
      timeout({ clock, timeouts: options.timeouts ?? {} }),
    ],
    invalidate(dir) {
      memory.invalidate(dir);
      flights.forget();
    },
    forgetLinks(id) {
      memory.forgetLinks(id);
      flights.forget();
    },
    clear() {
      memory.clear();
      flights.forget();
    },
  };
}
