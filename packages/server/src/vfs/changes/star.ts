import type { Ctx } from '../../core/driver.ts';
import type { Entry } from '../../core/entry.ts';
import type { TreePath } from '../../core/path.ts';
import { cannot, missing } from './refusals.ts';
import { checkedNames, type ChangeTree, openFolder } from './write-folder.ts';

/** Entries of one folder that get a star, or lose it. */
export interface Starring {
  readonly dir: TreePath;
  readonly names: readonly string[];
  readonly starred: boolean;
}

/** @throws `not_found` when one is missing, and then none is changed; `unsupported`. */
export async function starEntries(
  { dir, names, starred }: Starring,
  tree: ChangeTree,
  ctx: Ctx,
): Promise<void> {
  const checked = checkedNames(dir, names, { mounts: tree.mounts, what: 'move' });
  const folder = await openFolder(dir, tree, ctx);
  const { driver } = folder.mount;
  if (driver.star === undefined) throw cannot('keep stars');
  const call = driver.star.bind(driver);
  const entries: Entry[] = [];
  for (const name of checked) {
    const found = await folder.find(name, ctx);
    if (found === undefined) throw missing();
    entries.push(found);
  }
  const ids = entries.map(({ id }) => id);
  if (ids.length === 0) return;
  const come = entries.map((entry) => marked(entry, starred));
  const run = (): Promise<void> => call({ ids, starred }, ctx);
  await tree.upkeep.change(folder.mount, { dirs: [folder.id] }, run, () => ({ gone: ids, come }));
}

function marked(entry: Entry, starred: boolean): Entry {
  const { starred: before, ...plain } = entry;
  if (before === starred) return entry;
  return starred ? { ...plain, starred } : plain;
}
