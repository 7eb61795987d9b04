import { abortError, throwIfAborted } from '../src/core/abort.ts';
import type { Clock, Random } from '../src/core/runtime.ts';

interface Sleeper {
  readonly due: number;
  wake(): void;
}

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /**
   * Moves time on. Sleepers wake in the order of their due times, each seeing its own due time as `now`, and what they
   * do then (sleep again, say) happens before the next one wakes.
   */
  advance(ms: number): Promise<void>;
  /** How many sleep now. */
  sleepers(): number;
}

/** A clock for tests. It starts at a fixed moment, so that dates in failures are the same in every run. */
export function fakeClock(start = Date.UTC(2026, 0, 1)): FakeClock {
  let now = start;
  const sleeping = new Set<Sleeper>();
  const nextDue = (end: number): Sleeper | undefined =>
    [...sleeping].filter((s) => s.due <= end).sort((a, b) => a.due - b.due)[0];

  return {
    now: () => now,
    sleepers: () => sleeping.size,
    async sleep(ms, signal) {
      throwIfAborted(signal);
      await new Promise<void>((resolve, reject) => {
        const end = (): void => {
          sleeping.delete(sleeper);
          signal.removeEventListener('abort', onAbort);
        };
        const onAbort = (): void => {
          end();
          reject(abortError(signal.reason));
        };
        const sleeper: Sleeper = {
          due: now + Math.max(0, ms),
          wake() {
            end();
            resolve();
          },
        };
        sleeping.add(sleeper);
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (let next = nextDue(end); next !== undefined; next = nextDue(end)) {
        now = Math.max(now, next.due);
        next.wake();
        await settle();
      }
      now = end;
    },
  };
}

/** Randomness for tests: every draw is `fraction`, every byte the next of 0, 1, 2… */
export function fakeRandom(fraction = 0.5): Random {
  let next = 0;
  return {
    bytes: (length) => Uint8Array.from({ length }, () => next++ % 256),
    fraction: () => fraction,
  };
}

/** Lets promises that are ready run, and what they lead to, without time passing. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });
}
