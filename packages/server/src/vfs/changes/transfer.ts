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

/** After so many looks at a folder in which others take the names that this batch wants, it is given up. */
const MAX_LOOKS = 3;

/**
 * Moves or copies within one storage. Before the first is touched, all names are checked and looked up, and conflicts found as far as memory
 * knows the folders: a batch that can't succeed does nothing. Then all that replace nothing go at once, and the others one by one in the
 * order of the names; the first error ends it, and what was done stays done.
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
  return carriedOut({ from, to }, steps, job, ctx);
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
  return stepOf({ from, to }, entry, conflict, ctx);
}

async function stepOf(
  { from, to }: Way,
  entry: Entry,
  conflict: Conflict,
  ctx: Ctx,
): Promise<Step | undefined> {
  const { name } = entry;
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

/** How many went. Where a name turns out to be taken, the folder is looked at anew, and what is there is skipped or replaced. */
async function carriedOut(way: Way, planned: readonly Step[], job: Job, ctx: Ctx): Promise<number> {
  const { steps, count } = await allFree(way, planned, job, ctx);
  let replaced = 0;
  for (const [index, { entry, target }] of steps.entries()) {
    if (target === undefined) continue;
    throwIfAborted(ctx.signal);
    const go = (): Promise<unknown> => job.calls[job.op](way, [entry], ctx);
    const noted = { intents: job.tree.intents, op: job.op, coming: entry };
    await replacing({ folder: way.to, target, mark: markOf(job.tree, index), noted }, job.calls, go, ctx);
    replaced++;
  }
  return count + replaced;
}

/** Sends those that replace nothing. Gives how many went, and the steps as they stand after the last look at the folder. */
async function allFree(
  way: Way,
  planned: readonly Step[],
  { op, calls, conflict }: Job,
  ctx: Ctx,
): Promise<{ readonly steps: readonly Step[]; readonly count: number }> {
  let steps = planned;
  let arrived = 0;
  for (let looks = 0; ; looks++) {
    const free = freeOf(steps);
    try {
      if (free.length > 0) await calls[op](way, free, ctx);
      return { steps, count: arrived + free.length };
    } catch (error) {
      if (!(error instanceof StorageError) || error.code !== 'exists') throw error;
      const anew = await lookedAnew(way, steps, conflict, ctx);
      const helps = freeOf(anew.steps).length < free.length;
      if (!helps || looks >= MAX_LOOKS)
        throw free[1] === undefined ? taken(free[0]?.name ?? '', error) : error;
      steps = anew.steps;
      arrived += anew.arrived;
    }
  }
}

function freeOf(steps: readonly Step[]): Entry[] {
  return steps.filter(({ target }) => target === undefined).map(({ entry }) => entry);
}

/** The steps by a fresh look at the folder, without what stands there by now. */
async function lookedAnew(
  way: Way,
  steps: readonly Step[],
  conflict: Conflict,
  ctx: Ctx,
): Promise<{ readonly steps: readonly Step[]; readonly arrived: number }> {
  way.to.renew();
  const anew: Step[] = [];
  let arrived = 0;
  for (const { entry } of steps) {
    if ((await way.to.known(entry.name, ctx))?.id === entry.id) {
      arrived++;
      continue;
    }
    const step = await stepOf(way, entry, conflict, ctx);
    if (step !== undefined) anew.push(step);
  }
  return { steps: anew, arrived };
}

/** Makes the names of what is put aside differ: by the time, and by the place in the batch. */
export function markOf({ clock }: ChangeTree, index = 0): string {
  return `${clock.now().toString(36)}-${index}`;
}
