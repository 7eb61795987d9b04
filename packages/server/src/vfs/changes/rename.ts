import type { Ctx } from '../../core/driver.ts';
import { checkGivenName } from '../../core/own-folder.ts';
import { StorageError } from '../../core/errors.ts';
import { baseName, parentOf, ROOT, type TreePath } from '../../core/path.ts';
import type { EntryCalls } from './entry-calls.ts';
import { cannot, missing, storageRoot, taken } from './refusals.ts';
import { replacing } from './replacing.ts';
import { checkReplaceable, type Conflict, markOf } from './transfer.ts';
import { checkedNames, type ChangeTree, openFolder } from './write-folder.ts';

/** A new name for what stands at `path`. */
export interface Renaming {
  readonly path: TreePath;
  readonly name: string;
  readonly overwrite?: Conflict['overwrite'];
}

/** Renames an entry within its folder. Its own name is fine and does nothing. @throws `invalid_name`, `exists`, `not_found`, `unsupported`. */
export async function renameEntry(
  { path, name, overwrite }: Renaming,
  { tree, calls }: { readonly tree: ChangeTree; readonly calls: EntryCalls },
  ctx: Ctx,
): Promise<void> {
  checkGivenName(name);
  if (path === ROOT) throw storageRoot('move');
  const [dir, old] = [parentOf(path), baseName(path)];
  checkedNames(dir, [old], { mounts: tree.mounts, what: 'move' });
  const folder = await openFolder(dir, tree, ctx);
  if (folder.mount.driver.rename === undefined) throw cannot('rename');
  const entry = await folder.find(old, ctx);
  if (entry === undefined) throw missing();
  if (name === old) return;
  if (folder.overlay(name) !== undefined) throw taken(name);
  const noted = { intents: tree.intents, op: 'move', coming: entry } as const;
  const go = (): Promise<unknown> => calls.rename(folder, entry, name, ctx);
  const target = await folder.known(name, ctx);
  if (target !== undefined) {
    checkReplaceable(name, { overwrite });
    await replacing({ folder, target, mark: markOf(tree), noted }, calls, go, ctx);
    return;
  }
  try {
    await go();
  } catch (error) {
    if (!(error instanceof StorageError) || error.code !== 'exists') throw error;
    checkReplaceable(name, { overwrite });
    folder.renew();
    const found = await folder.known(name, ctx);
    // A name that differs by case alone may be the entry's own.
    if (found === undefined || found.id === entry.id) throw taken(name, error);
    await replacing({ folder, target: found, mark: markOf(tree), noted }, calls, go, ctx);
  }
}
