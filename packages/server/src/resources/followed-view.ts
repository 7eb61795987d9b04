import { childPath, joinPath, parentOf, type TreePath } from '../core/path.ts';
import type { TransferBatch, View } from '../vfs/view.ts';
import type { Locks } from './locks.ts';
import type { Properties } from './properties.ts';

/** What is remembered of resources beside their storages. */
export interface Resources {
  readonly locks: Locks;
  readonly properties: Properties;
}

/**
 * A view whose changes take along what is remembered of the entries: properties follow what is moved or copied, and go with what is
 * removed; locks stay behind, where nothing is left to hold. So it doesn't matter which door a change came through.
 *
 * Of a batch that failed in its middle, what was done keeps its memory at the old path: nothing is forgotten that may still be there.
 */
export function followedView(view: View, basePath: TreePath, { locks, properties }: Resources): View {
  const full = (path: TreePath): TreePath => joinPath(basePath, path);
  const gone = async (path: TreePath): Promise<void> => {
    await properties.removed(full(path));
    await locks.dropTree(full(path));
  };
  const moved = async (from: TreePath, to: TreePath): Promise<void> => {
    if (from === to) return;
    await properties.moved(full(from), full(to));
    await locks.dropTree(full(from));
  };
  const ways = ({ from, names, to }: TransferBatch) =>
    names.map((name) => [childPath(from, name), childPath(to, name)] as const);

  return {
    ...view,
    async rename(path, to, ctx) {
      await view.rename(path, to, ctx);
      await moved(path, childPath(parentOf(path), to.name));
    },
    async move(batch, options, ctx) {
      const count = await view.move(batch, options, ctx);
      if (count === batch.names.length) for (const [from, to] of ways(batch)) await moved(from, to);
      return count;
    },
    async copy(batch, options, ctx) {
      const count = await view.copy(batch, options, ctx);
      if (count !== batch.names.length) return count;
      for (const [from, to] of ways(batch)) await properties.copied(full(from), full(to), true);
      return count;
    },
    async relocate(relocation, ctx) {
      const { op, from, to } = relocation;
      await view.relocate(relocation, ctx);
      await (op === 'move' ? moved(from, to) : properties.copied(full(from), full(to), true));
    },
    async remove(dir, names, ctx) {
      await view.remove(dir, names, ctx);
      for (const name of names) await gone(childPath(dir, name));
    },
  };
}
