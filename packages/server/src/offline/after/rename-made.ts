import { checkName } from '../../core/entry-name.ts';
import { StorageError } from '../../core/errors.ts';
import { type NamePattern, namePattern } from '../../core/name-pattern.ts';
import { childPath, normalizePath, parentOf, type TreePath } from '../../core/path.ts';
import type { Node } from '../../vfs/view.ts';
import type { AfterState } from './after-state.ts';
import { type AfterStep, isThere } from './after-step.ts';

/** More names than these are left as they are. */
const MAX_RENAMES = 1000;

/**
 * Gives new names to what a download has made: its files and folders, and itself. A name that is taken or can't be given leaves the old one,
 * with a word of it. Names are worked out once and written down, since a pattern may match what it has made itself.
 */
export async function renameMade(state: AfterState, step: AfterStep): Promise<AfterState> {
  const { rename_matching: pattern, rename_to: by } = step.rules;
  if (pattern === '') return state;
  let at = state;
  if (at.renames === undefined) {
    at = { ...at, renames: await wanted(at, namePattern(pattern, by), step) };
    await step.save(at);
  }
  const troubles = [...at.troubles];
  let { renamed, made } = at;
  for (const { path, to } of at.renames ?? []) {
    const trouble = await give(normalizePath(path), to, step);
    if (trouble !== undefined) troubles.push(trouble);
    else {
      renamed += 1;
      if (path === childPath(normalizePath(at.folder), at.made)) made = to;
    }
  }
  return { ...at, renamed, made, troubles };
}

/** New names from the leaves to the root, so that no path changes before its turn. */
async function wanted(
  { folder, made }: AfterState,
  pattern: NamePattern,
  { view, ctx, job }: AfterStep,
): Promise<{ path: TreePath; to: string }[]> {
  const nodes: Node[] = [await view.get(childPath(normalizePath(folder), made), ctx)];
  for (let next = 0; next < nodes.length && nodes.length <= MAX_RENAMES; next += 1) {
    const node = nodes[next];
    if (node?.entry.kind === 'folder') nodes.push(...(await view.list(node.path, {}, ctx)).nodes);
  }
  const renames = nodes.toReversed().flatMap(({ path, entry: { name } }) => {
    const to = pattern(name);
    return to === undefined || to === name ? [] : [{ path, to }];
  });
  if (nodes.length <= MAX_RENAMES) return renames;
  job.log(`There are more than ${MAX_RENAMES} names: all are left as they are.`);
  return [];
}

/** @returns why it keeps its name; undefined when it has the new one */
async function give(path: TreePath, to: string, { view, ctx, job }: AfterStep): Promise<string | undefined> {
  try {
    checkName(to);
    await view.rename(path, { name: to }, ctx);
  } catch (error) {
    if (!(error instanceof StorageError) || error.retry === 'later') throw error;
    // Gone from there and standing here, it was given by a run that was cut.
    const given = error.code === 'not_found' && (await isThere(view, childPath(parentOf(path), to), ctx));
    if (!given) return `${path} keeps its name: ${error.message}`;
  }
  job.log(`Renamed ${path} to ${to}`);
  return undefined;
}
