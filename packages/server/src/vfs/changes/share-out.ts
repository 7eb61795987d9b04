import type { Ctx } from '../../core/driver.ts';
import type { Entry } from '../../core/entry.ts';
import type { TreePath } from '../../core/path.ts';
import type { OwnShare, OwnSharePage } from '../../core/share-address.ts';
import { cannot, leadsToStorages, missing } from './refusals.ts';
import { checkedNames, type ChangeTree, openFolder } from './write-folder.ts';

/** Entries of a folder that are to be opened to others. */
export interface ShareWish {
  readonly dir: TreePath;
  readonly names: readonly string[];
  /** For how long; absent for good. */
  readonly days?: number | undefined;
  /** '' for one that the cloud makes up; absent for none. */
  readonly passCode?: string | undefined;
}

/** Makes a share of entries. @throws `not_found`; `unsupported` where there are no shares; `invalid_argument` for days or a code that won't do. */
export async function shareOut(wish: ShareWish, tree: ChangeTree, ctx: Ctx): Promise<OwnShare> {
  const { dir, names, days, passCode } = wish;
  const checked = checkedNames(dir, names, { mounts: tree.mounts, what: 'move' });
  const folder = await openFolder(dir, tree, ctx);
  const { share } = folder.mount.driver;
  if (share === undefined) throw cannot('share files');
  const entries: Entry[] = [];
  for (const name of checked) {
    const found = await folder.find(name, ctx);
    if (found === undefined) throw missing();
    entries.push(found);
  }
  const ids = entries.map(({ id }) => id);
  const limits = { ...(days === undefined ? {} : { days }), ...(passCode === undefined ? {} : { passCode }) };
  return share({ ids, ...limits }, ctx);
}

/** The shares that the account behind a path has made, one page. @throws `unsupported`. */
export async function ownShares(
  path: TreePath,
  cursor: string | undefined,
  { mounts }: Pick<ChangeTree, 'mounts'>,
  ctx: Ctx,
): Promise<OwnSharePage> {
  const located = mounts.locate(path);
  if (located === undefined) throw leadsToStorages();
  const { listShares } = located.mount.driver;
  if (listShares === undefined) throw cannot('share files');
  return listShares(cursor === undefined ? {} : { cursor }, ctx);
}

/** Ends shares of the account behind a path. Those that are none are fine. @throws `unsupported`. */
export async function endShares(
  path: TreePath,
  shareIds: readonly string[],
  { mounts }: Pick<ChangeTree, 'mounts'>,
  ctx: Ctx,
): Promise<void> {
  const located = mounts.locate(path);
  if (located === undefined) throw leadsToStorages();
  const { unshare } = located.mount.driver;
  if (unshare === undefined) throw cannot('share files');
  await unshare({ shareIds }, ctx);
}
