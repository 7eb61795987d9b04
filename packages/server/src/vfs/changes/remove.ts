import type { Ctx } from '../../core/driver.ts';
import type { Entry } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import type { TreePath } from '../../core/path.ts';
import { type Place, resolve } from '../place.ts';
import type { EntryCalls } from './entry-calls.ts';
import { cannot } from './refusals.ts';
import { checkedNames, type ChangeTree, WriteFolder } from './write-folder.ts';

/**
 * Removes entries of a folder, all at once. What is missing counts as removed, after the storage was asked anew.
 * Names are checked, and entries looked up, before the first is removed.
 * @throws `invalid_name`; `unsupported` where a storage is mounted at or behind a name; `not_a_folder`.
 */
export async function removeEntries(
  { dir, names }: { readonly dir: TreePath; readonly names: readonly string[] },
  { tree, calls }: { readonly tree: ChangeTree; readonly calls: EntryCalls },
  ctx: Ctx,
): Promise<void> {
  const checked = checkedNames(dir, names, { mounts: tree.mounts, what: 'remove' });
  const place = await existing(dir, tree, ctx);
  if (place?.mount === undefined) return; // all that stands in a folder without storage are mounts
  const { mount, entry, foundIn } = place;
  if (entry.kind !== 'folder') throw new StorageError('not_a_folder', 'not a folder');
  if (mount.driver.remove === undefined) throw cannot('remove');
  const folder = new WriteFolder(tree, { path: dir, mount, id: entry.id, foundIn });
  const found: Entry[] = [];
  for (const name of checked) {
    const one = await folder.find(name, ctx);
    if (one !== undefined) found.push(one);
  }
  if (found.length > 0) await calls.remove(folder, found, ctx);
}

async function existing(path: TreePath, tree: ChangeTree, ctx: Ctx): Promise<Place | undefined> {
  try {
    return await resolve(path, tree, ctx);
  } catch (error) {
    if (error instanceof StorageError && error.code === 'not_found') return undefined;
    throw error;
  }
}
