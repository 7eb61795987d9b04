import type { Ctx, Env } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import type { DriveCall, DriveClient } from './session.ts';

/** Protocol reference §2.8, §7.2. */
const WAITS_MS: readonly number[] = [1000, 2000, 4000];
/** Who asks for more gets no further call: whoever waits had better hear why. */
const LONGEST_WAIT_MS = 10_000;

export type Waiting = Pick<Env, 'clock' | 'random'>;

/**
 * Repeats a call that failed for reasons that pass, at most three times, each after a longer wait.
 *
 * @param look Told apart by it: after a failure that leaves open whether PikPak has done it (no answer, or one that can't be read), it is
 *   asked first, and what it finds is the outcome. Without it the call must be one that may be made twice.
 */
export async function attempt<T>(
  act: () => Promise<T>,
  { clock, random }: Waiting,
  { signal, look }: { readonly signal: AbortSignal; readonly look?: () => Promise<T | undefined> },
): Promise<T> {
  for (const wait of WAITS_MS) {
    try {
      return await act();
    } catch (error) {
      if (!passes(error)) throw error;
      const spread = Math.round(wait * (0.5 + random.fraction() / 2));
      await clock.sleep(Math.max(error.retryAfterMs ?? 0, spread), signal);
      const refused = error.code === 'rate_limited';
      const done = refused ? undefined : await look?.();
      if (done !== undefined) return done;
    }
  }
  return act();
}

/** A client for calls that change nothing when they are made twice: reading, and PATCH, which says what a thing is to be called. */
export function patientDrive(drive: Pick<DriveClient, 'call'>, waiting: Waiting): Pick<DriveClient, 'call'> {
  return {
    call: (call: DriveCall, ctx: Ctx) =>
      call.method === 'POST'
        ? drive.call(call, ctx)
        : attempt(() => drive.call(call, ctx), waiting, { signal: ctx.signal }),
  };
}

/** Whether PikPak refused with this name of an error (protocol reference §2.7). */
export function isRefusal(error: unknown, name: string): boolean {
  return error instanceof StorageError && error.detail.vendorCode === name;
}

function passes(error: unknown): error is StorageError {
  return (
    error instanceof StorageError && error.retry === 'later' && (error.retryAfterMs ?? 0) <= LONGEST_WAIT_MS
  );
}
