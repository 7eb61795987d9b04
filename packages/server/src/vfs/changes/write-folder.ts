import type { Ctx } from '../../core/driver.ts';
import type { Entry, EntryId } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import { childPath, type TreePath } from '../../core/path.ts';
import type { Clock } from '../../core/runtime.ts';
import type { ListingCache } from '../listing-cache.ts';
import type { Listing } from '../listing.ts';
import type { MountChild, MountTable } from '../mount-table.ts';
import type { Mount } from '../mount.ts';
import { resolve } from '../place.ts';
import type { Intents } from './intents.ts';
import { holdsMounts, leadsToStorages, storageRoot } from './refusals.ts';
import type { Upkeep } from './upkeep.ts';

/** What changes work on. */
export interface ChangeTree {
  readonly mounts: MountTable;
  readonly listings: ListingCache;
  readonly upkeep: Upkeep;
  readonly clock: Clock;
  readonly intents: Intents;
}

/**
 * A folder of a storage as one change sees it. Its listing is taken once, from memory where it is there, so that a batch of a thousand
 * names looks at the folder once.
 */
export class WriteFolder {
  readonly path: TreePath;
  readonly mount: Mount;
  readonly id: EntryId;
  readonly #foundIn: EntryId | undefined;
  readonly #tree: ChangeTree;
  #listing: Listing | undefined;
  #renewed = false;

  constructor(
    tree: ChangeTree,
    place: Pick<WriteFolder, 'path' | 'mount' | 'id'> & { foundIn?: EntryId | undefined },
  ) {
    this.path = place.path;
    this.mount = place.mount;
    this.id = place.id;
    this.#foundIn = place.foundIn;
    this.#tree = tree;
  }

  /** The entry of that name, as far as memory knows. What it misses the driver notices: a taken name is `exists`. */
  known(name: string, ctx: Ctx): Promise<Entry | undefined> {
    return this.#content().find(name, ctx);
  }

  /** The entry of that name. Before it counts as missing, the storage is asked anew, once for all names. */
  async find(name: string, ctx: Ctx): Promise<Entry | undefined> {
    const found = await this.known(name, ctx);
    if (found !== undefined || this.#renewed) return found;
    this.renew();
    return this.known(name, ctx);
  }

  /** Everything in it. */
  all(ctx: Ctx): Promise<readonly Entry[]> {
    return this.#content().all(ctx);
  }

  /** Forgets what is remembered of it. */
  renew(): void {
    this.mount.memory.invalidate(this.id);
    this.#tree.listings.drop(this.mount, this.id);
    this.#listing = undefined;
    this.#renewed = true;
  }

  /** One of its folders. */
  child({ name, id }: Entry): WriteFolder {
    const path = childPath(this.path, name);
    return new WriteFolder(this.#tree, { path, mount: this.mount, id, foundIn: this.id });
  }

  /** What is mounted at or behind one of its names. */
  overlay(name: string): MountChild | undefined {
    return overlayOf(this.#tree.mounts, this.path, name);
  }

  #content(): Listing {
    this.#listing ??= this.#tree.listings.of(this.mount, { id: this.id, foundIn: this.#foundIn });
    return this.#listing;
  }
}

/** The folder at `path`, to change something in it. @throws `not_found`, `not_a_folder`, `unsupported` for one that no storage holds. */
export async function openFolder(path: TreePath, tree: ChangeTree, ctx: Ctx): Promise<WriteFolder> {
  const { entry, mount, foundIn } = await resolve(path, tree, ctx);
  if (entry.kind !== 'folder') throw new StorageError('not_a_folder', 'not a folder');
  if (mount === undefined) throw leadsToStorages();
  return new WriteFolder(tree, { path, mount, id: entry.id, foundIn });
}

/** What is mounted at or behind `name` in a folder. */
export function overlayOf(mounts: MountTable, dir: TreePath, name: string): MountChild | undefined {
  return mounts.children(dir).find((child) => child.name === name);
}

/**
 * The names of a batch, each once, all of them entries that a change may take away. Nothing is asked of a storage.
 * @throws `invalid_name` for what is no single segment; `unsupported` where a storage is mounted at or behind a name.
 */
export function checkedNames(
  dir: TreePath,
  names: readonly string[],
  { mounts, what }: { readonly mounts: MountTable; readonly what: 'remove' | 'move' },
): string[] {
  const unique = [...new Set(names)];
  for (const name of unique) childPath(dir, name);
  for (const name of unique) {
    const overlay = overlayOf(mounts, dir, name);
    if (overlay?.mount !== undefined) throw storageRoot(what);
    if (overlay !== undefined) throw holdsMounts();
  }
  return unique;
}
