import { RE2JS } from 're2js';
import { childPath, normalizePath, type TreePath } from '../../core/path.ts';
import type { Node } from '../../vfs/view.ts';
import type { AfterState } from './after-state.ts';
import type { AfterStep } from './after-step.ts';

/**
 * Drops junk into the trash, where there is one: files in the folder that a download has made, never a file that came alone. A run that is
 * cut finds what is left the next time.
 */
export async function dropJunk(state: AfterState, { rules, job, view, ctx }: AfterStep): Promise<AfterState> {
  if (rules.drop_smaller === 0 && rules.drop_matching === '') return state;
  const root = childPath(normalizePath(state.folder), state.made);
  if ((await view.get(root, ctx)).entry.kind !== 'folder') return state;
  const pattern =
    rules.drop_matching === '' ? undefined : RE2JS.compile(rules.drop_matching, RE2JS.CASE_INSENSITIVE);
  const isJunk = ({ entry }: Node): boolean =>
    entry.kind === 'file' &&
    (entry.size < rules.drop_smaller || pattern?.matcher(entry.name).find() === true);
  let { dropped } = state;
  const folders: TreePath[] = [root];
  for (let dir = folders.pop(); dir !== undefined; dir = folders.pop()) {
    const { nodes } = await view.list(dir, {}, ctx);
    const junk = nodes.filter(isJunk).map(({ entry }) => entry.name);
    if (junk.length > 0) await view.remove(dir, junk, ctx);
    dropped += junk.length;
    for (const name of junk) job.log(`Dropped ${name}`);
    folders.push(...nodes.filter(({ entry }) => entry.kind === 'folder').map(({ path }) => path));
  }
  return { ...state, dropped };
}
