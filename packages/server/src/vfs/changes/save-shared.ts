import type { Ctx } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import type { EntryId } from '../../core/entry.ts';
import type { TreePath } from '../../core/path.ts';
import { missing } from './refusals.ts';
import { checkedNames, type ChangeTree, openFolder, type WriteFolder } from './write-folder.ts';

/** Entries of a share's folder that are to be saved into a folder of a drive. */
export interface Saving {
  readonly from: TreePath;
  readonly names: readonly string[];
  readonly to: TreePath;
  /** What an earlier call has begun and not brought to its end: it is waited for, and nothing is begun. */
  readonly job?: string | undefined;
}

/**
 * Has the cloud copy what somebody shared into a drive of the same cloud; no bytes travel. All is there when the answer has no `job`; with
 * one, it goes on in the cloud.
 * @throws `unsupported` where the folders are not a share and a drive that can take it; `not_found`; what the drivers throw.
 */
export async function saveShared(
  { from, names, to, job }: Saving,
  tree: ChangeTree,
  ctx: Ctx,
): Promise<{ readonly job?: string }> {
  const checked = checkedNames(from, names, { mounts: tree.mounts, what: 'move' });
  const source = await openFolder(from, tree, ctx);
  const target = await openFolder(to, tree, ctx);
  const { shareTicket } = source.mount.driver;
  const { restore } = target.mount.driver;
  if (shareTicket === undefined || restore === undefined) throw notSavable();
  const ids = await idsOf(source, checked, ctx);
  if (ids.length === 0) return {};
  const ticket = await shareTicket({ ids }, ctx);
  const args = { ticket, to: target.id, ...(job === undefined ? {} : { job }) };
  const run = (): Promise<{ readonly job?: string }> => restore(args, ctx);
  try {
    return await tree.upkeep.change(target.mount, { dirs: [target.id] }, run, () => ({}));
  } finally {
    target.renew(); // what has come is known by name alone
  }
}

/** Whether things in one folder can be saved into the other so. */
export async function canSaveShared(
  { from, to }: Pick<Saving, 'from' | 'to'>,
  tree: ChangeTree,
  ctx: Ctx,
): Promise<boolean> {
  const share = tree.mounts.locate(from)?.mount.driver.shareTicket;
  const drive = tree.mounts.locate(to)?.mount.driver.restore;
  if (share === undefined || drive === undefined) return false;
  await openFolder(from, tree, ctx);
  await openFolder(to, tree, ctx);
  return true;
}

async function idsOf(folder: WriteFolder, names: readonly string[], ctx: Ctx): Promise<EntryId[]> {
  const ids: EntryId[] = [];
  for (const name of names) {
    const found = await folder.find(name, ctx);
    if (found === undefined) throw missing();
    ids.push(found.id);
  }
  return ids;
}

function notSavable(): StorageError {
  return new StorageError('unsupported', 'this can not be saved there without fetching it', {
    detail: { remedy: 'Save from a share to a drive of the same cloud, or copy it.' },
  });
}
