import { randomBytes } from 'node:crypto';
import { throwIfAborted } from '../core/abort.ts';
import type { ContentHash } from '../core/content-hash.ts';
import { isAbort, StorageError } from '../core/errors.ts';
import { HashSet } from './content-hashes.ts';
import { diskFailure } from './disk.ts';
import { type ArrivingFile, type Keeper, keep, removeFile } from './keeping.ts';
import type { ArrivalGoal } from './record.ts';
import type { Share } from './room.ts';
import type { SpooledFile } from './spooled-file.ts';

/** An upload that comes in pieces, over as many connections and restarts as it takes. */
export interface Arrival {
  readonly id: string;
  readonly owner: number;
  /** Bytes of the whole file. */
  readonly size: number;
  readonly goal: ArrivalGoal;
  /** Bytes that are here. */
  readonly offset: number;
  /** Milliseconds since the epoch; moves on with every piece. */
  readonly expiresAt: number;
}

/** Takes in uploads in pieces. All throw as `Spool.receive`. */
export interface Arrivals {
  begin(file: {
    readonly owner: number;
    readonly size: number;
    readonly goal: ArrivalGoal;
    readonly compute: readonly ContentHash[];
  }): Promise<Arrival>;
  get(id: string): Arrival | undefined;
  /**
   * Adds what `body` holds behind what is here, and gives the arrival as it stands then. What has come of a body that breaks off stays.
   * @throws StorageError `not_found`; `invalid_argument` for more bytes than the file has; `exists` while another piece comes in.
   */
  append(id: string, body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Arrival>;
  /** The file, once all of it is here: from then on it is no arrival any more. @throws StorageError `not_found`. */
  finish(id: string): Promise<SpooledFile>;
  /** Lets go of it. A missing one is fine. */
  remove(id: string): Promise<void>;
}

/** How long an upload waits for its next piece. */
const PATIENCE_MS = 24 * 3_600_000;
/** Uploads of one user that are open at once. */
const MAX_OPEN = 500;

interface Coming {
  readonly owner: number;
  readonly size: number;
  readonly goal: ArrivalGoal;
  offset: number;
  touchedAt: number;
  readonly share: Share;
  /** Absent after a restart: the content is read once more then. */
  hashes: HashSet | undefined;
  busy: boolean;
}

/** @param left what a process before this one has left half here */
export function createArrivals(keeper: Keeper, left: readonly ArrivingFile[]): Arrivals {
  return new ArrivalDesk(keeper, left);
}

class ArrivalDesk implements Arrivals {
  readonly #keeper: Keeper;
  readonly #coming = new Map<string, Coming>();
  /** Uploads of each owner that are not among those yet: many may begin at once. */
  readonly #beginning = new Map<number, number>();

  constructor(keeper: Keeper, left: readonly ArrivingFile[]) {
    this.#keeper = keeper;
    const touchedAt = keeper.clock.now();
    for (const { id, ...file } of left) {
      this.#coming.set(id, { ...file, touchedAt, hashes: undefined, busy: false });
    }
  }

  async begin({ owner, size, goal, compute }: Parameters<Arrivals['begin']>[0]): Promise<Arrival> {
    await this.#sweep();
    const open = [...this.#coming.values()].filter((one) => one.owner === owner).length;
    const beginning = this.#beginning.get(owner) ?? 0;
    if (open + beginning >= MAX_OPEN) {
      throw new StorageError('quota_exceeded', `you have ${open} uploads open`, {
        detail: { remedy: 'Finish or cancel some of them first.' },
      });
    }
    this.#beginning.set(owner, beginning + 1);
    try {
      return await this.#open({ owner, size, goal, compute });
    } finally {
      const left = (this.#beginning.get(owner) ?? 1) - 1;
      if (left === 0) this.#beginning.delete(owner);
      else this.#beginning.set(owner, left);
    }
  }

  async #open({ owner, size, goal, compute }: Parameters<Arrivals['begin']>[0]): Promise<Arrival> {
    const id = randomBytes(16).toString('hex');
    const { room, disk, records, clock } = this.#keeper;
    const share = room.share(owner);
    try {
      await share.grow(size);
      await (await disk.create(id)).close();
      await records.save(id, { stage: 'arriving', owner, size, goal });
    } catch (error) {
      share.release();
      await removeFile(id, this.#keeper);
      throw diskFailure(error) ?? error;
    }
    const hashes = new HashSet(compute, size);
    this.#coming.set(id, {
      owner,
      size,
      goal,
      offset: 0,
      touchedAt: clock.now(),
      share,
      hashes,
      busy: false,
    });
    return this.#show(id, this.#require(id));
  }

  get(id: string): Arrival | undefined {
    const one = this.#coming.get(id);
    if (one === undefined || this.#isOver(one)) return undefined;
    return this.#show(id, one);
  }

  async append(id: string, body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Arrival> {
    const one = this.#require(id);
    if (one.busy)
      throw new StorageError('exists', 'another piece of this upload is coming in', { retry: 'later' });
    one.busy = true;
    try {
      await this.#write(id, one, body, signal);
    } catch (error) {
      if (isAbort(error) || error instanceof StorageError) throw error;
      throw (
        diskFailure(error) ?? new StorageError('invalid_argument', 'the upload broke off', { cause: error })
      );
    } finally {
      one.busy = false;
      one.touchedAt = this.#keeper.clock.now();
    }
    return this.#show(id, one);
  }

  async finish(id: string): Promise<SpooledFile> {
    const { size, offset, owner, share, hashes } = this.#require(id);
    if (offset !== size) throw new StorageError('invalid_argument', 'not all of the upload is here');
    this.#coming.delete(id);
    await this.#keeper.records.remove(id);
    return keep({ id, size, hashes: hashes?.digests() ?? new Map(), share, owner }, this.#keeper);
  }

  async remove(id: string): Promise<void> {
    const one = this.#coming.get(id);
    if (one === undefined) return;
    this.#coming.delete(id);
    one.share.release();
    await this.#keeper.records.remove(id);
    await removeFile(id, this.#keeper);
  }

  async #write(id: string, one: Coming, body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    const file = await this.#keeper.disk.edit(id);
    try {
      for await (const chunk of body) {
        throwIfAborted(signal);
        if (!this.#coming.has(id)) throw gone();
        if (one.offset + chunk.length > one.size) {
          throw new StorageError(
            'invalid_argument',
            `the upload is longer than the ${one.size} bytes announced`,
          );
        }
        await file.write(chunk, one.offset);
        one.hashes?.update(chunk);
        one.offset += chunk.length;
        one.share.wrote(chunk.length);
      }
    } finally {
      await file.close();
    }
  }

  #require(id: string): Coming {
    const one = this.#coming.get(id);
    if (one === undefined || this.#isOver(one)) throw gone();
    return one;
  }

  #isOver({ touchedAt, busy }: Coming): boolean {
    return !busy && touchedAt + PATIENCE_MS <= this.#keeper.clock.now();
  }

  async #sweep(): Promise<void> {
    for (const [id, one] of this.#coming) if (this.#isOver(one)) await this.remove(id);
  }

  #show(id: string, { owner, size, goal, offset, touchedAt }: Coming): Arrival {
    return { id, owner, size, goal, offset, expiresAt: touchedAt + PATIENCE_MS };
  }
}

function gone(): StorageError {
  return new StorageError('not_found', 'this upload has ended, or waited too long');
}
