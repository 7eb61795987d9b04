import type { Ctx } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import { childPath } from '../../core/path.ts';
import type { Task, UserTasks } from '../../tasks/task.ts';
import type { TransferBatch, View } from '../../vfs/view.ts';
import type { SavePayload } from './save-kind.ts';

/**
 * Begins to save entries of a share, or with no names all of a folder of it, into a folder of a drive. What can be seen to be wrong is told
 * at once. @returns undefined where the folders are not a share and a drive of one cloud. @throws `forbidden`, `not_found`, `exists`.
 */
export async function beginSave(
  { from, names, to }: TransferBatch,
  { view, tasks }: { readonly view: View; readonly tasks: () => UserTasks },
  ctx: Ctx,
): Promise<Task | undefined> {
  if (!(await view.canSaveShared({ from, to }, ctx))) return undefined;
  for (const name of names) {
    await view.get(childPath(from, name), ctx);
    if (await stands(childPath(to, name), view, ctx))
      throw new StorageError('exists', `file [${name}] exists`);
  }
  const payload: SavePayload = { from, names: [...new Set(names)], to };
  const what = names.length === 1 ? `${from}/${names[0] ?? ''}`.replace('//', '/') : from;
  const { task } = await tasks().enqueue('share_save', payload, {
    name: `save [${what}] to [${to}]`,
    dedupeKey: JSON.stringify(payload),
    concurrency: { key: `save ${to}`, limit: 1 },
  });
  return task;
}

async function stands(path: Parameters<View['get']>[0], view: View, ctx: Ctx): Promise<boolean> {
  try {
    await view.get(path, ctx);
    return true;
  } catch (error) {
    if (error instanceof StorageError && error.code === 'not_found') return false;
    throw error;
  }
}
