import type { Ctx } from '../../core/driver.ts';
import type { EntryId } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import type { DriveFiles } from './drive-files.ts';
import { contentOf, type ListScope, TRASH } from './paging.ts';
import type { WireFile } from './wire.ts';

/** So many files are asked for one by one; more are looked up in a listing, which has 500 to a page. */
const ONE_BY_ONE = 4;

/** Finds files by their ids in few requests. */
export class Lookup {
  readonly #files: DriveFiles;

  constructor(files: DriveFiles) {
    this.#files = files;
  }

  /** Live files, in the order of their ids. @throws StorageError `not_found` when one is missing. */
  async all(ids: readonly EntryId[], ctx: Ctx): Promise<WireFile[]> {
    return inOrder(ids, await this.#live(ids, ctx));
  }

  /** What lies in the trash, in the order of the ids. @throws StorageError `not_found` for what does not. */
  async trashed(ids: readonly EntryId[], ctx: Ctx): Promise<WireFile[]> {
    const found = new Map<EntryId, WireFile>();
    if (ids.length > ONE_BY_ONE) await this.#listed(TRASH, new Set(ids), found, ctx);
    for (const id of ids) {
      if (found.has(id)) continue;
      const file = await this.#files.anyFile(id, ctx);
      if (file.trashed) found.set(id, file);
    }
    return inOrder(ids, found);
  }

  /** Those of the files that lie in a folder, by id. */
  async inFolder(folder: EntryId, ids: readonly EntryId[], ctx: Ctx): Promise<Map<EntryId, WireFile>> {
    const found = new Map<EntryId, WireFile>();
    if (ids.length > ONE_BY_ONE) {
      const whole = await this.#listed(contentOf(folder), new Set(ids), found, ctx);
      if (whole) return found;
    }
    for (const id of ids) {
      const file = found.has(id) ? undefined : await this.maybe(id, ctx);
      if (file?.parentId === folder) found.set(id, file);
    }
    return found;
  }

  /** How many of these lie in the trash. */
  async stillTrashed(ids: readonly EntryId[], ctx: Ctx): Promise<number> {
    const found = new Map<EntryId, WireFile>();
    if (ids.length > ONE_BY_ONE && (await this.#listed(TRASH, new Set(ids), found, ctx))) return found.size;
    for (const id of ids) {
      const file = found.has(id) ? undefined : await this.#maybe(() => this.#files.anyFile(id, ctx));
      if (file?.trashed === true) found.set(id, file);
    }
    return found.size;
  }

  /** Those of the files that are live, by id, wherever they lie. @param near the folder that most are expected in */
  async present(ids: readonly EntryId[], near: EntryId, ctx: Ctx): Promise<Map<EntryId, WireFile>> {
    const found = new Map<EntryId, WireFile>();
    if (ids.length > ONE_BY_ONE) await this.#listed(contentOf(near), new Set(ids), found, ctx);
    for (const id of ids) {
      const file = found.has(id) ? undefined : await this.maybe(id, ctx);
      if (file !== undefined) found.set(id, file);
    }
    return found;
  }

  /** A live file, or undefined. */
  maybe(id: EntryId, ctx: Ctx): Promise<WireFile | undefined> {
    return this.#maybe(() => this.#files.file(id, ctx));
  }

  async #live(ids: readonly EntryId[], ctx: Ctx): Promise<Map<EntryId, WireFile>> {
    const found = new Map<EntryId, WireFile>();
    for (const id of new Set(ids)) {
      if (found.has(id)) continue;
      const file = await this.#files.file(id, ctx);
      found.set(id, file);
      // Those of a batch mostly lie in one folder.
      const left = new Set(ids.filter((one) => !found.has(one)));
      if (found.size === 1 && left.size >= ONE_BY_ONE) {
        await this.#listed(contentOf(file.parentId), left, found, ctx);
      }
    }
    return found;
  }

  /**
   * Looks for files in a listing, for no more pages than asking for each would take requests.
   * @returns whether they were looked for in the whole of it.
   */
  async #listed(
    scope: ListScope,
    left: Set<EntryId>,
    found: Map<EntryId, WireFile>,
    ctx: Ctx,
  ): Promise<boolean> {
    let pages = 0;
    for await (const files of this.#files.pages(scope, ctx)) {
      for (const file of files) {
        const wanted = scope === TRASH ? file.trashed : file.present;
        if (wanted && left.delete(file.id)) found.set(file.id, file);
      }
      pages += 1;
      if (left.size === 0) return true;
      if (pages > left.size) return false;
    }
    return true;
  }

  async #maybe(get: () => Promise<WireFile>): Promise<WireFile | undefined> {
    try {
      return await get();
    } catch (error) {
      if (error instanceof StorageError && error.code === 'not_found') return undefined;
      throw error;
    }
  }
}

function inOrder(ids: readonly EntryId[], found: ReadonlyMap<EntryId, WireFile>): WireFile[] {
  return ids.map((id) => {
    const file = found.get(id);
    if (file === undefined) throw new StorageError('not_found', 'PikPak has no such file or folder.');
    return file;
  });
}
