import { type FileHandle, mkdir, open, readdir, stat, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { StorageError } from '../core/errors.ts';

/** A file that is being written. */
export interface DiskFile {
  /** Writes all of `bytes` at `at`. */
  write(bytes: Uint8Array, at: number): Promise<void>;
  close(): Promise<void>;
}

/** A file that is being read. */
export interface DiskReader {
  /** Up to `length` bytes at `at`; none behind the end. */
  read(at: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** The folder that uploads are kept in. Names are our own; nothing of a client's is ever part of one. */
export interface SpoolDisk {
  /** A new file. @throws when there is one of that name */
  create(name: string): Promise<DiskFile>;
  /** A file that is there, to write on. */
  edit(name: string): Promise<DiskFile>;
  read(name: string): Promise<DiskReader>;
  /** A missing file is fine. */
  remove(name: string): Promise<void>;
  /** All files, with their sizes in bytes. */
  files(): Promise<ReadonlyMap<string, number>>;
  /** Bytes that can still be written. */
  free(): Promise<number>;
}

/** A folder of the machine, made for its owner alone when it is missing. */
export async function openSpoolDisk(folder: string): Promise<SpoolDisk> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const at = (name: string): string => join(folder, name);
  return {
    create: async (name) => diskFile(await open(at(name), 'wx', 0o600)),
    edit: async (name) => diskFile(await open(at(name), 'r+')),
    read: async (name) => diskReader(await open(at(name), 'r')),
    async remove(name) {
      await unlink(at(name)).catch((error: unknown) => {
        if (codeOf(error) !== 'ENOENT') throw error;
      });
    },
    async files() {
      const names = await readdir(folder);
      return new Map(
        await Promise.all(names.map(async (name) => [name, (await stat(at(name))).size] as const)),
      );
    },
    async free() {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    },
  };
}

function diskFile(handle: FileHandle): DiskFile {
  return {
    async write(bytes, at) {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at + done);
        done += bytesWritten;
      }
    },
    close: () => handle.close(),
  };
}

function diskReader(handle: FileHandle): DiskReader {
  return {
    async read(at, length) {
      const buffer = Buffer.allocUnsafeSlow(length); // what the disk does not fill is cut off
      const { bytesRead } = await handle.read(buffer, 0, length, at);
      return buffer.subarray(0, bytesRead);
    },
    close: () => handle.close(),
  };
}

/** What a failure to write means to whoever uploads; undefined for one that says nothing to them. */
export function diskFailure(error: unknown): StorageError | undefined {
  const code = codeOf(error);
  if (code === undefined) return undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(error);
  return new StorageError('unavailable', 'this server cannot keep uploads', {
    detail: { vendorCode: code, remedy: 'Look at the data folder of Sluice: it must be writable.' },
    cause: error,
  });
}

export function diskFull(cause?: unknown): StorageError {
  return new StorageError('quota_exceeded', 'the disk of this server has no room for the upload', {
    detail: { remedy: 'Free space on the disk that holds the data folder of Sluice.' },
    cause,
  });
}

function codeOf(error: unknown): string | undefined {
  if (error instanceof StorageError) return undefined; // its codes are not the system's
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
