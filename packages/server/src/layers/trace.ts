import type { Call, Layer, OpName } from '../core/driver.ts';
import { isAbort, StorageError } from '../core/errors.ts';
import type { Clock } from '../core/runtime.ts';

/** How one call went. For `read` and `link` this is about getting the stream or URL, not about the bytes. */
export interface TraceEvent {
  readonly op: OpName;
  /** From call to outcome, in ms. */
  readonly ms: number;
  /** `aborted` says nothing about the storage: whoever asked has left. */
  readonly outcome: 'ok' | 'failed' | 'aborted';
  /** Set when the outcome is `failed`. Anything but a `StorageError` is a mistake in a driver. */
  readonly error?: unknown;
}

export interface TraceOptions {
  readonly clock: Clock;
  /** Told of each call once, before its caller is. Must not throw. */
  readonly listener: (event: TraceEvent) => void;
}

/** Reports every call, and puts the operation's name into the errors that pass. */
export function trace({ clock, listener }: TraceOptions): Layer {
  return <K extends OpName>(op: K, next: Call<K>): Call<K> =>
    async function traced(args, ctx) {
      const start = clock.now();
      const report = (outcome: TraceEvent['outcome'], error?: unknown): void => {
        const ms = Math.max(0, clock.now() - start);
        listener(error === undefined ? { op, ms, outcome } : { op, ms, outcome, error });
      };
      try {
        const result = await next(args, ctx);
        report('ok');
        return result;
      } catch (error) {
        if (isAbort(error)) {
          report('aborted');
          throw error;
        }
        const named = error instanceof StorageError ? error.withDetail({ op }) : error;
        report('failed', named);
        throw named;
      }
    };
}
