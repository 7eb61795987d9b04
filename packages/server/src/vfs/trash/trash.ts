import { throwIfAborted } from '../../core/abort.ts';
import type { Ctx } from '../../core/driver.ts';
import type { Entry, EntryId, TrashedEntry } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import { isWithin, type TreePath } from '../../core/path.ts';
import type { StorageRecord } from '../../core/storage-record.ts';
import { cannot } from '../changes/refusals.ts';
import type { Upkeep } from '../changes/upkeep.ts';
import { type DrivePlace, DriveScope, type DriveTree } from './scope.ts';

/** Something in the trash that someone may see. */
export interface Trashed {
  readonly entry: TrashedEntry;
  /** The full path of the folder that it lay in; undefined when that is gone. */
  readonly from: TreePath | undefined;
}

export interface TrashedPage {
  readonly trashed: readonly Trashed[];
  readonly next?: string;
}

/** What came back, and the full path of the folder it lies in now. */
export interface Restored {
  readonly entry: Entry;
  readonly dir: TreePath;
}

/**
 * The trashes of the tree's storages. A trash belongs to a whole drive; a place says how much of it someone may see. Nobody's rights are
 * asked here.
 *
 * Ids come from whoever asks: each is looked up in the trash, and what is not there, or not theirs, is `not_found`.
 */
export interface Trash {
  /** The storages that have one, for someone confined to `base`: at which path to ask for it. */
  places(base: TreePath): readonly { readonly path: TreePath; readonly storage: StorageRecord }[];
  /** One page, as the storage pages it; it may hold less than the storage's own, or nothing. @throws `unsupported`. */
  list(place: DrivePlace, cursor: string | undefined, ctx: Ctx): Promise<TrashedPage>;
  /** Puts things back where they lay. @throws `exists` where a name is taken, and then nothing comes back. */
  restore(place: DrivePlace, ids: readonly EntryId[], ctx: Ctx): Promise<readonly Restored[]>;
  /** Takes things in the trash away for good. */
  purge(place: DrivePlace, ids: readonly EntryId[], ctx: Ctx): Promise<void>;
  /** Takes all away for good that someone there may see. */
  empty(place: DrivePlace, ctx: Ctx): Promise<void>;
}

/** Pages of a trash that are looked through for ids; 500 entries to a page, for clouds that page like that. */
const MAX_PAGES = 200;
/** Entries that one call restores or purges. */
const MAX_IDS = 1000;

export function createTrash(tree: DriveTree, upkeep: Upkeep): Trash {
  return new DriveTrash(tree, upkeep);
}

class DriveTrash implements Trash {
  readonly #tree: DriveTree;
  readonly #upkeep: Upkeep;

  constructor(tree: DriveTree, upkeep: Upkeep) {
    this.#tree = tree;
    this.#upkeep = upkeep;
  }

  places(base: TreePath): { path: TreePath; storage: StorageRecord }[] {
    const holding = this.#tree.mounts.locate(base)?.mount;
    return this.#tree.mounts.all().flatMap((mount) => {
      const { driver, record } = mount;
      if (driver.listTrash === undefined) return [];
      if (isWithin(record.mountPath, base)) return [{ path: record.mountPath, storage: record }];
      return mount === holding ? [{ path: base, storage: record }] : [];
    });
  }

  async list(place: DrivePlace, cursor: string | undefined, ctx: Ctx): Promise<TrashedPage> {
    const scope = await DriveScope.of(place, this.#tree, ctx);
    const page = await pageOf(scope, cursor, ctx);
    const trashed = await visible(scope, page.entries);
    return { trashed, ...(page.next === undefined ? {} : { next: page.next }) };
  }

  async restore(place: DrivePlace, ids: readonly EntryId[], ctx: Ctx): Promise<readonly Restored[]> {
    const scope = await DriveScope.of(place, this.#tree, ctx);
    const { mount, home } = scope;
    const { driver } = mount;
    if (driver.untrash === undefined) throw cannot('restore');
    const call = driver.untrash.bind(driver);
    const found = await this.#lookedUp(scope, ids, ctx);
    const dirs = [home, ...found.flatMap(({ entry }) => entry.parent ?? [])];
    const run = (): Promise<readonly Entry[]> =>
      call({ ids: found.map(({ entry }) => entry.id), to: home }, ctx);
    const back = await this.#upkeep.change(mount, { dirs }, run, (dir, entries) => ({
      come: entries.filter(({ parent }) => parent === dir),
    }));
    const fallback = await scope.folderOf({ ...rootless, parent: home });
    const folders = new Map(found.map(({ entry, from }) => [entry.id, from]));
    return back.flatMap((entry) => {
      const dir = (entry.parent === home ? fallback : folders.get(entry.id)) ?? fallback;
      return dir === undefined ? [] : [{ entry, dir }];
    });
  }

  async purge(place: DrivePlace, ids: readonly EntryId[], ctx: Ctx): Promise<void> {
    const scope = await DriveScope.of(place, this.#tree, ctx);
    await this.#purge(scope, await this.#lookedUp(scope, ids, ctx), ctx);
  }

  async empty(place: DrivePlace, ctx: Ctx): Promise<void> {
    const scope = await DriveScope.of(place, this.#tree, ctx);
    const { driver } = scope.mount;
    if (scope.whole && driver.emptyTrash !== undefined) {
      const call = driver.emptyTrash.bind(driver);
      await this.#upkeep.change(
        scope.mount,
        { dirs: [] },
        () => call({}, ctx),
        () => ({}),
      );
      return;
    }
    const all: Trashed[] = [];
    for await (const entries of pagesOf(scope, ctx)) all.push(...(await visible(scope, entries)));
    for (let at = 0; at < all.length; at += MAX_IDS) {
      throwIfAborted(ctx.signal);
      await this.#purge(scope, all.slice(at, at + MAX_IDS), ctx);
    }
  }

  async #purge({ mount }: DriveScope, trashed: readonly Trashed[], ctx: Ctx): Promise<void> {
    const { driver } = mount;
    if (driver.purgeTrashed === undefined) throw cannot('remove from its trash');
    const call = driver.purgeTrashed.bind(driver);
    const ids = trashed.map(({ entry }) => entry.id);
    if (ids.length > 0)
      await this.#upkeep.change(
        mount,
        { dirs: [] },
        () => call({ ids }, ctx),
        () => ({}),
      );
  }

  /** @throws StorageError `not_found` when one isn't in the trash or not theirs; `invalid_argument` for too many. */
  async #lookedUp(scope: DriveScope, ids: readonly EntryId[], ctx: Ctx): Promise<Trashed[]> {
    const wanted = new Set(ids);
    if (wanted.size === 0 || wanted.size > MAX_IDS) {
      throw new StorageError('invalid_argument', `name between 1 and ${MAX_IDS} entries`);
    }
    const found: TrashedEntry[] = [];
    for await (const entries of pagesOf(scope, ctx)) {
      found.push(...entries.filter(({ id }) => wanted.delete(id)));
      if (wanted.size === 0) break;
    }
    const theirs = await visible(scope, found);
    if (wanted.size > 0 || theirs.length < found.length) {
      throw new StorageError('not_found', 'the trash does not hold it', {
        detail: { remedy: 'Look at the trash again: it may have been restored or emptied.' },
      });
    }
    return theirs;
  }
}

/** An entry of which nothing but its folder matters. */
const rootless: Entry = { id: '', name: '', kind: 'file', size: 0 };

async function visible(scope: DriveScope, entries: readonly TrashedEntry[]): Promise<Trashed[]> {
  const trashed: Trashed[] = [];
  for (const entry of entries) {
    const from = await scope.folderOf(entry);
    if (from !== undefined || scope.whole) trashed.push({ entry, from });
  }
  return trashed;
}

async function* pagesOf(scope: DriveScope, ctx: Ctx): AsyncGenerator<readonly TrashedEntry[]> {
  let cursor: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    throwIfAborted(ctx.signal);
    const page = await pageOf(scope, cursor, ctx);
    yield page.entries;
    if (page.next === undefined) return;
    cursor = page.next;
  }
}

async function pageOf({ mount }: DriveScope, cursor: string | undefined, ctx: Ctx) {
  const { driver, record } = mount;
  if (driver.listTrash === undefined) {
    throw new StorageError(
      'unsupported',
      'this storage has no trash: what is removed there is gone for good',
    );
  }
  try {
    return await driver.listTrash(cursor === undefined ? {} : { cursor }, ctx);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    throw error.withDetail({ storage: record.mountPath });
  }
}
