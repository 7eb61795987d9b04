import { randomBytes, randomInt } from 'node:crypto';
import { abortError, throwIfAborted } from '../core/abort.ts';
import type { Clock, Random } from '../core/runtime.ts';

/** `setTimeout` fires at once for anything longer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const FRACTION_STEPS = 2 ** 47;

/** The machine's clock. Sleeps of any length; one that is not positive yields once. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    async sleep(ms, signal) {
      const end = performance.now() + ms;
      do {
        const left = Math.max(0, end - performance.now());
        await timer(Math.min(left, LONGEST_TIMER_MS), signal);
      } while (performance.now() < end);
    },
  };
}

/** The operating system's randomness, fit for tokens and ids. */
export function systemRandom(): Random {
  return {
    bytes: (length) => new Uint8Array(randomBytes(length)),
    fraction: () => randomInt(FRACTION_STEPS) / FRACTION_STEPS,
  };
}

function timer(ms: number, signal: AbortSignal): Promise<void> {
  throwIfAborted(signal);
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(handle);
      reject(abortError(signal.reason));
    };
    const handle = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** The process's own memory. */
export function systemMemory(): { resident(): number; collect(): void } {
  return { resident: () => process.memoryUsage.rss(), collect: () => Bun.gc(true) };
}
