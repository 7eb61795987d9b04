import type { Ctx } from '../core/driver.ts';
import type { Entry, EntryId } from '../core/entry.ts';
import { StorageError } from '../core/errors.ts';
import { baseName, type TreePath } from '../core/path.ts';
import type { ListingCache } from './listing-cache.ts';
import type { Located, MountChild, MountTable } from './mount-table.ts';
import type { Mount } from './mount.ts';
import type { Node } from './view.ts';

/** What stands at a path of the whole tree. */
export interface Place {
  readonly path: TreePath;
  readonly entry: Entry;
  /** Where the entry lives; absent for folders that exist only because mounts lie below them. */
  readonly mount?: Mount;
  /** The folder of the mount in which the entry was found; absent for the mount's own root. */
  readonly foundIn?: EntryId;
}

/**
 * What a path leads to. The root of a mount is known without I/O, whatever state its storage is in; below it the folders on the way
 * are listed as far as needed. A folder that only leads to mounts stands wherever no real folder does; it goes before a file
 * of the same name, because the mounts behind it could not be walked to otherwise.
 *
 * @throws StorageError `not_found`, also for a path through a file; whatever listing the folders on the way throws.
 */
export async function resolve(
  path: TreePath,
  { mounts, listings }: { readonly mounts: MountTable; readonly listings: ListingCache },
  ctx: Ctx,
): Promise<Place> {
  const located = mounts.locate(path);
  if (located?.below.length === 0) return rootPlace(path, located.mount);
  const real = located === undefined ? undefined : await walk(path, located, { listings, ctx });
  if (real?.entry.kind === 'folder') return real;
  const [first] = mounts.children(path);
  if (first !== undefined) return { path, entry: leadingFolder(baseName(path), first.first) };
  if (real === undefined) throw new StorageError('not_found', 'object not found');
  return real;
}

async function walk(
  path: TreePath,
  { mount, below }: Located,
  { listings, ctx }: { readonly listings: ListingCache; readonly ctx: Ctx },
): Promise<Place | undefined> {
  let foundIn: EntryId | undefined;
  let entry = rootEntry(mount);
  for (const segment of below) {
    if (entry.kind !== 'folder') return undefined;
    const { id } = entry;
    const found = await listings.of(mount, { id, foundIn }).find(segment, ctx);
    if (found === undefined) return undefined;
    [foundIn, entry] = [id, found];
  }
  return { path, entry, mount, ...(foundIn === undefined ? {} : { foundIn }) };
}

/** A child that leads to mounts, as an entry of its folder. */
export function childEntry({ name, mount, first }: MountChild): Entry {
  return mount === undefined ? leadingFolder(name, first) : { ...rootEntry(mount), name };
}

/** The node at a place, by its path in the whole tree. */
export function nodeOf({ path, entry, mount, foundIn }: Place): Node {
  const node = { path, fullPath: path, entry };
  if (mount === undefined) return node;
  const { record } = mount;
  if (foundIn !== undefined) return { ...node, storage: record };
  return { ...node, storage: record, mount: { record, status: mount.status() } };
}

function rootPlace(path: TreePath, mount: Mount): Place {
  return { path, entry: { ...rootEntry(mount), name: baseName(path) }, mount };
}

function rootEntry({ driver, record }: Mount): Entry {
  return { id: driver.root, name: '', kind: 'folder', size: 0, modified: record.modified };
}

/** It has no id, because no storage knows it. */
function leadingFolder(name: string, { record }: Mount): Entry {
  return { id: '', name, kind: 'folder', size: 0, modified: record.modified };
}
