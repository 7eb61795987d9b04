import type { Ctx } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import type { Rights } from '../core/rights.ts';
import { baseName, parentOf, ROOT, type TreePath } from '../core/path.ts';
import type { Task, UserTasks } from '../tasks/task.ts';
import type { HeldUploads, SpooledFile } from '../uploads/spool.ts';
import type { Node, UploadOptions, View } from '../vfs/view.ts';
import { placeOf } from './begin-transfer.ts';
import type { UploadPayload } from './upload-kind.ts';

export interface UploadWish {
  readonly path: TreePath;
  readonly file: SpooledFile;
  readonly options: Pick<UploadOptions, 'overwrite' | 'modified'>;
}

export interface UploadUser {
  readonly view: View;
  readonly tasks: UserTasks;
  readonly held: HeldUploads;
  readonly rights: Pick<Rights, 'basePath'>;
}

/**
 * Begins a task that takes an upload to its storage. The file is the task's from here on, also when it could not be begun.
 * @throws what looking at the folder throws; `rate_limited` with too many tasks.
 */
export async function beginUpload(
  { path, file, options }: UploadWish,
  { view, tasks, held, rights }: UploadUser,
  ctx: Ctx,
): Promise<Task> {
  const id = await held.hold(file);
  try {
    const folder = await standing(parentOf(path), view, ctx);
    const missing = parentOf(path).slice(folder.path === ROOT ? 0 : folder.path.length);
    const { overwrite = false, modified } = options;
    const payload: UploadPayload = {
      upload: id,
      path,
      size: file.size,
      overwrite,
      ...(modified === undefined ? {} : { modified }),
    };
    const { task } = await tasks.enqueue('upload', payload, {
      name: `upload ${baseName(path)} to ${placeOf(folder, rights, missing)}`,
      concurrency: { key: `upload ${folder.storage?.id ?? 0}`, limit: 3 },
    });
    held.settle(id);
    return task;
  } catch (error) {
    await held.release(id);
    throw error;
  }
}

/** The deepest folder at or above a path that is there. */
async function standing(path: TreePath, view: View, ctx: Ctx): Promise<Node> {
  try {
    return await view.get(path, ctx);
  } catch (error) {
    const missing = error instanceof StorageError && error.code === 'not_found';
    if (!missing || path === ROOT) throw error;
    return standing(parentOf(path), view, ctx);
  }
}
