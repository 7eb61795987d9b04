import type { Ctx, UploadSource } from '../core/driver.ts';
import { isAbort, StorageError } from '../core/errors.ts';
import type { Clock, Log } from '../core/runtime.ts';
import type { UploadTarget } from '../core/driver.ts';
import type { LeftUpload } from './spool.ts';

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
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Goes on with the uploads that a process before this one has left, one after the other, so that they don't take the line from whoever
 * is there now. Never fails; it ends when all have come to an end, or the signal fires.
 */
export async function goOn(
  left: readonly LeftUpload[],
  options: GoingOnOptions,
  signal: AbortSignal,
): Promise<void> {
  const waiting: Promise<void>[] = [];
  for (const upload of left) {
    if (signal.aborted) return;
    const later = await tryOnce(upload, options, signal);
    if (later) waiting.push(tryLater(upload, options, signal));
  }
  await Promise.all(waiting);
}

async function tryLater(upload: LeftUpload, options: GoingOnOptions, signal: AbortSignal): Promise<void> {
  try {
    for (const wait of WAITS_MS) {
      await options.clock.sleep(wait, signal);
      if (!(await tryOnce(upload, options, signal))) return;
    }
  } catch (error) {
    if (isAbort(error)) return; // the next process goes on
    throw error;
  }
  options.log.warn({ path: upload.target.path }, 'an upload from before the start was given up');
  await giveUp(upload, options, signal);
}

async function giveUp(
  { file, target }: LeftUpload,
  { drop, log }: GoingOnOptions,
  signal: AbortSignal,
): Promise<void> {
  try {
    await drop(target, file, { signal, priority: 'background' });
  } catch (error) {
    if (signal.aborted) return;
    log.warn({ path: target.path, error }, 'what was begun of an upload could not be taken back');
  }
  await file.discard();
}

/** True when it is worth another try. */
async function tryOnce(left: LeftUpload, options: GoingOnOptions, signal: AbortSignal): Promise<boolean> {
  const { file, target } = left;
  const { upload, log } = options;
  file.willTryAgain();
  try {
    await upload(target, file, { signal, priority: 'background' });
    log.info({ path: target.path, bytes: file.size }, 'an upload from before the start is done');
  } catch (error) {
    if (signal.aborted) return false;
    const later = error instanceof StorageError && error.retry === 'later';
    log.warn({ path: target.path, error, later }, 'an upload from before the start could not go on');
    if (!later) await giveUp(left, options, signal);
    return later;
  }
  await file.discard();
  return false;
}
