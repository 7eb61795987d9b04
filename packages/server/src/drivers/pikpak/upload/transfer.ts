import type { UploadSource } from '../../../core/driver.ts';
import { attempt, type Waiting } from '../attempts.ts';
import { changed, checkedBytes } from './checked-bytes.ts';
import { gcidOf } from './gcid.ts';
import { type ObjectStore, TicketOver } from './object-store.ts';
import { type Part, partsOf } from './parts.ts';

/** Parts of one file that are sent at once. */
const AT_ONCE = 4;

/** Bytes to be brought into the store. */
export interface Transfer {
  readonly store: ObjectStore;
  readonly source: UploadSource;
  /** Upper case. */
  readonly gcid: string;
  readonly waiting: Waiting;
  readonly signal: AbortSignal;
  /** Told of a multipart upload, which must be completed or aborted from then on. */
  onBegun(uploadId: string): void;
}

/**
 * Sends a source's bytes: one put up to 10 MiB, otherwise in parts (protocol reference §4.7). Each request is repeated up to three times.
 * The store never gets a whole object whose hash is not the announced one.
 * @throws TicketOver; StorageError `protocol` when the source gives other bytes than it announced; what the source throws.
 */
export async function transfer(job: Transfer): Promise<void> {
  const { store, source, gcid, waiting, signal } = job;
  const parts = partsOf(source.size);
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) {
    const put = () => store.put(checkedBytes(source, first, gcid), source.size, signal);
    return attempt(put, waiting, { signal });
  }
  const uploadId = await attempt(() => store.initiate(signal), waiting, { signal });
  job.onBegun(uploadId);
  const sent = await sendParts(job, uploadId, parts);
  if (gcidOf(sent.map(({ hashes }) => hashes)) !== gcid) throw changed();
  const etags = sent.map(({ etag }) => etag);
  await complete(job, uploadId, etags);
}

/** The store forgets an upload that is complete: told so at a repetition, the first answer was only lost. */
async function complete(
  { store, waiting, signal }: Transfer,
  uploadId: string,
  etags: readonly string[],
): Promise<void> {
  let tries = 0;
  const once = async (): Promise<void> => {
    tries += 1;
    try {
      await store.complete(uploadId, etags, signal);
    } catch (error) {
      const forgotten = error instanceof TicketOver && error.code === 'NoSuchUpload';
      if (!forgotten || tries === 1) throw error;
    }
  };
  await attempt(once, waiting, { signal });
}

interface SentPart {
  readonly etag: string;
  readonly hashes: Uint8Array;
}

/** All parts in their order. The first that fails for good stops the others. */
async function sendParts(
  job: Transfer,
  uploadId: string,
  parts: readonly Part[],
): Promise<readonly SentPart[]> {
  const failed = new AbortController();
  const signal = AbortSignal.any([job.signal, failed.signal]);
  const queue = parts.values();
  const sent = new Map<number, SentPart>();
  const work = async (): Promise<void> => {
    for (const part of queue) sent.set(part.number, await sendPart({ ...job, signal }, uploadId, part));
  };
  const workers = Array.from({ length: AT_ONCE }, work);
  try {
    await Promise.all(workers);
  } catch (error) {
    failed.abort();
    await Promise.allSettled(workers);
    throw error;
  }
  return parts.flatMap(({ number }) => sent.get(number) ?? []);
}

function sendPart(
  { store, source, waiting, signal }: Omit<Transfer, 'onBegun'>,
  uploadId: string,
  part: Part,
): Promise<SentPart> {
  const send = async (): Promise<SentPart> => {
    const bytes = checkedBytes(source, part);
    const length = part.end - part.start;
    const etag = await store.putPart({ uploadId, number: part.number, length }, bytes, signal);
    return { etag, hashes: bytes.blockHashes() };
  };
  return attempt(send, waiting, { signal });
}
