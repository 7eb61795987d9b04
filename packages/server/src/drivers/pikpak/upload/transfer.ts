import { createHash } from 'node:crypto';
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
  /** A multipart upload that was begun before, '' for none. */
  readonly uploadId: string;
  /** Told of a new multipart upload, which must be completed or aborted from then on. */
  onBegun(uploadId: string): Promise<void>;
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
  const uploadId = job.uploadId === '' ? await begin(job) : job.uploadId;
  const there = job.uploadId === '' ? new Map<number, string>() : await partsThere(job);
  const sent = await sendParts(job, { uploadId, parts, there });
  if (gcidOf(sent.map(({ hashes }) => hashes)) !== gcid) throw changed();
  const etags = sent.map(({ etag }) => etag);
  await complete(job, uploadId, etags);
}

async function begin(job: Transfer): Promise<string> {
  const { store, waiting, signal } = job;
  const uploadId = await attempt(() => store.initiate(signal), waiting, { signal });
  await job.onBegun(uploadId);
  return uploadId;
}

function partsThere({ store, uploadId, waiting, signal }: Transfer): Promise<ReadonlyMap<number, string>> {
  return attempt(() => store.parts(uploadId, signal), waiting, { signal });
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
  {
    uploadId,
    parts,
    there,
  }: {
    readonly uploadId: string;
    readonly parts: readonly Part[];
    /** Receipts of parts that came before, by number. */
    readonly there: ReadonlyMap<number, string>;
  },
): Promise<readonly SentPart[]> {
  const failed = new AbortController();
  const signal = AbortSignal.any([job.signal, failed.signal]);
  const queue = parts.values();
  const sent = new Map<number, SentPart>();
  const work = async (): Promise<void> => {
    for (const part of queue) {
      const known = await cameBefore(job.source, part, there.get(part.number));
      sent.set(part.number, known ?? (await sendPart({ ...job, signal }, uploadId, part)));
    }
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

/** A part that the store has already, if its receipt is that of our bytes: an ETag is the MD5 (protocol reference §4.7). */
async function cameBefore(source: UploadSource, part: Part, etag = ''): Promise<SentPart | undefined> {
  if (etag === '') return undefined;
  const bytes = checkedBytes(source, part);
  const md5 = createHash('md5');
  const body: AsyncIterable<Uint8Array> = bytes.body;
  for await (const chunk of body) md5.update(chunk);
  const same = md5.digest('hex') === etag.replaceAll('"', '').toLowerCase();
  return same ? { etag, hashes: bytes.blockHashes() } : undefined;
}

function sendPart(
  { store, source, waiting, signal }: Pick<Transfer, 'store' | 'source' | 'waiting' | 'signal'>,
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
