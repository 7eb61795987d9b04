import type { Ctx } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import { normalizePath } from '../../core/path.ts';
import type { Mount } from '../mount.ts';
import type { EntryCalls } from './entry-calls.ts';
import type { NotedFolder, NotedIntent, ReplaceIntent, StageIntent } from './intents.ts';
import { type ChangeTree, WriteFolder } from './write-folder.ts';

/**
 * What became of a change that was broken off. `right`: names are as before it, or as after it. `left`: what is there is not what the change
 * had made, so that it is not touched. `absent`: its storage is not mounted.
 */
export type Repaired = 'right' | 'left' | 'absent';

interface Tools {
  readonly tree: ChangeTree;
  readonly calls: EntryCalls;
}

/**
 * Puts right what a process that has ended left in the middle of a change. An old entry gets its name back when nothing has it, and goes when
 * the new one is there. An entry on its way goes back to where it was. Nothing else is removed: whatever looks otherwise stays.
 *
 * @throws what the storage throws; the intent then stands as before, and can be tried again.
 */
export async function repair({ storageId, intent }: NotedIntent, tools: Tools, ctx: Ctx): Promise<Repaired> {
  const mount = tools.tree.mounts.byId(storageId);
  if (mount === undefined) return 'absent';
  try {
    return intent.kind === 'replace'
      ? await undoReplace(intent, mount, tools, ctx)
      : await undoStage(intent, mount, tools, ctx);
  } catch (error) {
    // Its folder has gone, with all that was in it.
    if (error instanceof StorageError && error.code === 'not_found') return 'right';
    throw error;
  }
}

function reopened({ id, path }: NotedFolder, mount: Mount, tree: ChangeTree): WriteFolder {
  const folder = new WriteFolder(tree, { path: normalizePath(path), mount, id });
  folder.renew();
  return folder;
}

async function undoReplace(
  { dir, name, aside, coming }: ReplaceIntent,
  mount: Mount,
  { tree, calls }: Tools,
  ctx: Ctx,
): Promise<Repaired> {
  const folder = reopened(dir, mount, tree);
  const old = await folder.known(aside, ctx);
  if (old === undefined) return 'right';
  const there = await folder.known(name, ctx);
  if (there === undefined) {
    await calls.rename(folder, old, name, ctx);
    return 'right';
  }
  if (coming === undefined || there.kind !== coming.kind || there.size !== coming.size) return 'left';
  await calls.remove(folder, [old], ctx);
  return 'right';
}

async function undoStage(
  { op, source, dest, stage, oldName, newName }: StageIntent,
  mount: Mount,
  { tree, calls }: Tools,
  ctx: Ctx,
): Promise<Repaired> {
  const beside = reopened(dest, mount, tree);
  const folder = await beside.known(stage, ctx);
  if (folder === undefined) return 'right';
  const inside = beside.child(folder);
  inside.renew();
  const [held, ...others] = await inside.all(ctx);
  const isOurs = held === undefined || held.name === oldName || held.name === newName;
  if (!isOurs || others.length > 0) return 'left';
  if (held !== undefined && op === 'move') {
    const home = reopened(source, mount, tree);
    if ((await home.known(oldName, ctx)) !== undefined) return 'left';
    const named = held.name === oldName ? held : await calls.rename(inside, held, oldName, ctx);
    await calls.move({ from: inside, to: home }, [named], ctx);
  }
  await calls.discard(beside, [folder], ctx);
  return 'right';
}
