import { lstat, mkdir, stat, statfs } from 'node:fs/promises';
import { throwIfAborted } from '../../core/abort.ts';
import type { Call, Ctx, Driver, OpTable, Traits } from '../../core/driver.ts';
import { checkName } from '../../core/entry-name.ts';
import type { Entry, EntryId, Picture } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import type { Random } from '../../core/runtime.ts';
import { childId, displayName, nameOf, namesOf, parentId, type RawName, ROOT_ID } from './entry-id.ts';
import { type Folder, type OpenRoot, openRootFor, withFolder } from './folder.ts';
import { entryOf, Listing } from './listing.ts';
import { isPictured, type PictureTools, pictureOf } from './picture.ts';
import { readFile } from './read.ts';
import {
  checkAllFree,
  checkPlace,
  chunksOfStream,
  copyEntry,
  isUnfinished,
  moveEntry,
  removeEntry,
  sweep,
  unfinishedName,
  writeFile,
} from './write.ts';

export interface LocalConfig {
  /** Absolute path of the folder that is served. */
  readonly rootFolder: string;
  /** Whether names that begin with a dot are served. */
  readonly showHidden: boolean;
  /** Mode of new folders, less the process's umask. */
  readonly mkdirMode: number;
  /** Whether small pictures are made of images and films. Default true. */
  readonly thumbnails?: boolean;
}

export interface LocalOptions {
  readonly random: Random;
  /** Milliseconds since the epoch. Default: the machine's clock, by which its disk tells time too. */
  readonly now?: () => number;
  readonly ffmpeg?: string | undefined;
  /** Entries on a page. Default 1000. */
  readonly pageSize?: number;
  /** How folders are reached. Default: the best that the system has. */
  readonly openRoot?: OpenRoot;
}

/** The disk is quick and others write to it too: nothing is served from memory. */
export const LOCAL_TRAITS: Traits = {
  duplicateNames: false,
  caseSensitive: true,
  listTtlMs: 0,
  localSort: true,
  trash: false,
  replacesAtOnce: true,
};

/** A driver for one folder of the machine. Does no I/O until it is used. */
export function createLocalDriver(config: LocalConfig, options: LocalOptions): Driver {
  return new LocalDriver(config, options);
}

class LocalDriver implements Driver {
  readonly kind = 'Local';
  readonly root = ROOT_ID;
  readonly traits = LOCAL_TRAITS;
  readonly #config: LocalConfig;
  readonly #random: Random;
  readonly #now: () => number;
  readonly #listing: Listing;
  readonly #pictures: PictureTools;
  readonly #draws: boolean;
  readonly thumbnail?: Call<'thumbnail'>;
  readonly #openRoot: () => Promise<Folder>;

  constructor(config: LocalConfig, options: LocalOptions) {
    this.#config = config;
    this.#random = options.random;
    this.#now = options.now ?? Date.now;
    this.#pictures = { ffmpeg: options.ffmpeg };
    this.#draws = config.thumbnails ?? true;
    this.#listing = new Listing(options.pageSize ?? 1000, {
      shows: (name) => this.#serves(name),
      isPictured: (name) => this.#isPictured(name),
    });
    if (this.#draws) this.thumbnail = (args, ctx) => this.#thumbnail(args, ctx);
    const openRoot = options.openRoot ?? openRootFor(process.platform);
    this.#openRoot = () => openRoot(config.rootFolder);
  }

  list: Call<'list'> = ({ dir, cursor }, { signal }) =>
    this.#inFolder(dir, signal, (folder) => this.#listing.page(dir, folder, cursor));

  stat: Call<'stat'> = ({ id }, { signal }) =>
    id === ROOT_ID
      ? this.#inFolder(id, signal, (folder) => this.#rootEntry(folder))
      : this.#atEntry(id, signal, (folder, name) => this.#entry(id, folder, name));

  read: Call<'read'> = async ({ id, start, end }, { signal }) => {
    if (id === ROOT_ID) throw new StorageError('not_a_file', 'not a file');
    const handle = await this.#atEntry(id, signal, (folder, name) => folder.openFile(name));
    return readFile(handle, { start, end }, signal);
  };

  async #thumbnail({ id }: OpTable['thumbnail']['args'], { signal }: Ctx): Promise<Picture> {
    if (id === ROOT_ID) throw new StorageError('not_a_file', 'not a file');
    const handle = await this.#atEntry(id, signal, (folder, name) => folder.openFile(name));
    try {
      if (!(await handle.stat()).isFile()) throw new StorageError('not_a_file', 'not a file');
      return await pictureOf(handle, displayName(nameOf(id)), this.#pictures, signal);
    } finally {
      await handle.close();
    }
  }

  #isPictured(name: string): boolean {
    return this.#draws && isPictured(name, this.#pictures);
  }

  mkdir: Call<'mkdir'> = ({ dir, name }, { signal }) =>
    this.#inFolder(dir, signal, async (folder) => {
      const raw = this.#newName(name);
      await mkdir(folder.at(raw), { mode: this.#config.mkdirMode });
      return this.#entry(childId(dir, raw), folder, raw);
    });

  rename: Call<'rename'> = ({ id, name }, { signal }) =>
    this.#atEntry(id, signal, async (folder, old) => {
      const raw = this.#newName(name);
      if (!raw.equals(old)) await moveEntry({ folder, name: old }, { folder, name: raw });
      return this.#entry(childId(parentId(id), raw), folder, raw);
    });

  move: Call<'move'> = (args, { signal }) => this.#together('move', args, signal);
  copy: Call<'copy'> = (args, { signal }) => this.#together('copy', args, signal);

  remove: Call<'remove'> = async ({ ids, mode }, { signal }) => {
    if (mode === 'trash') throw noTrash();
    for (const id of ids) {
      await this.#atEntry(id, signal, (folder, name) => this.#entry(id, folder, name));
    }
    for (const id of ids) {
      await this.#atEntry(id, signal, (folder, name) => removeEntry(folder, name, signal));
    }
  };

  upload: Call<'upload'> = ({ dir, name, source, modified, replaces }, { signal }) =>
    this.#inFolder(dir, signal, async (folder) => {
      const final = this.#newName(name);
      const old = replaces === undefined ? undefined : this.#childName(dir, replaces);
      const names = { temporary: this.#temporary(), final, old };
      await checkPlace(folder, names);
      await sweep(folder, this.#now());
      const chunks = chunksOfStream(source.open(0, source.size), signal);
      await writeFile(folder, names, { chunks, size: source.size, modified });
      return this.#entry(childId(dir, final), folder, final);
    });

  quota: Call<'quota'> = (_, { signal }) =>
    this.#inFolder(ROOT_ID, signal, async ({ path }) => {
      const { blocks, bfree, bavail, bsize } = await statfs(path);
      const used = (blocks - bfree) * bsize;
      // What only root may use counts as neither used nor there.
      return { used, total: used + bavail * bsize };
    });

  async close(): Promise<void> {}

  #serves(name: RawName): boolean {
    return !isUnfinished(name) && (this.#config.showHidden || name[0] !== 0x2e);
  }

  /** The names that lead to `id`. A hidden one is as good as absent, also further up. */
  #names(id: EntryId): RawName[] {
    const names = namesOf(id);
    if (names.every((name) => this.#serves(name))) return names;
    throw new StorageError('not_found', 'object not found');
  }

  /** The name of something in `dir`. @throws StorageError `invalid_argument` for what lies elsewhere. */
  #childName(dir: EntryId, id: EntryId): RawName {
    const name = this.#names(id).at(-1);
    if (name !== undefined && childId(dir, name) === id) return name;
    throw new StorageError('invalid_argument', 'what is replaced is in another folder');
  }

  #newName(name: string): RawName {
    checkName(name);
    const raw = Buffer.from(name);
    if (this.#serves(raw)) return raw;
    throw new StorageError('invalid_name', 'names that begin with a dot are hidden here', {
      detail: { remedy: 'Choose another name, or let the storage show hidden files.' },
    });
  }

  /** Takes entries to a folder one after the other, when all of them can go there. */
  async #together(
    op: 'move' | 'copy',
    { ids, to }: OpTable['move']['args'],
    signal: AbortSignal,
  ): Promise<readonly Entry[]> {
    for (const id of ids) {
      await this.#atEntry(id, signal, (folder, name) => this.#entry(id, folder, name));
      this.#outside(id, to);
    }
    return this.#inFolder(to, signal, async (target) => {
      const going = ids.filter((id) => op === 'copy' || parentId(id) !== to);
      await checkAllFree(target, going.map(nameOf));
      for (const id of going) {
        await this.#atEntry(id, signal, (folder, name) =>
          op === 'move'
            ? moveEntry({ folder, name }, { folder: target, name })
            : copyEntry({ folder, name }, target, { signal, temporary: () => this.#temporary() }),
        );
      }
      return Promise.all(ids.map((id) => this.#entry(childId(to, nameOf(id)), target, nameOf(id))));
    });
  }

  /** @throws StorageError `invalid_argument` when `to` lies in `id`. */
  #outside(id: EntryId, to: EntryId): void {
    if (to !== id && !to.startsWith(`${id}/`)) return;
    throw new StorageError('invalid_argument', 'a folder cannot be put into itself');
  }

  #inFolder<T>(id: EntryId, signal: AbortSignal, use: (folder: Folder) => Promise<T>): Promise<T> {
    return this.#open(() => this.#names(id), signal, use);
  }

  #atEntry<T>(
    id: EntryId,
    signal: AbortSignal,
    use: (folder: Folder, name: RawName) => Promise<T>,
  ): Promise<T> {
    if (id === ROOT_ID) {
      return Promise.reject(new StorageError('forbidden', 'the root folder cannot be changed'));
    }
    let name: RawName = Buffer.alloc(0);
    const parents = (): RawName[] => {
      const names = this.#names(id);
      name = names.pop() ?? name;
      return names;
    };
    let reached = false;
    const inParent = (folder: Folder): Promise<T> => {
      reached = true;
      return use(folder, name);
    };
    return this.#open(parents, signal, inParent).catch((error: unknown) => {
      const isBelowFile = !reached && error instanceof StorageError && error.code === 'not_a_folder';
      throw isBelowFile ? new StorageError('not_found', 'object not found', { cause: error }) : error;
    });
  }

  async #open<T>(
    names: () => RawName[],
    signal: AbortSignal,
    use: (folder: Folder) => Promise<T>,
  ): Promise<T> {
    throwIfAborted(signal);
    return withFolder(this.#openRoot, names(), use);
  }

  async #rootEntry(folder: Folder): Promise<Entry> {
    const { mtimeMs } = await stat(folder.path);
    return { id: ROOT_ID, name: '', kind: 'folder', size: 0, modified: Math.round(mtimeMs) };
  }

  async #entry(id: EntryId, folder: Folder, name: RawName): Promise<Entry> {
    const entry = entryOf(id, name, await lstat(folder.at(name)), (one) => this.#isPictured(one));
    if (entry === undefined) throw new StorageError('not_found', 'object not found');
    return entry;
  }

  #temporary(): RawName {
    return unfinishedName(this.#random.bytes(12));
  }
}

function noTrash(): StorageError {
  return new StorageError('unsupported', 'a local folder has no recycle bin', {
    detail: { remedy: 'Delete it for good instead.' },
  });
}
