import { LRUCache } from 'lru-cache';
import type { Ctx } from '../core/driver.ts';
import type { Entry, EntryId, EntryPage } from '../core/entry.ts';
import { StorageError, type StorageErrorCode } from '../core/errors.ts';
import { isOwnFolder } from '../core/own-folder.ts';
import type { Clock, Log } from '../core/runtime.ts';
import { BackgroundReads } from './background-reads.ts';
import { Listing, type ListingOptions, type Revision } from './listing.ts';
import type { Mount } from './mount.ts';

export interface ListingLimits {
  /** Entries kept over all folders; the folders used least recently go first. One folder may be larger: it is then kept alone. */
  readonly maxCachedEntries: number;
  /** Most entries of one folder. */
  readonly maxFolderEntries: number;
  /** How long a failed listing is not tried again, unless its error says more, in ms. */
  readonly errorHoldMs: number;
  /** The longest that an error may ask for, in ms: whoever mends the storage should not have to wait for long. */
  readonly maxErrorHoldMs: number;
  /** Most entries of a folder that are read before anyone asks for them. */
  readonly maxReadAhead: number;
  /** How long after its first page a folder is read on, in ms: who only passes through costs one call. */
  readonly readAheadAfterMs: number;
  /** How long at most a listing whose time is over is shown while it is read anew, in ms. */
  readonly maxStaleMs: number;
}

export const DEFAULT_LIMITS: ListingLimits = {
  maxCachedEntries: 200_000,
  maxFolderEntries: 500_000,
  errorHoldMs: 5_000,
  maxErrorHoldMs: 60_000,
  maxReadAhead: 20_000,
  readAheadAfterMs: 1_000,
  maxStaleMs: 5 * 60_000,
};

/** A folder of a mount. */
export interface FolderRef {
  readonly id: EntryId;
  /** The folder it was found in, whose listing is out of date when this one turns out to be gone. */
  readonly foundIn?: EntryId | undefined;
}

export interface ListingCacheOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: ListingLimits;
}

interface Slot {
  readonly listing: Listing;
  /** Milliseconds since the epoch; endless until the first page is there. */
  readonly expiresAt: number;
  /** From when on whoever asks has the folder read anew, and until when they are shown it meanwhile; as `expiresAt`. */
  readonly renewAt: number;
  readonly staleUntil: number;
  readonly id: EntryId;
  readonly foundIn: EntryId | undefined;
}

interface Held {
  readonly error: StorageError;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
}

/** Of a listing without its first page. */
const UNTIMED = {
  expiresAt: Number.POSITIVE_INFINITY,
  renewAt: Number.POSITIVE_INFINITY,
  staleUntil: Number.POSITIVE_INFINITY,
};

const MAX_HELD_ERRORS = 1_000;
const MAX_TWIN_LOOKS = 50_000;

/** Failures that concern one call or one moment, and are not remembered. */
const PASSING: ReadonlySet<StorageErrorCode> = new Set<StorageErrorCode>([
  'not_found',
  'not_a_folder',
  'invalid_argument',
]);

/**
 * The listings of all mounts in memory. A listing is shared by all who ask for the folder, until the time that its storage sets
 * (`cacheExpiration`, else the driver's `listTtlMs`) has passed since its first page came. A failed one is dropped, and its
 * error stands for the folder for a short while, so that a dead upstream is not hit by every request.
 *
 * Whoever asks for a whole listing in the last quarter of its time has it read anew behind their back, so that folders in use are never
 * waited for. One whose time is over is shown while that goes on, for as long again at most (`maxStaleMs`); then it is forgotten.
 */
export class ListingCache {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #limits: ListingLimits;
  readonly #slots: LRUCache<string, Slot>;
  readonly #background: BackgroundReads;
  readonly #held = new LRUCache<string, Held>({ max: MAX_HELD_ERRORS });
  /** By identity: a mount that was replaced never sees, nor spoils, what belongs to its successor. */
  readonly #prefixes = new WeakMap<Mount, string>();
  #mounts = 0;

  constructor({ clock, log, limits }: ListingCacheOptions) {
    this.#clock = clock;
    this.#log = log;
    this.#limits = limits;
    this.#background = new BackgroundReads({ clock, log });
    const maxSize = limits.maxCachedEntries;
    this.#slots = new LRUCache({
      maxSize,
      sizeCalculation: ({ listing }) => Math.min(maxSize, listing.loaded.length + 1),
    });
  }

  /** The listing of a folder, loaded or not. @throws StorageError that the folder failed with a moment ago. */
  of(mount: Mount, folder: FolderRef): Listing {
    const key = this.#prefix(mount) + folder.id;
    const held = this.#held.get(key);
    const now = this.#clock.now();
    if (held !== undefined && now < held.until) throw aged(held.error, now - held.since);
    const slot = this.#slots.get(key);
    const whole = slot?.listing.complete === true;
    if (slot === undefined || now >= (whole ? slot.staleUntil : slot.expiresAt)) {
      return this.#open(mount, folder, key);
    }
    if (whole && now >= slot.renewAt) this.#renew(mount, slot, key);
    return slot.listing;
  }

  /** A file with the same content among what is in memory of a mount, by a hash that both have. Looks at `most` entries at most. */
  twin(mount: Mount, like: Entry, most = MAX_TWIN_LOOKS): Entry | undefined {
    const hashes = new Map(Object.entries(like.hashes ?? {}));
    if (hashes.size === 0) return undefined;
    const prefix = this.#prefix(mount);
    let looks = 0;
    for (const [key, { listing }] of this.#slots.entries()) {
      if (!key.startsWith(prefix)) continue;
      for (const entry of listing.loaded) {
        if (looks++ >= most) return undefined;
        const same = entry.kind === 'file' && entry.size === like.size;
        if (same && Object.entries(entry.hashes ?? {}).some((one) => hashes.get(one[0]) === one[1]))
          return entry;
      }
    }
    return undefined;
  }

  /** Reads a folder on that someone has seen the beginning of. */
  readOn(mount: Mount, { id }: FolderRef, listing: Listing): void {
    const key = this.#prefix(mount) + id;
    const wanted = (): boolean =>
      this.#slots.peek(key)?.listing === listing && listing.loaded.length < this.#limits.maxReadAhead;
    if (listing.complete || !wanted()) return;
    this.#background.start(key, { listing, afterMs: this.#limits.readAheadAfterMs, wanted });
  }

  /** Forgets a folder: the next listing begins with its first page. */
  drop(mount: Mount, dir: EntryId): void {
    const key = this.#prefix(mount) + dir;
    this.#background.stop(key);
    this.#slots.delete(key);
    this.#held.delete(key);
  }

  /** Follows a change of ours: a folder that is in memory as a whole is brought up to date, any other forgotten. */
  revise(mount: Mount, dir: EntryId, revision: Revision): void {
    const key = this.#prefix(mount) + dir;
    const slot = this.#slots.peek(key);
    this.drop(mount, dir);
    const listing = slot?.listing.revised(revision);
    if (slot !== undefined && listing !== undefined) this.#slots.set(key, { ...slot, listing });
  }

  /**
   * Forgets a folder that has left its place and whatever may lie below it. Where ids are paths, the same ids may soon stand for
   * something else: a folder whose way up to the root isn't known is forgotten as well.
   */
  dropTree(mount: Mount, top: EntryId): void {
    const prefix = this.#prefix(mount);
    const ways = new Map<EntryId, EntryId | undefined>();
    for (const [key, { id, foundIn }] of this.#slots.entries()) {
      if (key.startsWith(prefix)) ways.set(id, foundIn);
    }
    for (const id of ways.keys()) {
      if (!leadsPast(top, id, { ways, root: mount.driver.root })) this.drop(mount, id);
    }
    this.drop(mount, top);
  }

  /** Forgets all folders of a mount. */
  dropMount(mount: Mount): void {
    const prefix = this.#prefix(mount);
    this.#background.stopAll(prefix);
    for (const cache of [this.#slots, this.#held]) {
      const mine = [...cache.keys()].filter((key) => key.startsWith(prefix));
      for (const key of mine) cache.delete(key);
    }
  }

  #open(mount: Mount, { id, foundIn }: FolderRef, key: string): Listing {
    const listing = new Listing({
      ...this.#source(mount, id),
      onPage: () => this.#grow(key, listing, ttlOf(mount)),
      onFailure: (error) => {
        this.#fail(key, listing, error);
        if (foundIn !== undefined && isGone(error)) this.drop(mount, foundIn);
      },
    });
    this.#background.stop(key);
    this.#slots.set(key, { listing, ...UNTIMED, id, foundIn });
    return listing;
  }

  #source(mount: Mount, dir: EntryId): Pick<ListingOptions, 'fetch' | 'maxEntries' | 'policy'> {
    return {
      fetch: (cursor, ctx) => fetchPage(mount, { dir, ...(cursor === undefined ? {} : { cursor }) }, ctx),
      maxEntries: this.#limits.maxFolderEntries,
      policy: mount.record,
    };
  }

  /**
   * Reads a folder anew in the background, and puts it in the old one's place if nothing has happened to that meanwhile. When that fails it is
   * not tried again with each request.
   */
  #renew(mount: Mount, { listing: old, id }: Slot, key: string): void {
    const listing = new Listing(this.#source(mount, id));
    const current = (): Slot | undefined => {
      const slot = this.#slots.peek(key);
      return slot?.listing === old ? slot : undefined;
    };
    this.#background.start(key, {
      listing,
      afterMs: 0,
      wanted: () => current() !== undefined,
      done: () => {
        const slot = current();
        if (slot !== undefined) this.#slots.set(key, { ...slot, listing, ...this.#timesFrom(ttlOf(mount)) });
      },
      failed: () => {
        const slot = current();
        const renewAt = this.#clock.now() + this.#limits.errorHoldMs;
        if (slot !== undefined) this.#slots.set(key, { ...slot, renewAt });
      },
    });
  }

  #timesFrom(ttlMs: number): Pick<Slot, 'expiresAt' | 'renewAt' | 'staleUntil'> {
    const expiresAt = this.#clock.now() + ttlMs;
    return {
      expiresAt,
      renewAt: expiresAt - ttlMs / 4,
      staleUntil: expiresAt + Math.min(ttlMs, this.#limits.maxStaleMs),
    };
  }

  /** Accounts for a listing's new size, and starts its time with the first page. */
  #grow(key: string, listing: Listing, ttlMs: number): void {
    const slot = this.#slots.peek(key);
    if (slot?.listing !== listing) return;
    const times = Number.isFinite(slot.expiresAt) ? {} : this.#timesFrom(ttlMs);
    const timed = { ...slot, ...times };
    if (this.#clock.now() < timed.expiresAt) this.#slots.set(key, timed);
    else this.#slots.delete(key);
  }

  #fail(key: string, listing: Listing, error: unknown): void {
    if (this.#slots.peek(key)?.listing !== listing) return;
    this.#slots.delete(key);
    if (!(error instanceof StorageError) || PASSING.has(error.code)) return;
    const { errorHoldMs, maxErrorHoldMs } = this.#limits;
    const holdMs = Math.min(error.retryAfterMs ?? errorHoldMs, maxErrorHoldMs);
    const since = this.#clock.now();
    this.#held.set(key, { error, since, until: since + holdMs });
    this.#log.debug(
      { code: error.code, storage: error.detail.storage, holdMs },
      'a folder could not be listed',
    );
  }

  #prefix(mount: Mount): string {
    const prefix = this.#prefixes.get(mount) ?? `${++this.#mounts} `;
    this.#prefixes.set(mount, prefix);
    return prefix;
  }
}

async function fetchPage(
  { driver, record }: Mount,
  args: { readonly dir: EntryId; readonly cursor?: string },
  ctx: Ctx,
): Promise<EntryPage> {
  try {
    const page = await driver.list(args, ctx);
    const hides = args.dir === driver.root && record.addition['show_share_cache'] !== true;
    if (!hides || !page.entries.some(isOwnFolder)) return page;
    return { ...page, entries: page.entries.filter((entry) => !isOwnFolder(entry)) };
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    throw error.withDetail({ op: 'list', storage: record.mountPath });
  }
}

/** True when the way from `id` up to the root is known and doesn't pass `top`. */
function leadsPast(
  top: EntryId,
  id: EntryId,
  { ways, root }: { readonly ways: ReadonlyMap<EntryId, EntryId | undefined>; readonly root: EntryId },
): boolean {
  let at: EntryId | undefined = id;
  for (let steps = 0; at !== undefined && steps <= ways.size; steps++) {
    if (at === top) return false;
    if (at === root) return true;
    at = ways.get(at);
  }
  return false;
}

function isGone(error: unknown): boolean {
  return error instanceof StorageError && (error.code === 'not_found' || error.code === 'not_a_folder');
}

/** Milliseconds that a listing of this mount may be kept. A driver that wants none kept, as for folders of this machine, has the last word. */
function ttlOf({ record, driver }: Mount): number {
  if (driver.traits.listTtlMs === 0) return 0;
  return record.cacheExpiration > 0 ? record.cacheExpiration * 60_000 : driver.traits.listTtlMs;
}

/** An error that happened a while ago, as it stands now: what it says to wait has become less. */
function aged(error: StorageError, ageMs: number): StorageError {
  const { code, message, retry, retryAfterMs, detail, cause } = error;
  if (retryAfterMs === undefined) return error;
  return new StorageError(code, message, {
    retry,
    retryAfterMs: Math.max(0, retryAfterMs - ageMs),
    detail,
    cause,
  });
}
