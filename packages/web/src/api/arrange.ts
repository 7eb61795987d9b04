import type { TreePath } from '../tree/tree-path.ts';
import type { Api } from './client.ts';
import { readList, readRecord } from './read.ts';
import { readTask, type Task } from './tasks.ts';

/** What becomes of a name that is taken where it goes: nothing is done, it is left out, or it is replaced. */
export type Conflict = 'refuse' | 'skip' | 'overwrite';

/** Entries of one folder that are to go to another. */
export interface Transfer {
  readonly how: 'copy' | 'move';
  readonly from: TreePath;
  readonly to: TreePath;
  readonly names: readonly string[];
  readonly conflict: Conflict;
}

/** Moves or copies. Resolves when it is done within one storage; between storages to the tasks that do it. @throws ApiError */
export async function transfer(
  api: Api,
  { how, from, to, names, conflict }: Transfer,
): Promise<readonly Task[]> {
  const body = {
    src_dir: from,
    dst_dir: to,
    names,
    overwrite: conflict === 'overwrite',
    skip_existing: conflict === 'skip',
  };
  return readList(readRecord(await api(`/fs/${how}`, { body }))['tasks']).map(readTask);
}

/** Gives an entry another name in its folder. @throws ApiError, with `file [NAME] exists` for one that is taken. */
export async function renameEntry(api: Api, path: TreePath, name: string): Promise<void> {
  await api('/fs/rename', { body: { path, name } });
}
