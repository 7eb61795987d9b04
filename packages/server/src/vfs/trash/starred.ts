import type { Ctx } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import { childPath } from '../../core/path.ts';
import { cannot } from '../changes/refusals.ts';
import type { Node } from '../view.ts';
import { type DrivePlace, DriveScope, type DriveTree } from './scope.ts';

/** `nodes` may be fewer than the storage's own page has, or none. */
export interface StarredPage {
  readonly nodes: readonly Node[];
  readonly next?: string;
}

/** What carries a star, wherever it lies on the storage at a place, as far as someone there may see it. @throws `unsupported`. */
export async function listStarred(
  place: DrivePlace,
  cursor: string | undefined,
  tree: DriveTree,
  ctx: Ctx,
): Promise<StarredPage> {
  const scope = await DriveScope.of(place, tree, ctx);
  const { driver, record } = scope.mount;
  if (driver.listStarred === undefined) throw cannot('keep stars');
  try {
    const page = await driver.listStarred(cursor === undefined ? {} : { cursor }, ctx);
    const nodes: Node[] = [];
    for (const entry of page.entries) {
      const dir = await scope.folderOf(entry);
      if (dir === undefined) continue;
      const path = childPath(dir, entry.name);
      nodes.push({ path, fullPath: path, entry, storage: record });
    }
    return { nodes, ...(page.next === undefined ? {} : { next: page.next }) };
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    throw error.withDetail({ storage: record.mountPath });
  }
}
