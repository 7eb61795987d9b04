import type { Ctx } from '../../core/driver.ts';
import type { Entry, EntryId } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import { isOwnFolder, OWN_FOLDER } from '../../core/own-folder.ts';
import type { Clock } from '../../core/runtime.ts';
import type { Mount } from '../../vfs/mount.ts';

/** Pages of one listing. */
const MAX_PAGES = 200;
/** Listings may lag behind what was done: waits between looks, in ms. */
const LOOKS_MS: readonly number[] = [0, 500, 1000, 2000, 4000, 5000];

/**
 * The gateway's own folder in an account, with a folder of its own for each copy. It is spoken to by ids, below the tree, which does not show it.
 *
 * Only what lies right in it is ever taken away.
 */
export class CacheFolder {
  readonly #mount: Mount;
  readonly #clock: Clock;
  #id: EntryId | undefined;

  constructor(mount: Mount, clock: Clock) {
    this.#mount = mount;
    this.#clock = clock;
  }

  /** The folders in it, by their names; none where it isn't there. */
  async folders(ctx: Ctx): Promise<ReadonlyMap<string, EntryId>> {
    const id = await this.#find(ctx);
    if (id === undefined) return new Map();
    const entries = await this.#all(id, ctx);
    return new Map(entries.filter(({ kind }) => kind === 'folder').map((entry) => [entry.name, entry.id]));
  }

  /** Makes a folder in it, itself if need be. One of the name that is there is given. */
  async make(name: string, ctx: Ctx): Promise<EntryId> {
    const { mkdir } = this.#mount.driver;
    if (mkdir === undefined) throw new StorageError('unsupported', 'folders cannot be made on this storage');
    const dir = (await this.#find(ctx)) ?? (await this.#made(this.#mount.driver.root, OWN_FOLDER, ctx));
    this.#id = dir;
    return this.#made(dir, name, ctx);
  }

  /** The one file in a folder of it, of this size; undefined when it isn't there, also after a moment. */
  async arrived(folder: EntryId, size: number, ctx: Ctx): Promise<Entry | undefined> {
    for (const wait of LOOKS_MS) {
      if (wait > 0) await this.#clock.sleep(wait, ctx.signal);
      const file = await this.lookIn(folder, ctx);
      if (file === undefined) continue;
      if (file.size === size) return file;
      throw new StorageError('protocol', 'what was saved has another size than what was shared');
    }
    return undefined;
  }

  /** The file in a folder of it, at this moment. */
  async lookIn(folder: EntryId, ctx: Ctx): Promise<Entry | undefined> {
    return (await this.#all(folder, ctx)).find(({ kind }) => kind === 'file');
  }

  /** Takes a folder of it away for good, so that its space is free; one that is gone is fine. */
  async purge(name: string, ctx: Ctx): Promise<void> {
    const { remove } = this.#mount.driver;
    if (remove === undefined) throw new StorageError('unsupported', 'nothing can be removed on this storage');
    const id = (await this.folders(ctx)).get(name);
    if (id === undefined) return;
    try {
      await remove({ ids: [id], mode: 'purge' }, ctx);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  async #find(ctx: Ctx): Promise<EntryId | undefined> {
    if (this.#id !== undefined && (await this.#stands(this.#id, ctx))) return this.#id;
    const root = await this.#all(this.#mount.driver.root, ctx);
    this.#id = root.find(isOwnFolder)?.id;
    return this.#id;
  }

  /** It may have been thrown away or moved by hand. */
  async #stands(id: EntryId, ctx: Ctx): Promise<boolean> {
    try {
      const entry = await this.#mount.driver.stat({ id }, ctx);
      return isOwnFolder(entry) && (entry.parent ?? this.#mount.driver.root) === this.#mount.driver.root;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  async #made(dir: EntryId, name: string, ctx: Ctx): Promise<EntryId> {
    const { mkdir } = this.#mount.driver;
    if (mkdir === undefined) throw new StorageError('unsupported', 'folders cannot be made on this storage');
    try {
      return (await mkdir({ dir, name }, ctx)).id;
    } catch (error) {
      if (!(error instanceof StorageError) || error.code !== 'exists') throw error;
      const found = (await this.#all(dir, ctx)).find(
        (entry) => entry.name === name && entry.kind === 'folder',
      );
      if (found === undefined) throw error;
      return found.id;
    }
  }

  async #all(dir: EntryId, ctx: Ctx): Promise<Entry[]> {
    const all: Entry[] = [];
    let cursor: string | undefined;
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const page = await this.#mount.driver.list({ dir, ...(cursor === undefined ? {} : { cursor }) }, ctx);
      all.push(...page.entries);
      cursor = page.next;
      if (cursor === undefined) return all;
    }
    throw new StorageError('protocol', 'the folder has no end');
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof StorageError && error.code === 'not_found';
}
