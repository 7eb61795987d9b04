import { waitOrAbort } from '../core/abort.ts';
import type { Call, Layer, OpName } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import type { Clock } from '../core/runtime.ts';

/** Milliseconds for one attempt of an operation, for each hundred of its `ids`; `undefined` for no limit. */
export type Timeouts = { readonly [K in OpName]: number | undefined };

/** `copy` and `move` of folders take clouds a while; an upload takes as long as its bytes. */
export const DEFAULT_TIMEOUTS: Timeouts = {
  list: 30_000,
  stat: 30_000,
  link: 30_000,
  variants: 30_000,
  read: 30_000,
  thumbnail: 60_000,
  quota: 30_000,
  inspect: 30_000,
  shareTicket: 30_000,
  restore: 150_000,
  share: 30_000,
  listShares: 30_000,
  unshare: 30_000,
  mkdir: 30_000,
  rename: 30_000,
  move: 120_000,
  copy: 120_000,
  remove: 120_000,
  listTrash: 30_000,
  untrash: 120_000,
  purgeTrashed: 120_000,
  emptyTrash: 120_000,
  star: 30_000,
  listStarred: 30_000,
  offline: 60_000,
  jobs: 30_000,
  retryJob: 30_000,
  removeJob: 30_000,
  allowances: 30_000,
  upload: undefined,
  leftUpload: 120_000,
};

export interface TimeoutOptions {
  readonly clock: Clock;
  readonly timeouts?: Partial<Timeouts>;
}

/**
 * Ends calls that take too long with `timeout`, and calls whose signal has fired with an AbortError, whether the driver
 * listens or not. For `read` the limit is until the stream is there; its bytes may take their time.
 *
 * @throws Error when a limit is not a positive number.
 */
export function timeout({ clock, timeouts = {} }: TimeoutOptions): Layer {
  const limits = { ...DEFAULT_TIMEOUTS, ...timeouts };
  for (const [op, ms] of Object.entries(limits)) {
    if (ms !== undefined && !(ms > 0)) throw new Error(`timeout of ${op} must be above 0`);
  }
  return <K extends OpName>(op: K, next: Call<K>): Call<K> => {
    const limit = limits[op];
    return async function timed(args, ctx) {
      const ms = limit === undefined ? undefined : limit * hundredsIn(args);
      if (ms === undefined) return waitOrAbort(next(args, ctx), ctx.signal, discard);
      const late = new AbortController();
      const timer = new AbortController();
      const signal = AbortSignal.any([ctx.signal, late.signal]);
      clock.sleep(ms, timer.signal).then(
        () => late.abort(),
        () => {}, // the call has ended before its time
      );
      try {
        return await waitOrAbort(next(args, { ...ctx, signal }), signal, discard);
      } catch (error) {
        throw late.signal.aborted && !ctx.signal.aborted ? tookTooLong(op, ms, error) : error;
      } finally {
        timer.abort();
      }
    };
  };
}

/** Clouds take so many entries at once, and time for each lot. */
function hundredsIn(args: object): number {
  return 'ids' in args && Array.isArray(args.ids) ? Math.max(1, Math.ceil(args.ids.length / 100)) : 1;
}

function tookTooLong(op: OpName, ms: number, cause: unknown): StorageError {
  return new StorageError('timeout', `the storage did not answer within ${ms / 1000} s`, {
    retry: 'later',
    detail: { op, remedy: 'Try again. If it stays slow, check the network or the egress of this storage.' },
    cause,
  });
}

/** Lets go of a stream that came when nobody waited for it any more. */
function discard(result: unknown): void {
  if (!(result instanceof ReadableStream)) return;
  result.cancel().catch(() => {}); // it is of no use to anyone
}
