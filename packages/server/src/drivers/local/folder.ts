import { constants } from 'node:fs';
import { type FileHandle, lstat, open, realpath } from 'node:fs/promises';
import { StorageError } from '../../core/errors.ts';
import type { RawName } from './entry-id.ts';
import { errnoOf, fromSystem } from './errors.ts';

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;

/** A folder that was reached without following a symbolic link. `at(name)` is a path for the system, good until the folder is closed. */
export interface Folder {
  readonly path: Buffer;
  at(name: RawName): Buffer;
  /** A file in it, never through a symbolic link, and never waiting for the other end of a pipe. */
  openFile(name: RawName): Promise<FileHandle>;
  /** A folder in it, never through a symbolic link. */
  openFolder(name: RawName): Promise<Folder>;
  close(): Promise<void>;
}

/** How folders are reached: see `heldFolder` and `checkedFolder`. */
export type OpenRoot = (path: string) => Promise<Folder>;

/** The best that the system has. */
export function openRootFor(platform: NodeJS.Platform): OpenRoot {
  return platform === 'linux' ? openHeldRoot : openCheckedRoot;
}

/**
 * Linux: folders are held open one after the other, and each name is looked up in the folder that is held (through `/proc/self/fd`, Linux's
 * openat(2) for programs that have none), so that nothing that is swapped meanwhile can lead elsewhere.
 */
export const openHeldRoot: OpenRoot = async (path) => heldFolder(await openDirectory(Buffer.from(path)));

function heldFolder(handle: FileHandle): Folder {
  const path = Buffer.from(`/proc/self/fd/${handle.fd}`);
  const at = (name: RawName): Buffer => joinRaw(path, name);
  return {
    path,
    at,
    openFile: (name) => open(at(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
    openFolder: async (name) => heldFolder(await openDirectory(at(name), O_NOFOLLOW)),
    close: () => handle.close(),
  };
}

/** Looks at an opened file's path. Each one that a swap should pass unseen needs two swaps at just the right moments. */
const LOOKS = 4;

/**
 * Elsewhere: paths are checked to be free of symbolic links, and opened files to be the ones at those paths, several times over. Someone with
 * write access to the folder who swaps links in step with all of these looks could still win.
 */
export const openCheckedRoot: OpenRoot = async (path) => {
  const folder = checkedFolder(await realpath(path, { encoding: 'buffer' }));
  if (!(await lstat(folder.path)).isDirectory()) throw systemError('ENOTDIR');
  return folder;
};

function checkedFolder(path: Buffer): Folder {
  const at = (name: RawName): Buffer => joinRaw(path, name);
  const check = async (): Promise<void> => {
    if (!path.equals(await realpath(path, { encoding: 'buffer' }))) throw systemError('ELOOP');
  };
  return {
    path,
    at,
    async openFile(name) {
      const handle = await open(at(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      try {
        const opened = await handle.stat();
        for (let look = 0; look < LOOKS; look++) {
          await check();
          const found = await lstat(at(name));
          if (opened.ino !== found.ino || opened.dev !== found.dev) throw systemError('ELOOP');
        }
        return handle;
      } catch (error) {
        await handle.close();
        throw error;
      }
    },
    async openFolder(name) {
      await check();
      if (!(await lstat(at(name))).isDirectory()) throw systemError('ENOTDIR');
      return checkedFolder(at(name));
    },
    close: async () => {},
  };
}

/**
 * Opens the folder that `names` lead to below `rootPath`, hands it to `use` and closes it.
 * @throws StorageError `not_found`, `not_a_folder`; `unavailable` when the storage's own folder is not there.
 */
export async function withFolder<T>(
  openRoot: () => Promise<Folder>,
  names: readonly RawName[],
  use: (folder: Folder) => Promise<T>,
): Promise<T> {
  let folder = await openRoot().catch((error: unknown) => {
    throw rootError(error);
  });
  try {
    for (const [index, name] of names.entries()) {
      const next = await openNext(folder, name, index === names.length - 1);
      await folder.close();
      folder = next;
    }
    return await use(folder);
  } catch (error) {
    throw fromSystem(error);
  } finally {
    await folder.close();
  }
}

async function openNext(folder: Folder, name: RawName, isLast: boolean): Promise<Folder> {
  try {
    return await folder.openFolder(name);
  } catch (error) {
    if (errnoOf(error) !== 'ENOTDIR' || !isLast) throw error;
    // A symbolic link is as good as absent; anything else is there, but no folder.
    if ((await lstat(folder.at(name))).isSymbolicLink()) throw error;
    throw new StorageError('not_a_folder', 'not a folder', { cause: error });
  }
}

function openDirectory(path: Buffer, flags = 0): Promise<FileHandle> {
  return open(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | flags);
}

function joinRaw(path: Buffer, name: RawName): Buffer {
  return Buffer.concat([path, Buffer.from('/'), name]);
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function rootError(cause: unknown): Error {
  const errno = errnoOf(cause);
  if (errno !== 'ENOENT' && errno !== 'ENOTDIR') return fromSystem(cause);
  return new StorageError('unavailable', 'the folder of this storage is not there', {
    detail: { vendorCode: errno, remedy: 'Check the folder path, and that its disk is mounted.' },
    cause,
  });
}
