import { throwIfAborted } from '../../core/abort.ts';
import type { Ctx } from '../../core/driver.ts';
import type { Entry } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import { childPath, isWithin, type TreePath } from '../../core/path.ts';
import type { EntryCalls, Way } from './entry-calls.ts';
import { acrossStorages, cannot, holdsSource, intoItself, missing, taken } from './refusals.ts';
import { replacing } from './replacing.ts';
import { checkedNames, type ChangeTree, openFolder } from './write-folder.ts';

/** Entries of one folder that go to another. */
export interface Batch {
  readonly from: TreePath;
  readonly names: readonly string[];
  readonly to: TreePath;
}

/** What to do where a name is taken; by default that is an error. */
export interface Conflict {
  /** Replace what has the name. `denied`: it was asked for by someone who may not. */
  readonly overwrite?: boolean | 'denied' | undefined;
  /** Leave out names that are taken. Goes before `overwrite`. */
  readonly skipExisting?: boolean | undefined;
}

interface Job {
  readonly op: 'move' | 'copy';
  readonly conflict: Conflict;
  readonly tree: ChangeTree;
  readonly calls: EntryCalls;
}

/**
 * Moves or copies within one storage, in the order of the names; the first error ends it, and what was done stays done. Before the first
 * is touched, all names are checked and looked up, and conflicts found as far as memory knows the folders: a batch that can't succeed
 * does nothing.
 *
 * @returns how many entries went.
 * @throws `exists` with AList's text, `not_found`, `invalid_argument` for a folder into itself, `unsupported` between storages.
 */
export async function transfer(batch: Batch, job: Job, ctx: Ctx): Promise<number> {
  const { op, tree } = job;
  const names = checkedNames(batch.from, batch.names, { mounts: tree.mounts, what: 'move' });
  const from = await openFolder(batch.from, tree, ctx);
  const to = await openFolder(batch.to, tree, ctx);
  if (from.mount !== to.mount) throw acrossStorages(op);
  if (from.mount.driver[op] === undefined) throw cannot(op);
  const steps: Step[] = [];
  for (const name of names) {
    const step = await planned({ from, to }, name, job.conflict, ctx);
    if (step !== undefined) steps.push(step);
  }
  let count = 0;
  for (const [index, step] of steps.entries()) {
    throwIfAborted(ctx.signal);
    if (await carriedOut({ from, to }, step, { ...job, mark: markOf(tree, index) }, ctx)) count++;
  }
  return count;
}

interface Step {
  readonly entry: Entry;
  /** What has the name at the other end, and has to go. */
  readonly target?: Entry | undefined;
}

/** Undefined where there is nothing to do. */
async function planned(
  { from, to }: Way,
  name: string,
  conflict: Conflict,
  ctx: Ctx,
): Promise<Step | undefined> {
  const entry = await from.find(name, ctx);
  if (entry === undefined) throw missing();
  if (entry.kind === 'folder' && isWithin(to.path, childPath(from.path, name))) throw intoItself();
  if (from.path === to.path) {
    if (conflict.overwrite === true || conflict.skipExisting === true) return undefined; // it stands there already
    throw taken(name);
  }
  const overlay = to.overlay(name);
  const target = await to.known(name, ctx);
  if (target === undefined && overlay === undefined) return { entry };
  if (conflict.skipExisting === true) return undefined;
  if (overlay !== undefined) throw taken(name);
  checkReplaceable(name, conflict);
  if (isWithin(from.path, childPath(to.path, name))) throw holdsSource(name);
  return { entry, target };
}

/** @throws `exists`, or `forbidden` for someone who asked for what they may not do. */
export function checkReplaceable(name: string, { overwrite }: Conflict): void {
  if (overwrite === 'denied') throw new StorageError('forbidden', 'permission denied');
  if (overwrite !== true) throw taken(name);
}

/** False when the name turned out to be taken, and is to be left out. */
async function carriedOut(
  way: Way,
  { entry, target }: Step,
  job: Job & { readonly mark: string },
  ctx: Ctx,
): Promise<boolean> {
  const { calls, conflict, mark } = job;
  const go = (): Promise<Entry> => calls[job.op](way, entry, ctx);
  if (target !== undefined) {
    await replacing({ folder: way.to, target, mark }, calls, go, ctx);
    return true;
  }
  try {
    await go();
    return true;
  } catch (error) {
    if (!(error instanceof StorageError) || error.code !== 'exists') throw error;
    if (conflict.skipExisting === true) return false;
    checkReplaceable(entry.name, conflict);
    way.to.renew();
    const found = await way.to.known(entry.name, ctx);
    if (found === undefined) throw taken(entry.name, error);
    await replacing({ folder: way.to, target: found, mark }, calls, go, ctx);
    return true;
  }
}

/** Makes the names of what is put aside differ: by the time, and by the place in the batch. */
export function markOf({ clock }: ChangeTree, index = 0): string {
  return `${clock.now().toString(36)}-${index}`;
}
