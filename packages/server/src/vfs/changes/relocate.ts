import type { Ctx } from '../../core/driver.ts';
import { checkGivenName } from '../../core/own-folder.ts';
import type { Entry } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import { baseName, isWithin, parentOf, ROOT, type TreePath } from '../../core/path.ts';
import type { EntryCalls } from './entry-calls.ts';
import { type Intents, intentId, notedFolder, over } from './intents.ts';
import { acrossStorages, cannot, holdsSource, intoItself, missing, storageRoot, taken } from './refusals.ts';
import { renameEntry } from './rename.ts';
import { replacing } from './replacing.ts';
import { checkReplaceable, type Conflict, markOf, transfer } from './transfer.ts';
import { checkedNames, type ChangeTree, openFolder, type WriteFolder } from './write-folder.ts';

/** One entry on its way to another path, its name there included. */
export interface Relocation {
  readonly op: 'move' | 'copy';
  readonly from: TreePath;
  readonly to: TreePath;
  readonly overwrite?: Conflict['overwrite'];
}

interface Tools {
  readonly tree: ChangeTree;
  readonly calls: EntryCalls;
}

/**
 * Moves or copies one entry to another path of its storage. Storages move and copy into folders, under the name that an entry has:
 * where the name changes too, the entry goes through a folder made for it beside its new place, so that neither name is ever in
 * anybody's way. When a step fails, what was done is undone.
 *
 * @throws `exists`, `not_found` for the entry or the folder, `invalid_name`, `invalid_argument` for a folder into itself, `unsupported`
 *   between storages or where the storage lacks a step.
 */
export async function relocate(relocation: Relocation, tools: Tools, ctx: Ctx): Promise<void> {
  const { op, from, to, overwrite } = relocation;
  if (from === ROOT || to === ROOT) throw storageRoot('move');
  if (isWithin(to, from)) throw intoItself();
  const [name, sameFolder] = [baseName(to), parentOf(from) === parentOf(to)];
  checkGivenName(name);
  if (op === 'move' && sameFolder) return renameEntry({ path: from, name, overwrite }, tools, ctx);
  if (baseName(from) === name) {
    const batch = { from: parentOf(from), names: [name], to: parentOf(to) };
    await transfer(batch, { op, conflict: { overwrite }, ...tools }, ctx);
    return;
  }
  await underAnotherName(relocation, tools, ctx);
}

async function underAnotherName(
  { op, from, to, overwrite }: Relocation,
  { tree, calls }: Tools,
  ctx: Ctx,
): Promise<void> {
  const [name] = checkedNames(parentOf(from), [baseName(from)], { mounts: tree.mounts, what: 'move' });
  const source = await openFolder(parentOf(from), tree, ctx);
  const dest = await openFolder(parentOf(to), tree, ctx);
  checkAbilities(op, source, dest);
  const entry = await source.find(name ?? '', ctx);
  if (entry === undefined) throw missing();
  if (dest.overlay(baseName(to)) !== undefined) throw taken(baseName(to));
  const target = await dest.find(baseName(to), ctx);
  if (target !== undefined) {
    checkReplaceable(baseName(to), { overwrite });
    if (isWithin(from, to)) throw holdsSource(baseName(to));
  }
  const mark = markOf(tree);
  const { intents } = tree;
  const job = { op, name: baseName(to), calls, intents };
  const noted = { intents, op, coming: entry };
  const go = (): Promise<void> => throughStage({ source, dest, entry }, mark, job, ctx);
  await (target === undefined ? go() : replacing({ folder: dest, target, mark, noted }, calls, go, ctx));
}

function checkAbilities(op: 'move' | 'copy', source: WriteFolder, dest: WriteFolder): void {
  if (source.mount !== dest.mount) throw acrossStorages(op);
  const { driver } = source.mount;
  const able = driver[op] !== undefined && driver.rename !== undefined && driver.mkdir !== undefined;
  if (!able || driver.move === undefined || driver.remove === undefined) {
    throw cannot(`${op} an entry under another name`);
  }
}

interface Trip {
  readonly source: WriteFolder;
  readonly dest: WriteFolder;
  readonly entry: Entry;
}

interface StageJob {
  readonly op: 'move' | 'copy';
  readonly name: string;
  readonly calls: EntryCalls;
  readonly intents: Intents;
}

/** The folder on the way is taken away in any case, with the copy that may be in it; an entry that was moved goes back before. */
async function throughStage(
  { source, dest, entry }: Trip,
  mark: string,
  { op, name, calls, intents }: StageJob,
  ctx: Ctx,
): Promise<void> {
  const staying: Ctx = { ...ctx, signal: new AbortController().signal };
  const stageName = `sluice-moving-${mark}`;
  const id = intentId(dest, stageName);
  const [from, to] = [notedFolder(source), notedFolder(dest)];
  const names = { stage: stageName, oldName: entry.name, newName: name };
  const intent = { kind: 'stage', op, source: from, dest: to, ...names } as const;
  await intents.save({ id, storageId: dest.mount.record.id, intent });
  const folder = await calls.mkdir(dest, stageName, ctx);
  const stage = dest.child(folder);
  let moved: Entry | undefined;
  try {
    const [there = entry] = await calls[op]({ from: source, to: stage }, [entry], ctx);
    if (op === 'move') moved = there;
    const named = await calls.rename(stage, there, name, ctx);
    if (op === 'move') moved = named;
    await calls.move({ from: stage, to: dest }, [named], ctx);
  } catch (error) {
    if (moved !== undefined) await goBack({ stage, source, moved, name: entry.name }, calls, staying);
    // Why the move failed is what matters; a folder that stays is taken away at the next start.
    const isGone = await calls.discard(dest, [folder], staying).then(
      () => true,
      () => false,
    );
    if (isGone) await over(intents, id);
    throw error;
  }
  await calls.discard(dest, [folder], staying);
  await over(intents, id);
}

/** @throws StorageError `unavailable` when the entry can't go back: it then stays in the folder on the way, which isn't taken away. */
async function goBack(
  lost: {
    readonly stage: WriteFolder;
    readonly source: WriteFolder;
    readonly moved: Entry;
    readonly name: string;
  },
  calls: EntryCalls,
  ctx: Ctx,
): Promise<void> {
  const { stage, source, moved, name } = lost;
  try {
    const named = moved.name === name ? moved : await calls.rename(stage, moved, name, ctx);
    await calls.move({ from: stage, to: source }, [named], ctx);
  } catch (cause) {
    throw new StorageError('unavailable', `"${name}" could neither be moved on nor back`, {
      detail: { remedy: `It is in the folder "${baseName(stage.path)}" beside its new place.` },
      cause,
    });
  }
}
