import type { Ctx } from '../../core/driver.ts';
import { StorageError, type StorageErrorCode } from '../../core/errors.ts';
import { createGate, GateFullError } from '../../core/gate.ts';
import type { Clock, Log, Random } from '../../core/runtime.ts';
import type { ShareTicket } from '../../core/share-address.ts';
import type { ShareCopyRow } from '../../store/port.ts';
import type { Mount } from '../../vfs/mount.ts';
import { CacheFolder } from './cache-folder.ts';
import type { CopyList } from './copy-list.ts';

/** Bytes, where the account's storage sets nothing else. */
export const DEFAULT_QUOTA = 50e9;
const GB = 1e9;

/** Files that are saved into one account at one time. */
const SAVES_AT_ONCE = 3;
/** How long a cloud may take for one file, in ms. */
const SAVE_LIMIT_MS = 10 * 60_000;
/** For how long something that an earlier process had begun may still arrive, in ms. */
const ARRIVAL_MS = 15 * 60_000;
/** Files that wait to be saved: whoever may download could otherwise have a whole library copied. */
const MAX_WAITING = 100;
const NAME_BYTES = 8;

/** Failures after which the cloud may have done it all the same. */
const OPEN_ENDED: ReadonlySet<StorageErrorCode> = new Set(['unavailable', 'timeout', 'protocol']);

/** A file of a share that is to be saved. */
export interface Wanted {
  /** Which file of which share. */
  readonly source: string;
  /** Bytes. */
  readonly size: number;
  ticket(ctx: Ctx): Promise<ShareTicket>;
}

export interface CacheTools {
  readonly copies: CopyList;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Tells this gateway's folders from those of another on the same account: letters and digits. */
  readonly installation: string;
  /** Fires when the gateway stops. */
  readonly signal: AbortSignal;
}

/**
 * The copies in one account. A row is on disk before anything is asked of the cloud, and goes when nothing is left there: so whatever a process
 * that was killed has begun is found again, by the name of its folder, and brought to an end by the next.
 */
export class AccountCache {
  readonly mount: Mount;
  readonly #tools: CacheTools;
  readonly #folder: CacheFolder;
  readonly #saves = createGate({ atOnce: SAVES_AT_ONCE, maxWaiting: MAX_WAITING });
  /** Room is made for one after the other, or two would take the same. */
  readonly #room = createGate({ atOnce: 1 });
  /** Folders that this process is filling. */
  readonly #busy = new Set<string>();
  #settled: Promise<void> | undefined;

  constructor(mount: Mount, tools: CacheTools) {
    this.mount = mount;
    this.#tools = tools;
    this.#folder = new CacheFolder(mount, tools.clock);
  }

  /** The copy of a file that is there; undefined when there is none. Does no I/O. */
  ready(source: string): ShareCopyRow | undefined {
    const row = this.#tools.copies.of(this.#id, source);
    return row?.state === 'ready' ? row : undefined;
  }

  /**
   * Saves a file, and gives its copy. To be asked once for all who want it.
   * @throws StorageError `quota_exceeded` when it doesn't fit the cache or the account; what the drivers throw; AbortError
   */
  async save(wanted: Wanted, signal: AbortSignal): Promise<ShareCopyRow> {
    const ctx: Ctx = { signal, priority: 'play' };
    await this.settle(ctx);
    const known = this.#tools.copies.of(this.#id, wanted.source);
    if (known?.state === 'ready') return known;
    const taken = known === undefined ? undefined : await this.#takenUp(known, ctx);
    return taken ?? this.#inTurn(() => this.#saved(wanted, ctx), signal);
  }

  /** Takes a copy away for good. Where that fails it is tried again when the cache is settled next. */
  async drop(row: ShareCopyRow, ctx: Ctx): Promise<void> {
    await this.#tools.copies.put({ ...row, state: 'leaving' });
    await this.#folder.purge(row.folder, ctx);
    await this.#tools.copies.remove(row.folder);
  }

  /** Brings to its end what earlier processes have left, once; `anew` to look again. @throws as the drivers; then the next call tries again */
  async settle(ctx: Ctx, anew = false): Promise<void> {
    if (anew) this.#settled = undefined;
    this.#settled ??= this.#settle(ctx).catch((error: unknown) => {
      this.#settled = undefined;
      throw error;
    });
    await this.#settled;
  }

  async #inTurn<T>(save: () => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await this.#saves(save, signal);
    } catch (error) {
      throw error instanceof GateFullError ? tooMany() : error;
    }
  }

  get #id(): number {
    return this.mount.record.id;
  }

  get #prefix(): string {
    return `s-${this.#tools.installation}-`;
  }

  async #settle(ctx: Ctx): Promise<void> {
    const { copies, clock } = this.#tools;
    const folders = await this.#folder.folders(ctx);
    for (const [name, id] of folders) {
      if (!name.startsWith(this.#prefix) || this.#busy.has(name)) continue;
      const row = copies.byFolder(name);
      if (row?.state === 'ready') continue;
      if (row?.state === 'wanted') {
        const file = await this.#folder.lookIn(id, ctx);
        if (file?.size === row.size) {
          await copies.put({ ...row, state: 'ready', folderId: id, entryId: file.id });
          continue;
        }
        if (row.createdAt + ARRIVAL_MS > clock.now()) continue;
      }
      await this.#folder.purge(name, ctx);
      if (row !== undefined) await copies.remove(name);
    }
    for (const { folder } of copies.in(this.#id)) {
      if (!folders.has(folder) && !this.#busy.has(folder)) await copies.remove(folder);
    }
  }

  /** What an earlier process had begun, when it arrives after all. */
  async #takenUp(row: ShareCopyRow, ctx: Ctx): Promise<ShareCopyRow | undefined> {
    const { copies } = this.#tools;
    const id = row.folderId || (await this.#folder.folders(ctx)).get(row.folder);
    const file = id === undefined ? undefined : await this.#folder.arrived(id, row.size, ctx);
    if (id !== undefined && file !== undefined) {
      return copies.put({ ...row, state: 'ready', folderId: id, entryId: file.id });
    }
    await this.drop(row, ctx);
    return undefined;
  }

  async #saved(wanted: Wanted, ctx: Ctx): Promise<ShareCopyRow> {
    const { copies, clock, signal, log } = this.#tools;
    const begun = await this.#begun(wanted, ctx);
    this.#busy.add(begun.folder);
    let row = begun;
    try {
      const folderId = await this.#folder.make(row.folder, ctx);
      row = await copies.put({ ...row, folderId });
      await this.#restored(wanted, folderId, ctx);
      const file = await this.#folder.arrived(folderId, wanted.size, ctx);
      if (file === undefined) throw notArrived();
      return await copies.put({ ...row, state: 'ready', entryId: file.id, playedAt: clock.now() });
    } catch (error) {
      if (signal.aborted) throw error; // the next process finds what was begun
      const own: Ctx = { signal, priority: 'background' }; // whoever asked may have left
      await this.drop(row, own).catch((cause: unknown) => {
        log.warn({ storage: this.mount.record.mountPath, error: cause }, 'a copy that failed is still there');
      });
      throw error;
    } finally {
      this.#busy.delete(begun.folder);
    }
  }

  /** Makes room in the cache, and takes it with a row. */
  #begun({ source, size }: Wanted, ctx: Ctx): Promise<ShareCopyRow> {
    const { copies, clock, random } = this.#tools;
    return this.#room(async () => {
      const quota = quotaOf(this.mount);
      if (size > quota) throw tooLarge();
      for (let left = copies.oldestIn(this.#id); copies.bytesIn(this.#id) + size > quota; ) {
        if (left === undefined) throw busy();
        await this.drop(left, ctx);
        left = copies.oldestIn(this.#id);
      }
      const now = clock.now();
      const name = Buffer.from(random.bytes(NAME_BYTES)).toString('hex');
      return copies.put({
        folder: `${this.#prefix}${name}`,
        storageId: this.#id,
        source,
        state: 'wanted',
        folderId: '',
        entryId: '',
        size,
        createdAt: now,
        playedAt: now,
      });
    }, ctx.signal);
  }

  /** Has the cloud save it. A full account is given space by what was played longest ago. */
  async #restored(wanted: Wanted, folderId: string, ctx: Ctx): Promise<void> {
    try {
      await this.#restore(wanted, folderId, ctx);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      if (error.code === 'quota_exceeded' && (await this.#freed(wanted.size, ctx))) {
        return this.#restore(wanted, folderId, ctx);
      }
      // Its answer may have got lost on the way back: then the file arrives.
      if (!OPEN_ENDED.has(error.code)) throw error;
      if ((await this.#folder.arrived(folderId, wanted.size, ctx)) === undefined) throw error;
    }
  }

  async #restore(wanted: Wanted, to: string, ctx: Ctx): Promise<void> {
    const { restore } = this.mount.driver;
    if (restore === undefined) throw new StorageError('unsupported', 'nothing can be saved on this storage');
    const { clock } = this.#tools;
    const until = clock.now() + SAVE_LIMIT_MS;
    const ticket = await wanted.ticket(ctx);
    let job: string | undefined;
    do {
      ({ job } = await restore({ ticket, to, ...(job === undefined ? {} : { job }) }, ctx));
    } while (job !== undefined && clock.now() < until);
    if (job !== undefined) throw notArrived();
  }

  /** Whether so many bytes of the cache could be given back to the account. */
  async #freed(size: number, ctx: Ctx): Promise<boolean> {
    return this.#room(async () => {
      let freed = 0;
      while (freed < size) {
        const oldest = this.#tools.copies.oldestIn(this.#id);
        if (oldest === undefined) return freed > 0;
        await this.drop(oldest, ctx);
        freed += oldest.size;
      }
      return true;
    }, ctx.signal);
  }
}

/** Bytes that the copies in an account may take: `share_cache_gb` of its storage. */
export function quotaOf({ record }: Pick<Mount, 'record'>): number {
  const set = Number(record.addition['share_cache_gb'] ?? '');
  return Number.isFinite(set) && set > 0 ? Math.floor(set * GB) : DEFAULT_QUOTA;
}

function tooLarge(): StorageError {
  return new StorageError('quota_exceeded', 'This file is larger than the room for copies of shared files.', {
    detail: {
      remedy: "Raise the account storage's limit for them, or save the file to your drive yourself.",
    },
  });
}

function tooMany(): StorageError {
  return new StorageError('rate_limited', 'Too many files wait to be saved to this account already.', {
    retry: 'later',
    detail: { remedy: 'Try again in a few minutes.' },
  });
}

function busy(): StorageError {
  return new StorageError(
    'quota_exceeded',
    'The room for copies of shared files is taken by others on their way.',
    {
      retry: 'later',
      detail: { remedy: "Try again in a moment, or raise the account storage's limit for them." },
    },
  );
}

function notArrived(): StorageError {
  return new StorageError('timeout', 'The cloud has not saved the file in time.', {
    retry: 'later',
    detail: { remedy: 'Try again in a few minutes.' },
  });
}
