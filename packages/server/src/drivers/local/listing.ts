import type { Stats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import type { Entry, EntryId, EntryPage } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import { childId, decodeName, displayName, encodeName, type RawName } from './entry-id.ts';
import { errnoOf } from './errors.ts';
import type { Folder } from './folder.ts';

interface Names {
  /** Changes when an entry comes or goes. */
  readonly version: string;
  /** In the order of their bytes. */
  readonly sorted: readonly RawName[];
}

/** What is shown, and how. */
export interface ListingRules {
  readonly shows: (name: RawName) => boolean;
  /** Whether a picture can be made of a file of this name. */
  readonly isPictured: (name: string) => boolean;
}

/** Pages folders in the order of their names' bytes, which is the same for every page whatever happens in between. */
export class Listing {
  readonly #pageSize: number;
  readonly #rules: ListingRules;
  /** Names of folders whose listing is under way, so that each further page costs no look at all names. */
  readonly #names = new LRUCache<EntryId, Names>({
    maxSize: 500_000,
    sizeCalculation: ({ sorted }) => sorted.length + 1,
  });

  constructor(pageSize: number, rules: ListingRules) {
    this.#pageSize = pageSize;
    this.#rules = rules;
  }

  /**
   * A page of `folder`, whose id is `dir`. A cursor is the last name that was looked at.
   * @throws StorageError `invalid_argument` for a bad cursor.
   */
  async page(dir: EntryId, folder: Folder, cursor: string | undefined): Promise<EntryPage> {
    const behind = cursor === undefined ? undefined : decodeName(cursor);
    if (cursor !== undefined && behind === undefined) {
      throw new StorageError('invalid_argument', 'this is no cursor of this storage');
    }
    const names = await this.#namesOf(dir, folder, cursor !== undefined);
    const start = behind === undefined ? 0 : firstAfter(names, behind);
    const page = names.slice(start, start + this.#pageSize);
    const entries = (await Promise.all(page.map((name) => this.#entry(dir, folder, name)))).filter(
      (entry) => entry !== undefined,
    );
    const last = page.at(-1);
    if (last === undefined || start + page.length >= names.length) {
      this.#names.delete(dir);
      return { entries };
    }
    return { entries, next: encodeName(last) };
  }

  async #namesOf(dir: EntryId, folder: Folder, goesOn: boolean): Promise<readonly RawName[]> {
    const { dev, ino, mtimeNs } = await stat(folder.path, { bigint: true });
    const version = `${dev} ${ino} ${mtimeNs}`;
    const known = goesOn ? this.#names.get(dir) : undefined;
    if (known?.version === version) return known.sorted;
    const names = await readdir(folder.path, { encoding: 'buffer' });
    const sorted = names.filter(this.#rules.shows).sort((a, b) => Buffer.compare(a, b));
    if (sorted.length > this.#pageSize) this.#names.set(dir, { version, sorted });
    return sorted;
  }

  /** Undefined for what is no entry, or has gone since its name was read. */
  async #entry(dir: EntryId, folder: Folder, name: RawName): Promise<Entry | undefined> {
    try {
      return entryOf(childId(dir, name), name, await lstat(folder.at(name)), this.#rules.isPictured);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }
}

/** An entry as the disk describes it; undefined for symbolic links, pipes, sockets and devices, which are not served. */
export function entryOf(
  id: EntryId,
  name: RawName,
  stats: Stats,
  isPictured: ListingRules['isPictured'] = () => false,
): Entry | undefined {
  if (!stats.isFile() && !stats.isDirectory()) return undefined;
  const shown = displayName(name);
  return {
    id,
    name: shown,
    kind: stats.isFile() ? 'file' : 'folder',
    size: stats.isFile() ? stats.size : 0,
    modified: Math.round(stats.mtimeMs),
    ...(stats.isFile() && isPictured(shown) ? { pictured: true } : {}),
    // Some file systems don't know it and say 0.
    ...(stats.birthtimeMs > 0 ? { created: Math.round(stats.birthtimeMs) } : {}),
  };
}

function firstAfter(names: readonly RawName[], name: RawName): number {
  let [low, high] = [0, names.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = names[middle];
    if (at !== undefined && Buffer.compare(at, name) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
