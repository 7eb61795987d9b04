import type { Ctx } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import type { TreePath } from '../../core/path.ts';
import type { EntryCalls } from './entry-calls.ts';
import { acrossStorages } from './refusals.ts';
import { checkReplaceable, type Conflict, transfer } from './transfer.ts';
import { type ChangeTree, openFolder, type WriteFolder } from './write-folder.ts';

/** All files of a tree that go into one folder. */
export interface Flattening {
  readonly from: TreePath;
  readonly to: TreePath;
  readonly conflict: Conflict;
}

/** Folders that one call walks through. */
const MAX_FOLDERS = 20_000;

/**
 * Moves the files of a folder and of all folders below it into another one (API reference §3.9); the folders stay. What is mounted inside
 * is left alone, and so are files that lie in the target already. Unless conflicts are settled, one taken name means that nothing moves.
 * @returns how many files moved. @throws as `transfer`.
 */
export async function flatten(
  { from, to, conflict }: Flattening,
  { tree, calls }: { readonly tree: ChangeTree; readonly calls: EntryCalls },
  ctx: Ctx,
): Promise<number> {
  const source = await openFolder(from, tree, ctx);
  const target = await openFolder(to, tree, ctx);
  if (source.mount !== target.mount) throw acrossStorages('move');
  const found = await filesBelow(source, { ...ctx, priority: 'scan' });
  const batches = found.filter(({ folder }) => folder.path !== to);
  const settled = conflict.overwrite === true || conflict.skipExisting === true;
  if (!settled) await checkFree(batches, target, conflict, ctx);
  let count = 0;
  for (const { folder, names } of batches) {
    count += await transfer({ from: folder.path, names, to }, { op: 'move', conflict, tree, calls }, ctx);
  }
  return count;
}

interface FilesOf {
  readonly folder: WriteFolder;
  readonly names: readonly string[];
}

async function filesBelow(top: WriteFolder, ctx: Ctx): Promise<FilesOf[]> {
  const folders = [top];
  const files: FilesOf[] = [];
  for (const folder of folders) {
    const names: string[] = [];
    for (const entry of await folder.all(ctx)) {
      if (folder.overlay(entry.name) !== undefined) continue;
      if (entry.kind === 'file') names.push(entry.name);
      else folders.push(folder.child(entry));
    }
    if (folders.length > MAX_FOLDERS) {
      throw new StorageError('unsupported', `there are more than ${MAX_FOLDERS} folders in it`, {
        detail: { remedy: 'Do it for its folders one by one.' },
      });
    }
    if (names.length > 0) files.push({ folder, names });
  }
  return files;
}

async function checkFree(
  batches: readonly FilesOf[],
  target: WriteFolder,
  conflict: Conflict,
  ctx: Ctx,
): Promise<void> {
  const coming = new Set<string>();
  for (const name of batches.flatMap(({ names }) => names)) {
    const occupied = coming.has(name) || target.overlay(name) !== undefined;
    if (occupied || (await target.known(name, ctx)) !== undefined) checkReplaceable(name, conflict);
    coming.add(name);
  }
}
