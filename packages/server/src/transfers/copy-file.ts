import type { Ctx } from '../core/driver.ts';
import type { Entry, HashKind } from '../core/entry.ts';
import { StorageError } from '../core/errors.ts';
import { baseName, childPath, parentOf, type TreePath } from '../core/path.ts';
import type { Spool, SpooledFile } from '../uploads/spool.ts';
import type { View } from '../vfs/view.ts';
import { bytesOf, fileSource } from './file-source.ts';
import type { TransferPayload } from './payload.ts';

const MAX_NAMES = 1000;

export interface FileWay {
  readonly from: TreePath;
  readonly to: TreePath;
  readonly conflict: TransferPayload['conflict'];
}

export interface CopyTools {
  readonly view: View;
  readonly spool: Pick<Spool, 'receive'>;
  readonly owner: number;
  readonly ctx: Ctx;
}

/**
 * Puts one file to another path, in another storage. What stands there with the same content counts as put: an earlier run may have been
 * killed after the upload.
 * @returns `skipped` where the name was taken and is to be left out.
 * @throws `exists` where a name is taken; `protocol` when what arrived is not what was sent.
 */
export async function copyFile(way: FileWay, tools: CopyTools): Promise<'done' | 'skipped'> {
  const { view, ctx } = tools;
  const { entry } = await view.get(way.from, ctx);
  const there = await entryAt(view, way.to, ctx);
  if (there !== undefined) {
    if (there.kind === 'file' && isSame(entry, there)) return 'done';
    if (way.conflict === 'skip') return 'skipped';
    if (way.conflict === 'refuse') throw new StorageError('exists', `file [${baseName(way.to)}] exists`);
  }
  const to = there !== undefined && way.conflict === 'rename' ? await freePath(entry, way.to, tools) : way.to;
  if (to === undefined) return 'done';
  await uploadFrom(way.from, to, { ...tools, overwrite: way.conflict === 'overwrite' });
  return 'done';
}

async function uploadFrom(
  from: TreePath,
  to: TreePath,
  tools: CopyTools & { readonly overwrite: boolean },
): Promise<void> {
  const { view, spool, owner, ctx, overwrite } = tools;
  const file = await view.open(from, ctx);
  const { entry } = file.node;
  const options = { overwrite, ...(entry.modified === undefined ? {} : { modified: entry.modified }) };
  const wanted = await view.uploadHashes(to, options, ctx);
  // What is cheap to read again, or known by its hash, needs no room on our disk.
  const direct = file.source === 'read' || wanted.every(({ kind }) => entry.hashes?.[kind] !== undefined);
  let kept: SpooledFile | undefined;
  try {
    if (!direct) {
      const expected = {
        size: entry.size,
        compute: wanted,
        owner,
        ...(entry.hashes ? { hashes: entry.hashes } : {}),
      };
      kept = await spool.receive(bytesOf(file, { start: 0, end: entry.size }, ctx), expected, ctx.signal);
    }
    const put = await view.upload(to, kept ?? fileSource(file, ctx), options, ctx);
    if (!isSame(entry, put.entry)) throw notTheSame(baseName(to));
  } finally {
    await kept?.discard();
  }
}

/** Whether the content of a source stands where it was to go, at a numbered name too where that was asked for. */
export async function isThere(
  source: Entry,
  { to, conflict }: Pick<FileWay, 'to' | 'conflict'>,
  tools: CopyTools,
): Promise<boolean> {
  const there = await entryAt(tools.view, to, tools.ctx);
  if (there === undefined) return false;
  if (there.kind === 'file' && isSame(source, there)) return true;
  return conflict === 'rename' && (await freePath(source, to, tools)) === undefined;
}

/** By size, and by each hash that both storages know. */
function isSame(one: Entry, other: Entry): boolean {
  if (one.size !== other.size) return false;
  const kinds = Object.keys(one.hashes ?? {}) as HashKind[]; // they are its keys
  return kinds.every((kind) => {
    const [mine, theirs] = [one.hashes?.[kind], other.hashes?.[kind]];
    return mine === undefined || theirs === undefined || mine.toLowerCase() === theirs.toLowerCase();
  });
}

/** With the first free number; undefined when a numbered one is this very file already. */
async function freePath(
  entry: Entry,
  path: TreePath,
  { view, ctx }: CopyTools,
): Promise<TreePath | undefined> {
  const name = baseName(path);
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  for (let number = 1; number < MAX_NAMES; number += 1) {
    const candidate = childPath(parentOf(path), `${stem}(${number})${extension}`);
    const there = await entryAt(view, candidate, ctx);
    if (there === undefined) return candidate;
    if (there.kind === 'file' && isSame(entry, there)) return undefined;
  }
  throw new StorageError('exists', `file [${name}] exists`);
}

/** Undefined for nothing. */
export async function entryAt(view: View, path: TreePath, ctx: Ctx): Promise<Entry | undefined> {
  try {
    return (await view.get(path, ctx)).entry;
  } catch (error) {
    if (error instanceof StorageError && error.code === 'not_found') return undefined;
    throw error;
  }
}

function notTheSame(name: string): StorageError {
  return new StorageError('protocol', `what arrived as ${name} is not what was sent`, {
    retry: 'later',
    detail: { remedy: 'Remove what is there and try again.' },
  });
}
