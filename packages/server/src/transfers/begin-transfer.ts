import type { Ctx } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import { childPath, isWithin, normalizePath, relativeTo, ROOT, type TreePath } from '../core/path.ts';
import { may, Permission, type Rights } from '../core/rights.ts';
import type { Task, UserTasks } from '../tasks/task.ts';
import type { ConflictOptions, Node, TransferBatch, View } from '../vfs/view.ts';
import { entryAt } from './copy-file.ts';
import type { TransferPayload } from './payload.ts';

export interface TransferWish {
  readonly how: 'copy' | 'move';
  readonly batch: TransferBatch;
  readonly options: ConflictOptions & { readonly rename?: boolean };
}

export interface TransferUser {
  readonly view: View;
  readonly tasks: () => UserTasks;
  readonly rights: Rights;
}

/**
 * Begins a task for each name of a batch that goes from one storage to another. All is checked before the first is made.
 * @returns undefined for a batch within one storage, which needs no task.
 * @throws `forbidden`; `unsupported` for a target that takes no uploads; `exists` with AList's text; `not_found`.
 */
export async function beginTransfer(
  { how, batch, options }: TransferWish,
  { view, tasks, rights }: TransferUser,
  ctx: Ctx,
): Promise<readonly Task[] | undefined> {
  const { from, to, names } = batch;
  if (!may(rights, how === 'copy' ? Permission.copy : Permission.move)) throw denied();
  const [source, target] = [await view.get(from, ctx), await view.get(to, ctx)];
  if (source.storage === undefined || target.storage === undefined) return undefined;
  if (source.storage.id === target.storage.id) return undefined;
  if (how === 'move' && !may(rights, Permission.remove)) throw denied();
  if (!(await view.canWrite(to, ctx))) throw new StorageError('unsupported', 'upload not supported');
  const conflict = conflictOf(options);
  for (const name of names) await check({ from, to, name, conflict }, view, ctx);
  const made: Task[] = [];
  for (const name of names) {
    const payload: TransferPayload = { from, to, names: [name], conflict };
    const { task } = await tasks().enqueue(how, payload, {
      name: `${how} ${placeOf(source, rights, name)} to ${placeOf(target, rights)}`,
      dedupeKey: JSON.stringify([from, to, name]),
      concurrency: { key: `transfer ${target.storage.id}`, limit: 2 },
    });
    made.push(task);
  }
  return made;
}

function conflictOf({
  overwrite,
  skipExisting,
  rename,
}: TransferWish['options']): TransferPayload['conflict'] {
  if (skipExisting === true) return 'skip';
  if (overwrite === true) return 'overwrite';
  return rename === true ? 'rename' : 'refuse';
}

async function check(
  {
    from,
    to,
    name,
    conflict,
  }: { readonly from: TreePath; readonly to: TreePath; readonly name: string; readonly conflict: string },
  view: View,
  ctx: Ctx,
): Promise<void> {
  const path = childPath(from, name);
  const { mount, entry } = await view.get(path, ctx);
  if (mount !== undefined) throw new StorageError('unsupported', "a storage's root folder stays where it is");
  if (entry.kind === 'folder' && isWithin(to, path)) {
    throw new StorageError('invalid_argument', 'a folder cannot be put into itself');
  }
  if (conflict === 'refuse' && (await entryAt(view, childPath(to, name), ctx)) !== undefined) {
    throw new StorageError('exists', `file [${name}] exists`);
  }
}

/**
 * A storage and the path inside it, as task names have it (API reference §6.8). For an owner who is confined within the storage its root is
 * their own folder: they know no other path.
 */
export function placeOf(
  { path, fullPath, storage }: Node,
  { basePath }: Pick<Rights, 'basePath'>,
  name = '',
): string {
  const mount = normalizePath(storage?.mountPath ?? '/');
  const [root, below] = isWithin(mount, basePath)
    ? [relativeTo(mount, basePath), relativeTo(fullPath, mount)]
    : [ROOT, path];
  return `[${root}](${`${below}/${name}`.replaceAll(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '')})`;
}

function denied(): StorageError {
  return new StorageError('forbidden', 'permission denied');
}
