import type { Ctx, UploadSource } from '../core/driver.ts';
import { isAbort, StorageError } from '../core/errors.ts';
import type { Clock, Log } from '../core/runtime.ts';
import type { UploadTarget } from '../core/driver.ts';
import type { Departures, Following, LeftUpload } from './departures.ts';

/** Waits before an upload is tried again that its storage could not take now; then it is given up. 25 hours in all. */
const WAITS_MS: readonly number[] = [
  60_000,
  300_000,
  900_000,
  ...Array.from({ length: 24 }, () => 3_600_000),
];

export interface GoingOnOptions {
  /** Puts a file into the tree. */
  readonly upload: (target: UploadTarget, source: UploadSource, ctx: Ctx) => Promise<unknown>;
  /** Takes back what was begun of it. */
  readonly drop: (target: UploadTarget, source: UploadSource, ctx: Ctx) => Promise<unknown>;
  readonly follow: Departures['follow'];
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Goes on with uploads that a process before this one has left, or whose first try has failed, one after the other, so that they don't take the line from whoever
 * is there now. Never fails; it ends when all have come to an end, or the signal fires.
 */
export async function goOn(
  left: readonly LeftUpload[],
  options: GoingOnOptions,
  signal: AbortSignal,
): Promise<void> {
  const waiting: Promise<void>[] = [];
  const attempts = left.map((one): Attempt => {
    const following = options.follow(one.file);
    return { left: one, following, signal: AbortSignal.any([signal, following.signal]) };
  });
  for (const attempt of attempts) {
    if (signal.aborted) return;
    const later = await tryOnce(attempt, options, signal);
    if (later) waiting.push(tryLater(attempt, options, signal));
  }
  await Promise.all(waiting);
}

/** One upload, and those who ask for it. */
interface Attempt {
  readonly left: LeftUpload;
  readonly following: Following;
  /** Fires when the gateway stops, or the upload's owner wants it no more. */
  readonly signal: AbortSignal;
}

async function tryLater(attempt: Attempt, options: GoingOnOptions, stopping: AbortSignal): Promise<void> {
  const { path } = attempt.left.target;
  try {
    for (const wait of WAITS_MS) {
      await options.clock.sleep(wait, attempt.signal);
      if (!(await tryOnce(attempt, options, stopping))) return;
    }
    options.log.warn({ path }, 'an upload that was gone on with was given up');
  } catch (error) {
    if (!isAbort(error)) throw error;
    if (stopping.aborted) return; // the next process goes on
  }
  await giveUp(attempt, options, stopping);
}

async function giveUp(
  { left: { file, target }, following }: Attempt,
  { drop, log }: GoingOnOptions,
  stopping: AbortSignal,
): Promise<void> {
  try {
    await drop(target, file, { signal: stopping, priority: 'background' });
  } catch (error) {
    if (stopping.aborted) return;
    log.warn({ path: target.path, error }, 'what was begun of an upload could not be taken back');
  }
  await file.discard();
  await following.end(false);
}

/** True when it is worth another try. */
async function tryOnce(attempt: Attempt, options: GoingOnOptions, stopping: AbortSignal): Promise<boolean> {
  const { left, following, signal } = attempt;
  const { file, target } = left;
  const { upload, log } = options;
  file.willTryAgain();
  try {
    await following.attempt(() => upload(target, file, { signal, priority: 'background' }));
    log.info({ path: target.path, bytes: file.size }, 'an upload that was gone on with is done');
  } catch (error) {
    if (stopping.aborted) return false;
    const later = error instanceof StorageError && error.retry === 'later' && !signal.aborted;
    log.warn({ path: target.path, error, later }, 'an upload could not go on');
    if (!later) await giveUp(attempt, options, stopping);
    return later;
  }
  await file.discard();
  await following.end(true);
  return false;
}
