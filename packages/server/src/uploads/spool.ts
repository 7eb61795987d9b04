import { randomBytes } from 'node:crypto';
import { throwIfAborted } from '../core/abort.ts';
import type { ContentHash } from '../core/content-hash.ts';
import type { HashKind } from '../core/entry.ts';
import { isAbort, StorageError } from '../core/errors.ts';
import type { Clock, Log } from '../core/runtime.ts';
import { type Arrivals, createArrivals } from './arrivals.ts';
import { COMMON_HASHES, HashSet } from './content-hashes.ts';
import { createDepartures, type Departures, type LeftUpload } from './departures.ts';
import { type DiskFile, diskFailure, type SpoolDisk } from './disk.ts';
import { createHeldUploads, type HeldUploads } from './held.ts';
import { keep, leftBehind, removeFile } from './keeping.ts';
import type { UploadRecords } from './record.ts';
import { type Share, type SpoolLimits, SpoolRoom } from './room.ts';
import type { SpooledFile } from './spooled-file.ts';

export type { Arrival } from './arrivals.ts';
export type { Departure, LeftUpload } from './departures.ts';
export type { HeldUploads } from './held.ts';
export type { SpooledFile } from './spooled-file.ts';

/** What is known of a body before it comes. */
export interface ExpectedBody {
  /** Bytes; absent when nobody has said. */
  readonly size?: number;
  /** Hex, by whoever sends it. */
  readonly hashes?: Readonly<Partial<Record<HashKind, string>>>;
  /** What its storage will ask for, computed while it comes. */
  readonly compute?: readonly ContentHash[];
  /** The id of the user whose room it takes. */
  readonly owner?: number;
}

/** Keeps uploads on the gateway's disk, whole, before they go to a storage: clouds want to know their hash first. */
export interface Spool {
  /**
   * Takes a body in, chunk by chunk as it is written. Nothing is left of one that fails.
   * @throws StorageError `invalid_argument` for a body that has another length or hash than was said; `quota_exceeded` where it finds no
   *   room; `unavailable` when the disk fails; AbortError.
   */
  receive(body: AsyncIterable<Uint8Array>, expected: ExpectedBody, signal: AbortSignal): Promise<SpooledFile>;
  /** For uploads that come in pieces. */
  readonly arrivals: Arrivals;
  /** For those of them that are whole. */
  readonly departures: Departures;
  /** For uploads that tasks take to their storages. */
  readonly held: HeldUploads;
  /** Bytes that uploads take, or have been promised. */
  readonly used: number;
}

/** A spool, for whoever owns it. */
export interface OwnedSpool extends Spool {
  /** What can be gone on with. */
  readonly left: readonly LeftUpload[];
  /** Has those gone on with whose first try fails for reasons that pass. Until it is called they wait for the next process. */
  carryOnBy(carryOn: (left: LeftUpload) => void): void;
  /** Tells all uploads that the gateway stops. What is on its way to a storage from then on stays for the next process. */
  suspend(): void;
}

export interface SpoolOptions {
  readonly disk: SpoolDisk;
  /** What of uploads outlives the process. */
  readonly records: UploadRecords;
  /** Asked anew for every file. */
  readonly limits: () => SpoolLimits;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a body without a length is given at a time. */
const STEP = 64 * 1024 * 1024;

/** A spool on `disk`. What a crash has left there is removed, but for files that were on their way to a
 * storage, and those that come in pieces. */
export async function createSpool(options: SpoolOptions): Promise<OwnedSpool> {
  const { disk, limits } = options;
  const room = new SpoolRoom(disk, limits);
  const suspension = new AbortController();
  const keeper = { ...options, room, suspended: suspension.signal };
  const left = await leftBehind(keeper);
  let carryOn: (one: LeftUpload) => void = () => {};
  return {
    left: left.whole,
    carryOnBy: (by) => {
      carryOn = by;
    },
    departures: createDepartures({ ...options, done: left.done, carryOn: (one) => carryOn(one) }),
    arrivals: createArrivals(keeper, left.arriving),
    held: createHeldUploads(left.held),
    suspend: () => suspension.abort(),
    get used() {
      return room.used;
    },
    async receive(body, expected, signal) {
      throwIfAborted(signal);
      const share = room.share(expected.owner);
      const id = randomBytes(16).toString('hex');
      try {
        await share.grow(expected.size ?? 0);
        const { size, hashes } = await fill(await disk.create(id), body, { ...expected, share, signal });
        return keep({ id, size, hashes, share, owner: expected.owner }, keeper);
      } catch (error) {
        await removeFile(id, keeper);
        share.release();
        if (signal.aborted || isAbort(error) || error instanceof StorageError) throw error;
        throw diskFailure(error) ?? error;
      }
    },
  };
}

async function fill(
  file: DiskFile,
  body: AsyncIterable<Uint8Array>,
  expected: ExpectedBody & { readonly share: Share; readonly signal: AbortSignal },
): Promise<{ readonly size: number; readonly hashes: Map<HashKind, string> }> {
  const { size: announced, share, signal } = expected;
  const vouched = COMMON_HASHES.filter(({ kind }) => expected.hashes?.[kind] !== undefined);
  const set = new HashSet([...vouched, ...(expected.compute ?? [])], announced);
  let [size, granted] = [0, announced ?? 0];
  try {
    for await (const chunk of received(body)) {
      throwIfAborted(signal);
      if (announced !== undefined && size + chunk.length > announced) throw longer(announced);
      while (size + chunk.length > granted) {
        await share.grow(STEP);
        granted += STEP;
      }
      set.update(chunk);
      await file.write(chunk, size);
      size += chunk.length;
      share.wrote(chunk.length);
    }
  } finally {
    await file.close();
  }
  throwIfAborted(signal);
  if (announced !== undefined && size < announced) throw shorter(size, announced);
  const hashes = set.digests();
  checkHashes(expected.hashes ?? {}, hashes);
  return { size, hashes };
}

/** The body, whose failures are the sender's and not the disk's. */
async function* received(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    if (isAbort(cause) || cause instanceof StorageError) throw cause;
    throw new StorageError('invalid_argument', 'the upload broke off', { cause });
  }
}

function checkHashes(said: ExpectedBody['hashes'] & object, found: ReadonlyMap<HashKind, string>): void {
  for (const [kind, digest] of found) {
    const expected = said[kind];
    if (expected === undefined || expected.toLowerCase() === digest.toLowerCase()) continue;
    throw new StorageError('invalid_argument', `what came has another ${kind} than was announced`, {
      detail: { remedy: 'Send the file again.' },
    });
  }
}

function longer(announced: number): StorageError {
  return new StorageError('invalid_argument', `the upload is longer than the ${announced} bytes announced`);
}

function shorter(size: number, announced: number): StorageError {
  return new StorageError('invalid_argument', `the upload ended after ${size} of ${announced} bytes`);
}
