import type { Allowances } from '../core/cloud-job.ts';
import type { Ctx } from '../core/driver.ts';
import type { Entry, Quota } from '../core/entry.ts';
import { StorageError } from '../core/errors.ts';
import type { Variant } from '../core/link.ts';
import { childPath, ROOT, type TreePath } from '../core/path.ts';
import type { Clock, Log } from '../core/runtime.ts';
import { type Changes, createChanges } from './changes/changes.ts';
import { type Intents, NO_INTENTS } from './changes/intents.ts';
import { Upkeep } from './changes/upkeep.ts';
import { folderPieces } from './folder-pages.ts';
import { folderWindow, hiddenNames, type FolderWindow } from './folder-window.ts';
import { DEFAULT_LIMITS, ListingCache, type ListingLimits } from './listing-cache.ts';
import { createMountTable, type MountChild, type MountTable } from './mount-table.ts';
import type { Mount } from './mount.ts';
import { NoStorageError } from './no-storage-error.ts';
import { type OfflineFolder, offlineFolder } from './offline-folder.ts';
import { openFile, openVariant, variantsOf } from './open-file.ts';
import { childEntry, nodeOf, type Place, resolve } from './place.ts';
import { isSorted } from './sorting.ts';
import type { DrivePlace, DriveTree } from './trash/scope.ts';
import { listStarred, type StarredPage } from './trash/starred.ts';
import { createTrash, type Trash } from './trash/trash.ts';
import type { Listing, ListOptions, Node, OpenFile } from './view.ts';

/**
 * The whole tree, for the gateway itself: nobody's rights are asked here. Doors get a `View` of it.
 *
 * Paths are full paths, and the nodes' `path` is their `fullPath`. Errors are `StorageError`s that name the storage they come from.
 */
export interface Vfs {
  readonly mounts: MountTable;
  readonly changes: Changes;
  readonly trash: Trash;
  /** What stands at `path`. The tree's root and the roots of mounts always do, without I/O. @throws `not_found`. */
  get(path: TreePath, ctx: Ctx): Promise<Node>;
  /**
   * A folder's content: its storage's entries, in the storage's own order unless its record sets another, then the mounts below.
   * With a `limit` and no order set, it answers as soon as the entries asked for are there; `refresh` begins anew.
   * @throws `not_found`, `not_a_folder`, `invalid_argument`; `NoStorageError` for the root of a tree without storages; the
   * storage's own error, also when mounts lie below, because half a folder would look like a whole one.
   */
  list(path: TreePath, options: ListOptions, ctx: Ctx): Promise<Listing>;
  /** A folder, then its content as of one moment, in pieces. @throws as `list`, also between pieces. */
  pages(path: TreePath, ctx: Ctx): AsyncIterable<readonly Node[]>;
  /** The space of the storage behind `path`; undefined where none tells. @throws `not_found`. */
  quota(path: TreePath, ctx: Ctx): Promise<Quota | undefined>;
  /** What the account behind `path` may use besides space; undefined where none tells. @throws `not_found`. */
  allowances(path: TreePath, ctx: Ctx): Promise<Allowances | undefined>;
  /** A file to be read, or a variant of it. @throws `not_found`, `not_a_file`, `unsupported`. */
  open(path: TreePath, ctx: Ctx, variant?: string): Promise<OpenFile>;
  /** The forms in which a file can be played. @throws as `open`. */
  variants(path: TreePath, ctx: Ctx): Promise<readonly Variant[]>;
  /** The folder at `path`, for its cloud to fetch things into. @throws `not_found`, `not_a_folder`, `unsupported`. */
  offline(path: TreePath, ctx: Ctx): Promise<OfflineFolder>;
  /** True when `path` is a folder of a storage that takes uploads. */
  takesUploads(path: TreePath, ctx: Ctx): Promise<boolean>;
  /** @see listStarred */
  starred(place: DrivePlace, cursor: string | undefined, ctx: Ctx): Promise<StarredPage>;
  /** A file with the same content among what memory knows of a mount. Does no I/O. */
  twin(mount: Mount, like: Entry): Entry | undefined;
  /** Forgets all that is remembered of a storage; one that isn't mounted is fine. */
  invalidate(mountId: number): void;
}

export interface VfsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<ListingLimits>;
  /** Where changes of several steps are noted. Default: nowhere. */
  readonly intents?: Intents;
  /** Adds what is known of files beside their storage. Does no I/O. */
  readonly opened?: (file: OpenFile, mount: Mount) => OpenFile;
}

/** An empty tree. Storages are put in by `mounts`. */
export function createVfs(options: VfsOptions): Vfs {
  const { clock, log, limits = {}, opened = (file) => file, intents = NO_INTENTS } = options;
  const listings = new ListingCache({ clock, log, limits: { ...DEFAULT_LIMITS, ...limits } });
  const mounts = createMountTable((mount) => listings.dropMount(mount));
  const upkeep = new Upkeep(listings);
  const changes = createChanges({ mounts, listings, upkeep, clock, intents });
  return new Tree({ mounts, listings, changes, trash: createTrash({ mounts, listings }, upkeep), opened });
}

interface Window {
  readonly start: number;
  readonly end: number;
}

interface TreeParts extends DriveTree {
  readonly changes: Changes;
  readonly trash: Trash;
  readonly opened: (file: OpenFile, mount: Mount) => OpenFile;
}

class Tree implements Vfs {
  readonly mounts: MountTable;
  readonly changes: Changes;
  readonly trash: Trash;
  readonly #listings: ListingCache;
  readonly #opened: TreeParts['opened'];

  constructor({ mounts, listings, changes, trash, opened }: TreeParts) {
    this.#opened = opened;
    this.mounts = mounts;
    this.changes = changes;
    this.trash = trash;
    this.#listings = listings;
  }

  starred(place: DrivePlace, cursor: string | undefined, ctx: Ctx): Promise<StarredPage> {
    return listStarred(place, cursor, { mounts: this.mounts, listings: this.#listings }, ctx);
  }

  async get(path: TreePath, ctx: Ctx): Promise<Node> {
    return nodeOf(await this.#resolve(path, ctx));
  }

  async list(path: TreePath, options: ListOptions, ctx: Ctx): Promise<Listing> {
    const window = windowOf(options);
    if (path === ROOT && this.mounts.size === 0) throw new NoStorageError();
    const place = await this.#resolve(path, ctx);
    if (place.entry.kind !== 'folder') throw new StorageError('not_a_folder', 'not a folder');
    const { mount, entry } = place;
    if (options.refresh === true && mount !== undefined) {
      mount.memory.invalidate(entry.id);
      this.#listings.drop(mount, entry.id);
    }
    if (mount === undefined) return this.#leadingFolder(place, window);
    return this.#folder({ ...place, mount }, window, ctx);
  }

  async *pages(path: TreePath, ctx: Ctx): AsyncGenerator<readonly Node[]> {
    const place = await this.#resolve(path, ctx);
    const { mount, entry, foundIn } = place;
    if (entry.kind !== 'folder') throw new StorageError('not_a_folder', 'not a folder');
    yield [nodeOf(place)];
    const children = this.mounts.children(path);
    if (mount === undefined) {
      yield children.map((child) => childNode(path, child));
      return;
    }
    const listing = this.#listings.of(mount, { id: entry.id, foundIn });
    const order = isSorted(mount.record) ? await listing.inOrder(ctx) : undefined;
    for await (const piece of folderPieces(listing, children, { order, ctx })) {
      yield nodesOf({ ...place, mount }, piece);
    }
  }

  async quota(path: TreePath, ctx: Ctx): Promise<Quota | undefined> {
    const { mount } = await this.#resolve(path, ctx);
    return mount?.driver.quota?.({}, ctx);
  }

  async allowances(path: TreePath, ctx: Ctx): Promise<Allowances | undefined> {
    const { mount } = await this.#resolve(path, ctx);
    return mount?.driver.allowances?.({}, ctx);
  }

  async open(path: TreePath, ctx: Ctx, variant?: string): Promise<OpenFile> {
    const { node, mount } = await this.#file(path, ctx);
    if (variant !== undefined) return openVariant(node, mount, variant, ctx);
    return this.#opened(openFile(node, mount), mount);
  }

  async variants(path: TreePath, ctx: Ctx): Promise<readonly Variant[]> {
    const { node, mount } = await this.#file(path, ctx);
    return variantsOf(node, mount, ctx);
  }

  async #file(path: TreePath, ctx: Ctx): Promise<{ readonly node: Node; readonly mount: Mount }> {
    const place = await this.#resolve(path, ctx);
    if (place.entry.kind !== 'file' || place.mount === undefined) {
      throw new StorageError('not_a_file', 'not a file');
    }
    return { node: nodeOf(place), mount: place.mount };
  }

  async offline(path: TreePath, ctx: Ctx): Promise<OfflineFolder> {
    return offlineFolder(await this.#resolve(path, ctx), this.#listings);
  }

  async takesUploads(path: TreePath, ctx: Ctx): Promise<boolean> {
    if (this.mounts.locate(path)?.mount.driver.upload === undefined) return false;
    try {
      const { entry, mount } = await this.#resolve(path, ctx);
      return entry.kind === 'folder' && mount?.driver.upload !== undefined;
    } catch (error) {
      if (error instanceof StorageError && error.code === 'not_found') return false;
      throw error;
    }
  }

  twin(mount: Mount, like: Entry): Entry | undefined {
    return this.#listings.twin(mount, like);
  }

  invalidate(mountId: number): void {
    const mount = this.mounts.byId(mountId);
    if (mount === undefined) return;
    mount.memory.clear();
    this.#listings.dropMount(mount);
  }

  #resolve(path: TreePath, ctx: Ctx): Promise<Place> {
    if (path === ROOT && this.mounts.size === 0) return Promise.resolve(EMPTY_ROOT);
    return resolve(path, { mounts: this.mounts, listings: this.#listings }, ctx);
  }

  /** A folder that no storage holds. */
  #leadingFolder(place: Place, { start, end }: Window): Listing {
    const children = this.mounts.children(place.path);
    const window = { entries: [], children: children.slice(start, end), known: children.length };
    return listingOf(place, window, true);
  }

  async #folder(place: Place & { readonly mount: Mount }, window: Window, ctx: Ctx): Promise<Listing> {
    const { mount, entry, path, foundIn } = place;
    const listing = this.#listings.of(mount, { id: entry.id, foundIn });
    const children = this.mounts.children(path);
    const peek = (name: string): Entry | undefined => listing.peek(name);
    const shown = (): number => listing.loaded.length - hiddenNames(children, peek).length;
    const ordered = isSorted(mount.record) ? await listing.inOrder(ctx) : undefined;
    if (ordered === undefined) await listing.until(() => shown() >= Math.max(1, window.end), ctx);
    this.#listings.readOn(mount, { id: entry.id }, listing);
    const entries = ordered ?? listing.loaded;
    const part = folderWindow({ entries, children, peek }, window.start, window.end);
    const answer = listingOf(place, part, listing.complete);
    const whole = listing.complete && window.start === 0 && window.end >= part.known;
    return whole && children.length === 0 ? { ...answer, snapshot: listing } : answer;
  }
}

const EMPTY_ROOT: Place = { path: ROOT, entry: { id: '', name: '', kind: 'folder', size: 0 } };

/** @throws StorageError `invalid_argument`. */
function windowOf({ offset = 0, limit }: ListOptions): Window {
  for (const value of [offset, limit ?? 0]) {
    if (!Number.isInteger(value) || value < 0) {
      throw new StorageError('invalid_argument', 'offset and limit must be whole numbers, 0 or more');
    }
  }
  return { start: offset, end: limit === undefined ? Number.POSITIVE_INFINITY : offset + limit };
}

function listingOf(place: Place, window: FolderWindow, complete: boolean): Listing {
  const trash = place.mount?.driver.untrash === undefined ? {} : { trash: true };
  return { folder: nodeOf(place), nodes: nodesOf(place, window), known: window.known, complete, ...trash };
}

function nodesOf(
  { path: dir, mount }: Place,
  { entries, children }: Pick<FolderWindow, 'entries' | 'children'>,
): Node[] {
  const storage = mount === undefined ? {} : { storage: mount.record };
  const nodes: Node[] = entries.map((entry) => {
    const path = childPath(dir, entry.name);
    return { path, fullPath: path, entry, ...storage };
  });
  for (const child of children) nodes.push(childNode(dir, child));
  return nodes;
}

function childNode(dir: TreePath, child: MountChild): Node {
  const place = { path: childPath(dir, child.name), entry: childEntry(child) };
  return nodeOf(child.mount === undefined ? place : { ...place, mount: child.mount });
}
