import type { ContentHash } from '../../core/content-hash.ts';
import type { Ctx, UploadSource } from '../../core/driver.ts';
import { checkGivenName } from '../../core/own-folder.ts';
import type { Entry } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import { baseName, parentOf, ROOT, type TreePath } from '../../core/path.ts';
import type { Mount } from '../mount.ts';
import { nodeOf } from '../place.ts';
import type { Node } from '../view.ts';
import type { EntryCalls } from './entry-calls.ts';
import { checkLevels, deepest, makeFolder } from './make-folder.ts';
import { cannot, leadsToStorages, storageRoot, taken } from './refusals.ts';
import { asideName, replacing } from './replacing.ts';
import { checkReplaceable, type Conflict, markOf } from './transfer.ts';
import { type ChangeTree, openFolder, overlayOf, WriteFolder } from './write-folder.ts';

/** A file that is to come, and the place for it. */
export interface Upload {
  readonly path: TreePath;
  readonly conflict: Conflict;
  /** Milliseconds since the epoch. */
  readonly modified?: number | undefined;
}

interface Tools {
  readonly tree: ChangeTree;
  readonly calls: EntryCalls;
}

/**
 * Checks as far as memory can tell whether a file could be uploaded, before its bytes are taken in. Changes nothing.
 * @returns what the storage will ask of the content.
 * @throws as `uploadFile`.
 */
export async function uploadHashes(
  { path, conflict }: Upload,
  tree: ChangeTree,
  ctx: Ctx,
): Promise<readonly ContentHash[]> {
  const { mount, target } = await look({ path, conflict }, tree, ctx);
  if (target !== undefined && conflict.skipExisting !== true) checkTarget(target, mount, conflict);
  return mount.driver.uploadHashes ?? [];
}

/**
 * Puts a file into a folder, with the folders that are missing on the way. What has the name, and is to be replaced, stays until the new
 * file is whole: that comes under another name first.
 *
 * @throws `exists`; `not_a_file` for a folder of that name; `forbidden`; `invalid_name`; `unsupported` where the storage takes no files.
 */
export async function uploadFile(
  upload: Upload & { readonly source: UploadSource },
  { tree, calls }: Tools,
  ctx: Ctx,
): Promise<Node> {
  const { path, source, conflict, modified } = upload;
  const { mount, target, missing } = await look(upload, tree, ctx);
  const left = await leftOf(source, mount, ctx);
  const isDone = target !== undefined && left?.id === target.id;
  if (target !== undefined && !isDone && conflict.skipExisting !== true) checkTarget(target, mount, conflict);
  if (missing) await makeFolder(parentOf(path), { tree, calls }, ctx);
  const folder = await openFolder(parentOf(path), tree, ctx);
  const nodeFor = (entry: Entry): Node => nodeOf({ path, entry, mount: folder.mount, foundIn: folder.id });
  if (isDone) await removeAside(folder, { name: baseName(path), source }, calls, ctx);
  if (target !== undefined && (isDone || conflict.skipExisting === true)) return nodeFor(target);
  await source.journal?.begin({
    path,
    overwrite: conflict.overwrite === true,
    skipExisting: conflict.skipExisting === true,
    ...(modified === undefined ? {} : { modified }),
  });
  const file = { name: baseName(path), source, ...(modified === undefined ? {} : { modified }) };
  const renewed = (): Promise<Entry> => {
    const atOnce = folder.mount.driver.traits.replacesAtOnce === true;
    return atOnce ? replaceAtOnce(folder, file, calls, ctx) : replace(folder, file, { tree, calls }, ctx);
  };
  const waits = left !== undefined && left.name === meanwhileName(file, tree);
  if (target !== undefined || waits) return nodeFor(await renewed());
  try {
    return nodeFor(await calls.upload(folder, file, ctx));
  } catch (error) {
    if (!(error instanceof StorageError) || error.code !== 'exists') throw error;
    folder.renew();
    const found = await folder.known(file.name, ctx);
    if (found === undefined) throw error;
    if (conflict.skipExisting === true) return nodeFor(found);
    checkTarget(found, folder.mount, conflict);
    return nodeFor(await renewed());
  }
}

/** What a try before this one, of a process that has ended maybe, has brought there whole. */
async function leftOf(source: UploadSource, { driver }: Mount, ctx: Ctx): Promise<Entry | undefined> {
  if (driver.leftUpload === undefined || (await source.journal?.load()) === undefined) return undefined;
  return (await driver.leftUpload({ source, drop: false }, ctx)).file;
}

/**
 * Takes back what tries of an upload have left in its storage, now that nobody tries again. A file that is whole stays.
 * @throws what finding the storage and asking it throws.
 */
export async function dropUpload(
  { path, source }: { readonly path: TreePath; readonly source: UploadSource },
  tree: ChangeTree,
  ctx: Ctx,
): Promise<void> {
  if ((await source.journal?.load()) === undefined) return;
  const driver = tree.mounts.locate(path)?.mount.driver;
  await driver?.leftUpload?.({ source, drop: true }, ctx);
}

interface Found {
  readonly mount: Mount;
  /** What has the name. */
  readonly target: Entry | undefined;
  /** True when folders are missing on the way. */
  readonly missing: boolean;
}

async function look({ path }: Pick<Upload, 'path' | 'conflict'>, tree: ChangeTree, ctx: Ctx): Promise<Found> {
  if (path === ROOT) throw storageRoot('move');
  const [dir, name] = [parentOf(path), baseName(path)];
  checkGivenName(name);
  checkLevels(dir);
  const { place, missing } = await deepest(dir, tree, ctx);
  const { mount, entry, foundIn } = place;
  if (entry.kind !== 'folder') throw new StorageError('not_a_folder', 'not a folder');
  if (mount === undefined) throw leadsToStorages();
  if (mount.driver.upload === undefined) throw cannot('take uploads');
  if (missing.length > 0) {
    if (mount.driver.mkdir === undefined) throw cannot('make folders');
    for (const folder of missing) checkGivenName(folder);
    return { mount, target: undefined, missing: true };
  }
  if (overlayOf(tree.mounts, dir, name) !== undefined) throw taken(name);
  const folder = new WriteFolder(tree, { path: place.path, mount, id: entry.id, foundIn });
  return { mount, target: await folder.known(name, ctx), missing: false };
}

function checkTarget(target: Entry, { driver }: Mount, conflict: Conflict): void {
  checkReplaceable(target.name, conflict);
  if (target.kind !== 'file') throw new StorageError('not_a_file', 'a folder has this name');
  if (driver.traits.replacesAtOnce === true) return;
  if (driver.rename === undefined || driver.remove === undefined) throw cannot('replace what has the name');
}

interface NewFile {
  readonly name: string;
  readonly source: UploadSource;
  readonly modified?: number;
}

/** The old file is looked up once more, as hours may have passed; the storage then puts the new one in its place, at one instant. */
async function replaceAtOnce(
  folder: WriteFolder,
  file: NewFile,
  calls: EntryCalls,
  ctx: Ctx,
): Promise<Entry> {
  folder.renew();
  const target = await folder.known(file.name, ctx);
  if (target?.kind === 'folder') throw taken(file.name);
  return calls.upload(folder, { ...file, ...(target === undefined ? {} : { replaces: target.id }) }, ctx);
}

/** Uploads under a name of its own, then lets old and new change places. The old file is looked up once more: hours may have passed. */
async function replace(folder: WriteFolder, file: NewFile, { tree, calls }: Tools, ctx: Ctx): Promise<Entry> {
  const mark = markFor(file, tree);
  const staying: Ctx = { ...ctx, signal: new AbortController().signal };
  const entry = await arrive(folder, { ...file, name: arrivalName(file.name, mark) }, calls, {
    ctx,
    staying,
  });
  let placed: Entry | undefined;
  const place = async (): Promise<Entry> => {
    placed = await calls.rename(folder, entry, file.name, staying);
    return placed;
  };
  try {
    folder.renew();
    const target = await folder.known(file.name, staying);
    if (target?.kind === 'folder') throw taken(file.name);
    const isPlaced = target?.id === entry.id; // a try before this one came as far as that
    if (target === undefined) await place();
    if (target === undefined || isPlaced) await removeAside(folder, file, calls, staying);
    else await replacing({ folder, target, mark }, calls, place, staying);
    return placed ?? entry;
  } catch (error) {
    if (placed === undefined) {
      await calls.remove(folder, [entry], staying).catch(() => {
        throw leftOver(error, entry);
      });
    }
    throw error;
  }
}

/** What a try before this one has put aside, and not removed any more. */
async function removeAside(
  folder: WriteFolder,
  { name, source }: NewFile,
  calls: EntryCalls,
  ctx: Ctx,
): Promise<void> {
  if ((await source.journal?.load()) === undefined) return;
  const aside = await folder.known(asideName(name, source.journal?.id ?? ''), ctx);
  if (aside !== undefined) await calls.remove(folder, [aside], ctx);
}

/** An upload that failed may be there all the same, when the storage could not be asked to take it back. */
async function arrive(
  folder: WriteFolder,
  file: NewFile,
  calls: EntryCalls,
  { ctx, staying }: { readonly ctx: Ctx; readonly staying: Ctx },
): Promise<Entry> {
  try {
    return await calls.upload(folder, file, ctx);
  } catch (error) {
    try {
      folder.renew();
      const left = await folder.known(file.name, staying);
      if (left !== undefined) await calls.remove(folder, [left], staying);
    } catch {
      throw leftOver(error, file);
    }
    throw error;
  }
}

/** Why it could not be placed is what counts; that it could not be removed either is told beside. */
function leftOver(error: unknown, { name }: Pick<Entry, 'name'>): unknown {
  if (!(error instanceof StorageError)) return error;
  const { code, message, retry, retryAfterMs, detail } = error;
  const remedy = `${detail.remedy ?? ''} The new file may be there as "${name}".`.trim();
  return new StorageError(code, message, {
    retry,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    detail: { ...detail, remedy },
    cause: error,
  });
}

/** Longest part of a name that is kept in the name which a file has meanwhile; names are limited to 255 bytes. */
const MAX_STEM_BYTES = 150;

/** The same in every try, and in every process that goes on with it. */
function markFor({ source }: Pick<NewFile, 'source'>, tree: ChangeTree): string {
  return source.journal?.id ?? markOf(tree);
}

function meanwhileName(file: NewFile, tree: ChangeTree): string {
  return arrivalName(file.name, markFor(file, tree));
}

/** A name for a file that is to replace another. It keeps its extension: clouds tell by that what a file is. */
function arrivalName(name: string, mark: string): string {
  const [, stem = name, extension = ''] = /^(.+?)(\.[^.]{1,16})?$/su.exec(name) ?? [];
  return `${Buffer.byteLength(stem) > MAX_STEM_BYTES ? 'sluice' : stem}.uploaded-${mark}${extension}`;
}
