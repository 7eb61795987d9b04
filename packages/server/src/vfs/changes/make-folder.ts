import type { Ctx } from '../../core/driver.ts';
import { checkGivenName } from '../../core/own-folder.ts';
import { StorageError } from '../../core/errors.ts';
import { baseName, parentOf, ROOT, segmentsOf, type TreePath } from '../../core/path.ts';
import { type Place, resolve } from '../place.ts';
import type { EntryCalls } from './entry-calls.ts';
import { cannot, leadsToStorages, taken } from './refusals.ts';
import { type ChangeTree, WriteFolder } from './write-folder.ts';

/** Deeper than anyone's folders. Each missing level is a request to the cloud, and one call must not cause thousands. */
const MAX_LEVELS = 100;

/**
 * Makes a folder and those that are missing on the way to it. An existing folder is fine, also when somebody else makes it meanwhile.
 * @throws `exists` for a file in the way, `invalid_name`, `invalid_argument` for more than 100 levels, `unsupported` where no storage could
 *   hold it.
 */
export async function makeFolder(
  path: TreePath,
  { tree, calls }: { readonly tree: ChangeTree; readonly calls: EntryCalls },
  ctx: Ctx,
): Promise<void> {
  checkLevels(path);
  const { place, missing } = await deepest(path, tree, ctx);
  if (place.entry.kind !== 'folder') throw taken(place.entry.name);
  if (missing.length === 0) return;
  const { mount, entry, foundIn } = place;
  if (mount === undefined) throw leadsToStorages();
  if (mount.driver.mkdir === undefined) throw cannot('make folders');
  for (const name of missing) checkGivenName(name);
  let folder = new WriteFolder(tree, { path: place.path, mount, id: entry.id, foundIn });
  for (const name of missing) folder = await makeIn(folder, name, calls, ctx);
}

/** @throws `invalid_argument` for a path of more than 100 levels. */
export function checkLevels(path: TreePath): void {
  if (segmentsOf(path).length <= MAX_LEVELS) return;
  throw new StorageError('invalid_argument', `a folder can't lie deeper than ${MAX_LEVELS} levels`);
}

async function makeIn(folder: WriteFolder, name: string, calls: EntryCalls, ctx: Ctx): Promise<WriteFolder> {
  try {
    return folder.child(await calls.mkdir(folder, name, ctx));
  } catch (error) {
    if (!(error instanceof StorageError) || error.code !== 'exists') throw error;
    folder.renew();
    const there = await folder.known(name, ctx);
    if (there?.kind === 'folder') return folder.child(there);
    throw taken(name, error);
  }
}

/** The last place on the way to `path` that exists, and the names missing from there. */
export async function deepest(
  path: TreePath,
  tree: ChangeTree,
  ctx: Ctx,
): Promise<{ readonly place: Place; readonly missing: readonly string[] }> {
  const missing: string[] = [];
  for (let at = path; ; at = parentOf(at)) {
    try {
      return { place: await resolve(at, tree, ctx), missing };
    } catch (error) {
      const isMissing = error instanceof StorageError && error.code === 'not_found';
      if (!isMissing || at === ROOT) throw error;
      missing.unshift(baseName(at));
    }
  }
}
