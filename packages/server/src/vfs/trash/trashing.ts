import type { Ctx } from '../../core/driver.ts';
import type { EntryId } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import { joinPath, relativeTo, type TreePath } from '../../core/path.ts';
import { may, Permission, type Rights } from '../../core/rights.ts';
import type { StorageRecord } from '../../core/storage-record.ts';
import { confined } from '../confined.ts';
import type { Node } from '../view.ts';
import type { Vfs } from '../vfs.ts';
import type { Restored, Trashed, TrashedPage } from './trash.ts';

/**
 * The trash of a storage, named by any path on it, and what carries a star. Both belong to a whole drive, where nothing has a path: a user
 * who is confined to a folder sees and touches only what lies, or lay, below it. Everything about the trash needs the right `remove`.
 *
 * All throw `unsupported` where the storage has no trash or no stars, and where no storage is.
 */
export interface Trashing {
  /** The storages that have a trash, each with a path to ask by; none for someone who may not remove. Does no I/O. */
  trashPlaces(): readonly { readonly path: TreePath; readonly storage: StorageRecord }[];
  /** One page, as large as the storage makes it; it may hold nothing while more follow. */
  listTrash(path: TreePath, cursor: string | undefined, ctx: Ctx): Promise<TrashedPage>;
  /**
   * Puts things back where they lay; into the storage's root what lay in a folder that is gone.
   * @throws `not_found` for ids of what the user's trash doesn't hold; `exists` where a name is taken, and then nothing comes back.
   */
  restore(path: TreePath, ids: readonly EntryId[], ctx: Ctx): Promise<readonly Restored[]>;
  /** For good. @throws `not_found` as `restore`. */
  purge(path: TreePath, ids: readonly EntryId[], ctx: Ctx): Promise<void>;
  /** Takes all that the user sees of a trash away for good. */
  emptyTrash(path: TreePath, ctx: Ctx): Promise<void>;
  /** What carries a star, one page. */
  listStarred(
    path: TreePath,
    cursor: string | undefined,
    ctx: Ctx,
  ): Promise<{ readonly nodes: readonly Node[]; readonly next?: string }>;
}

export function trashing(vfs: Vfs, rights: Rights): Trashing {
  const { basePath: base } = rights;
  const { trash } = vfs;
  const at = (path: TreePath) => ({ path: joinPath(base, path), base });
  const allowed = <T>(run: () => Promise<T>): Promise<T> =>
    confined(base, async () => {
      if (!may(rights, Permission.remove)) throw new StorageError('forbidden', 'permission denied');
      return run();
    });
  const inside = ({ entry, from }: Trashed): Trashed => ({
    entry,
    from: from === undefined ? undefined : relativeTo(from, base),
  });

  return {
    trashPlaces() {
      if (!may(rights, Permission.remove)) return [];
      return trash.places(base).map(({ path, storage }) => ({ path: relativeTo(path, base), storage }));
    },
    listTrash: (path, cursor, ctx) =>
      allowed(async () => {
        const page = await trash.list(at(path), cursor, ctx);
        return { ...page, trashed: page.trashed.map(inside) };
      }),
    restore: (path, ids, ctx) =>
      allowed(async () => {
        const restored = await trash.restore(at(path), ids, ctx);
        return restored.map(({ entry, dir }) => ({ entry, dir: relativeTo(dir, base) }));
      }),
    purge: (path, ids, ctx) => allowed(() => trash.purge(at(path), ids, ctx)),
    emptyTrash: (path, ctx) => allowed(() => trash.empty(at(path), ctx)),
    listStarred: (path, cursor, ctx) =>
      confined(base, async () => {
        const page = await vfs.starred(at(path), cursor, ctx);
        return {
          ...page,
          nodes: page.nodes.map((node) => ({ ...node, path: relativeTo(node.fullPath, base) })),
        };
      }),
  };
}
