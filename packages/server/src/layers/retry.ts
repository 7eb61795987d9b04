import type { Call, Layer, OpName } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import type { Clock, Random } from '../core/runtime.ts';

export interface RetryOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Calls in all, the first included. Default 3. */
  readonly attempts?: number;
  /** Wait before the second call, before jitter; it doubles from call to call. Default 500 ms. */
  readonly baseMs?: number;
  /** The longest wait. A storage that asks for more gets no further call. Default 10 s. */
  readonly maxWaitMs?: number;
}

/** Repeating these changes nothing. `read` counts until its stream is there; what flows then is not looked at. */
const SAFE: ReadonlySet<OpName> = new Set<OpName>([
  'list',
  'stat',
  'link',
  'variants',
  'read',
  'quota',
  'inspect',
  'shareTicket',
  'listShares',
  'listTrash',
  'listStarred',
  'jobs',
  'removeJob',
  'allowances',
]);

/**
 * Repeats safe calls that failed with `retry: 'later'`. Waits `baseMs · 2ⁿ`, spread over its upper half, or what the storage asks for when
 * that is longer. The last error is passed on as it is.
 *
 * @throws Error when an option makes no sense.
 */
export function retry(options: RetryOptions): Layer {
  const { clock, random, attempts = 3, baseMs = 500, maxWaitMs = 10_000 } = options;
  if (!Number.isInteger(attempts) || attempts < 1) throw new Error('retry attempts must be 1 or more');
  if (!(baseMs >= 0) || !(maxWaitMs >= 0)) throw new Error('retry waits must not be negative');

  const waitAfter = (error: unknown, attempt: number): number | undefined => {
    if (attempt >= attempts || !(error instanceof StorageError) || error.retry !== 'later') return undefined;
    const asked = error.retryAfterMs ?? 0;
    if (asked > maxWaitMs) return undefined;
    const backoff = Math.min(baseMs * 2 ** (attempt - 1), maxWaitMs);
    return Math.max(asked, backoff * (0.5 + random.fraction() / 2));
  };

  return <K extends OpName>(op: K, next: Call<K>): Call<K> => {
    if (!SAFE.has(op)) return next;
    return async function retried(args, ctx) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await next(args, ctx);
        } catch (error) {
          const wait = ctx.signal.aborted ? undefined : waitAfter(error, attempt);
          if (wait === undefined) throw error;
          await clock.sleep(wait, ctx.signal);
        }
      }
    };
  };
}
