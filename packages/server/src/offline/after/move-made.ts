import { StorageError } from '../../core/errors.ts';
import { childPath, normalizePath, parentOf, ROOT, type TreePath } from '../../core/path.ts';
import type { Ctx } from '../../core/driver.ts';
import type { OfflineFolder } from '../../vfs/offline-folder.ts';
import type { View } from '../../vfs/view.ts';
import type { AfterState } from './after-state.ts';
import { type AfterStep, isThere } from './after-step.ts';

/** Moves what a download has made into another folder of its storage, which is made when it is missing. A name that is taken there stops it. */
export async function moveMade(state: AfterState, { rules, view, ctx, job }: AfterStep): Promise<AfterState> {
  if (rules.move_to === '') return state;
  const [from, to] = [normalizePath(state.folder), normalizePath(rules.move_to)];
  if (from === to) return state;
  const arrived = { ...state, folder: to, moved: true };
  const [old, target] = [childPath(from, state.made), childPath(to, state.made)];
  if (!(await isThere(view, old, ctx)) && (await isThere(view, target, ctx))) return arrived; // by a run that was cut
  await view.mkdir(to, ctx);
  await view.move({ from, names: [state.made], to }, {}, ctx);
  job.log(`Moved to ${to}`);
  return arrived;
}

/**
 * Refuses a folder into which a download of `folder` can't be moved, before there is a download.
 * @throws StorageError `unsupported` for one of another storage, with what to do; `not_a_folder`; `invalid_argument`
 */
export async function checkMoveTo(
  moveTo: string,
  { folder, view, ctx }: { readonly folder: OfflineFolder; readonly view: View; readonly ctx: Ctx },
): Promise<void> {
  if (moveTo === '') return;
  const { storage, entry } = await nearest(normalizePath(moveTo), view, ctx);
  if (entry.kind !== 'folder') throw new StorageError('not_a_folder', 'move_to is not a folder');
  if (storage?.id === folder.storage.id) return;
  throw new StorageError('unsupported', 'a download can be moved within its storage only', {
    detail: { remedy: 'Choose a folder of the storage into which it is downloaded, and copy it from there.' },
  });
}

/** The node at a path, or the first above it that there is. */
async function nearest(path: TreePath, view: View, ctx: Ctx) {
  for (let at = path; ; at = parentOf(at)) {
    if (at === ROOT || (await isThere(view, at, ctx))) return view.get(at, ctx);
  }
}
