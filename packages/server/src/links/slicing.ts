const MIB = 2 ** 20;

/** Streams that may each keep one long upstream request however slow their client is: some 2 MB of the runtime's buffers each. */
const FEW = 8;
/** What slow clients together may hold of bytes that are on their way. */
const BUDGET_BYTES = 16 * MIB;
const LEAST_BYTES = 64 * 1024;
const MOST_BYTES = MIB / 2;
/** A slice is what a client takes in so long: then it never waits long for the next, and nothing lies about for minutes. */
const SLICE_MS = 150;
/** A client must have been watched for so long before it is told apart: networks swallow the first MB unseen. */
const WATCHED_MS = 2_000;
/** Bytes in a millisecond above which short requests cost more than they save. */
const SLOW_BELOW = MIB / 1000;
/** How much of the time a stream may wait for a client before it is the client that is slow, not the cloud. */
const SLOW_WAIT_SHARE = 0.1;

/** How long a stream on a long request may wait for its client, once there are many, before it gives the request up. */
export const PARK_AFTER_MS = 1_000;
/** The same when there are few: a paused film keeps no connection to the cloud for hours. */
export const PARK_ALONE_AFTER_MS = 60_000;

/** Whether so many streams run that the memory of each counts. */
export function isCrowded(open: number): boolean {
  return open > FEW;
}

/** What a stream has seen of its client so far. */
export interface Pace {
  readonly sentBytes: number;
  /** Of the time that has passed, what was spent waiting for the client. */
  readonly waitedMs: number;
  readonly elapsedMs: number;
}

/** Bytes of one request for a stream whose client is slow, of `open` streams. */
export function sliceBytes(open: number, pace?: Pace): number {
  const fair = Math.min(MOST_BYTES, BUDGET_BYTES / Math.max(1, open));
  const taken = pace === undefined ? fair : (pace.sentBytes / Math.max(1, pace.elapsedMs)) * SLICE_MS;
  return Math.floor(Math.max(LEAST_BYTES, Math.min(fair, taken)));
}

/** Whether a long request is worth its memory: the client takes much, or all that the cloud gives. */
export function isFast({ sentBytes, waitedMs, elapsedMs }: Pace): boolean {
  if (elapsedMs < WATCHED_MS) return false;
  return sentBytes / elapsedMs >= SLOW_BELOW || waitedMs <= elapsedMs * SLOW_WAIT_SHARE;
}
