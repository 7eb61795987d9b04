import { throwIfAborted } from '../../core/abort.ts';
import type { Ctx } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import type { TreePath } from '../../core/path.ts';
import type { EntryCalls } from './entry-calls.ts';
import { cannot } from './refusals.ts';
import { type ChangeTree, openFolder, type WriteFolder } from './write-folder.ts';

/** Folders that one call looks into. */
const MAX_FOLDERS = 20_000;

interface Round {
  readonly tree: ChangeTree;
  readonly calls: EntryCalls;
  seen: number;
}

/**
 * Removes the empty folders below a folder, from the bottom up (API reference §3.9); the folder itself stays. Each is listed anew right
 * before it goes, since what memory shows as empty may have been filled by others. What is mounted inside is left alone, and keeps the
 * folders that lead to it.
 */
export async function prune(
  path: TreePath,
  { tree, calls }: { readonly tree: ChangeTree; readonly calls: EntryCalls },
  ctx: Ctx,
): Promise<void> {
  const top = await openFolder(path, tree, ctx);
  if (top.mount.driver.remove === undefined) throw cannot('remove');
  await emptied(top, { tree, calls, seen: 0 }, ctx);
}

/** Prunes below a folder, and tells whether it is empty now. */
async function emptied(folder: WriteFolder, round: Round, ctx: Ctx): Promise<boolean> {
  throwIfAborted(ctx.signal);
  if (++round.seen > MAX_FOLDERS) {
    throw new StorageError('unsupported', `there are more than ${MAX_FOLDERS} folders in it`, {
      detail: { remedy: 'Call it again to go on, or for its folders one by one.' },
    });
  }
  const scan: Ctx = { ...ctx, priority: 'scan' };
  folder.renew();
  let left = 0;
  let removed = 0;
  for (const entry of await folder.all(scan)) {
    const mayGo = entry.kind === 'folder' && folder.overlay(entry.name) === undefined;
    if (mayGo && (await emptied(folder.child(entry), round, ctx))) {
      await round.calls.remove(folder, [entry], ctx);
      removed++;
    } else left++;
  }
  if (left > 0 || round.tree.mounts.children(folder.path).length > 0) return false;
  if (removed === 0) return true;
  folder.renew();
  return (await folder.all(scan)).length === 0;
}
