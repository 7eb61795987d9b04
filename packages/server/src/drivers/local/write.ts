import { constants } from 'node:fs';
import { type FileHandle, link, lstat, mkdir, open, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { abortError, throwIfAborted, waitOrAbort } from '../../core/abort.ts';
import { StorageError } from '../../core/errors.ts';
import type { RawName } from './entry-id.ts';
import { errnoOf } from './errors.ts';
import type { Folder } from './folder.ts';

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
const CHUNK = 1_048_576;
const NEW_FILE_MODE = 0o666; // less the process's umask

/** Names of files that are being written. They are never listed. */
const UNFINISHED = '.sluice-part-';

export function isUnfinished(name: RawName): boolean {
  return name.subarray(0, UNFINISHED.length).equals(Buffer.from(UNFINISHED));
}

/** A name for a file that is being written; `id` makes it the only one. */
export function unfinishedName(id: Uint8Array): RawName {
  return Buffer.from(UNFINISHED + Buffer.from(id).toString('hex'));
}

/** A file that nobody has written to for so long was left by a gateway that died. */
const ABANDONED_MS = 24 * 3_600_000;

/** Takes away what gateways that died while they wrote have left in a folder. What can't be taken away stays. @param now ms since the epoch */
export async function sweep(folder: Folder, now: number): Promise<void> {
  for (const name of (await readdir(folder.path, { encoding: 'buffer' })).filter(isUnfinished)) {
    try {
      const { mtimeMs } = await lstat(folder.at(name));
      if (now - mtimeMs > ABANDONED_MS) await unlink(folder.at(name));
    } catch {
      // another one took it away, or it belongs to somebody else
    }
  }
}

/** @throws StorageError `exists` when something has that name. */
export async function checkFree(folder: Folder, name: RawName): Promise<void> {
  try {
    await lstat(folder.at(name));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw error;
  }
  throw new StorageError('exists', 'the name is taken');
}

/** The names of a file that is being written. */
export interface NewNames {
  readonly temporary: RawName;
  readonly final: RawName;
  /** A file of the folder that is to give way. It has the name `final`, or, where names aren't UTF-8, one that is shown like it. */
  readonly old?: RawName | undefined;
}

/** Checks that a file can have its name. @throws StorageError `exists`; `not_a_file` when what is to give way is none. */
export async function checkPlace(folder: Folder, { final, old }: NewNames): Promise<void> {
  if (old === undefined || !old.equals(final)) await checkFree(folder, final);
  if (old !== undefined) await isReplaceable(folder, old);
}

/** False when it has gone. @throws StorageError `not_a_file`. */
async function isReplaceable(folder: Folder, old: RawName): Promise<boolean> {
  try {
    if ((await kindOf(folder, old)).isFile) return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
  throw new StorageError('not_a_file', 'something that is no file has this name');
}

/** Checks names that are to be given all at once. @throws StorageError `exists`, also when two of them are the same. */
export async function checkAllFree(folder: Folder, names: readonly RawName[]): Promise<void> {
  for (const name of names) await checkFree(folder, name);
  const different = new Set(names.map((name) => name.toString('latin1')));
  if (different.size < names.length) throw new StorageError('exists', 'two of them have the same name');
}

/**
 * Writes a file under `temporary` and gives it its name when all bytes are on the disk, so that nobody ever sees half of it; then the name
 * is on the disk too. What was written is taken away when anything fails.
 * @throws StorageError `exists`, `not_a_file`, `protocol` when the number of bytes is not `size`; AbortError.
 */
export async function writeFile(
  folder: Folder,
  names: NewNames,
  body: {
    readonly chunks: AsyncIterable<Uint8Array>;
    readonly size: number;
    readonly modified?: number | undefined;
  },
): Promise<void> {
  await checkPlace(folder, names);
  const path = folder.at(names.temporary);
  const handle = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, NEW_FILE_MODE);
  try {
    try {
      await writeAll(handle, body.chunks, body.size);
      if (body.modified !== undefined) await handle.utimes(new Date(), new Date(body.modified));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await (names.old === undefined ? publish(folder, names) : takePlace(folder, names, names.old));
  } catch (error) {
    await unlink(path).catch(() => {}); // the first failure is the one to tell
    throw error;
  }
  await syncNames(folder);
}

/** Renames within or between folders. @throws StorageError `exists`. */
export async function moveEntry(
  from: { readonly folder: Folder; readonly name: RawName },
  to: { readonly folder: Folder; readonly name: RawName },
): Promise<void> {
  const { isDirectory, isFile } = await kindOf(from.folder, from.name);
  if (!isDirectory && !isFile) throw new StorageError('not_found', 'object not found');
  // rename(2) replaces what is there; between the look and the act someone else may still take the name.
  await checkFree(to.folder, to.name);
  await rename(from.folder.at(from.name), to.folder.at(to.name));
}

/** Removes an entry for good, with all below it. Symbolic links in it are removed, not what they point to. */
export async function removeEntry(folder: Folder, name: RawName, signal: AbortSignal): Promise<void> {
  throwIfAborted(signal);
  if (!(await kindOf(folder, name)).isDirectory) {
    await unlink(folder.at(name));
    return;
  }
  const inner = await folder.openFolder(name);
  try {
    for (const child of await readdir(inner.path, { encoding: 'buffer' }))
      await removeEntry(inner, child, signal);
  } finally {
    await inner.close();
  }
  await rmdir(folder.at(name));
}

/** What a copy needs beside its source and place. */
export interface CopyContext {
  readonly signal: AbortSignal;
  readonly temporary: () => RawName;
}

/** Copies a file, or a folder with all below it that is served. @throws StorageError `exists`, `not_found`; AbortError. */
export async function copyEntry(
  from: { readonly folder: Folder; readonly name: RawName },
  to: Folder,
  context: CopyContext,
): Promise<void> {
  throwIfAborted(context.signal);
  const { isDirectory, isFile } = await kindOf(from.folder, from.name);
  if (isDirectory) return copyFolder(from, to, context);
  if (!isFile) throw new StorageError('not_found', 'object not found');
  const handle = await from.folder.openFile(from.name);
  try {
    const { size } = await handle.stat();
    const names = { temporary: context.temporary(), final: from.name };
    await writeFile(to, names, { chunks: chunksOf(handle, size, context.signal), size });
  } finally {
    await handle.close();
  }
}

async function copyFolder(
  from: { readonly folder: Folder; readonly name: RawName },
  to: Folder,
  context: CopyContext,
): Promise<void> {
  await checkFree(to, from.name);
  await mkdir(to.at(from.name));
  const source = await from.folder.openFolder(from.name);
  const target = await to.openFolder(from.name).catch(async (error: unknown) => {
    await source.close();
    throw error;
  });
  try {
    for (const name of await readdir(source.path, { encoding: 'buffer' })) {
      const { isDirectory, isFile } = await kindOf(source, name);
      if ((isDirectory || isFile) && !isUnfinished(name)) {
        await copyEntry({ folder: source, name }, target, context);
      }
    }
  } finally {
    await Promise.all([source.close(), target.close()]);
  }
}

async function kindOf(folder: Folder, name: RawName): Promise<{ isDirectory: boolean; isFile: boolean }> {
  const stats = await lstat(folder.at(name));
  return { isDirectory: stats.isDirectory(), isFile: stats.isFile() };
}

/** Bytes of a stream, chunk by chunk; lets go of it when the reader stops or the signal fires. */
export async function* chunksOfStream(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await waitOrAbort(reader.read(), signal);
      ended = done;
      if (done) return;
      yield value;
    }
  } finally {
    if (!ended) reader.cancel(abortError(signal.reason)).catch(() => {}); // why we stopped is told already
  }
}

async function* chunksOf(handle: FileHandle, size: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; ) {
    throwIfAborted(signal);
    const buffer = new Uint8Array(Math.min(CHUNK, size - at));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return; // it became shorter: the count of bytes will tell
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function writeAll(handle: FileHandle, chunks: AsyncIterable<Uint8Array>, size: number): Promise<void> {
  let at = 0;
  for await (const chunk of chunks) {
    if (at + chunk.length > size) throw wrongLength(`more than the ${size} bytes announced`);
    for (let done = 0; done < chunk.length; ) {
      const { bytesWritten } = await handle.write(chunk, done, chunk.length - done, at + done);
      done += bytesWritten;
    }
    at += chunk.length;
  }
  if (at !== size) throw wrongLength(`${at} bytes, not the ${size} announced`);
}

function wrongLength(what: string): StorageError {
  return new StorageError('protocol', `the body had ${what}`, { detail: { remedy: 'Send the file again.' } });
}

/** Gives a finished file its name. A hard link fails when the name is taken, so that nothing is ever replaced. */
async function publish(folder: Folder, { temporary, final }: NewNames): Promise<void> {
  try {
    await link(folder.at(temporary), folder.at(final));
  } catch (error) {
    // Disks without hard links (FAT, some network shares): look, then rename.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(errnoOf(error) ?? '')) throw error;
    await checkFree(folder, final);
    await rename(folder.at(temporary), folder.at(final));
    return;
  }
  await unlink(folder.at(temporary));
}

/** Puts a finished file in the place of another. rename(2) does it at one instant; where the names differ, the old one goes last. */
async function takePlace(folder: Folder, names: NewNames, old: RawName): Promise<void> {
  const isThere = await isReplaceable(folder, old);
  if (isThere && old.equals(names.final)) return rename(folder.at(names.temporary), folder.at(old));
  await publish(folder, names);
  if (!isThere) return;
  await syncNames(folder);
  await unlink(folder.at(old));
}

/** Has the names of a folder on the disk, where a system can do that for a folder (fsync(2)). */
async function syncNames(folder: Folder): Promise<void> {
  let handle: FileHandle;
  try {
    handle = await open(folder.path, O_RDONLY);
  } catch (error) {
    if (['EISDIR', 'EPERM', 'EACCES'].includes(errnoOf(error) ?? '')) return; // Windows opens no folders; others may not let us read it
    throw error;
  }
  try {
    await handle.sync();
  } catch (error) {
    if (!['EINVAL', 'EPERM', 'ENOTSUP', 'EROFS', 'EBADF'].includes(errnoOf(error) ?? '')) throw error;
  } finally {
    await handle.close();
  }
}
