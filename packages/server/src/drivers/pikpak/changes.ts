import { throwIfAborted, waitOrAbort } from '../../core/abort.ts';
import type { Ctx, Env, OpTable } from '../../core/driver.ts';
import type { Entry, EntryId } from '../../core/entry.ts';
import { isAbort, StorageError } from '../../core/errors.ts';
import { Arrivals, type Awaited } from './arrivals.ts';
import { attempt, isRefusal, patientDrive } from './attempts.ts';
import { DriveFiles } from './drive-files.ts';
import { checkPikPakName, nameTaken } from './exact-name.ts';
import { checkedId, entryOf } from './files.ts';
import { Naming } from './naming.ts';
import type { ApiRoot } from './platforms.ts';
import type { DriveClient } from './session.ts';
import { Tasks } from './tasks.ts';
import { objectOf, readFile, type WireFile } from './wire.ts';

export interface ChangesOptions {
  readonly drive: DriveClient;
  readonly apiRoot: ApiRoot;
  /** The folder that the storage starts at; it can't be changed. */
  readonly root: EntryId;
  readonly env: Pick<Env, 'clock' | 'random' | 'log'>;
}

/**
 * Changes of a drive (protocol reference §3.6–§3.9). PikPak answers before it has done them, and numbers a name that is taken without a
 * word; here an answer means that it is done, and that what was asked for stands there under its name.
 *
 * What has begun is brought to its end, and put in order again where it failed, even when the caller has left.
 */
export class Changes {
  readonly #options: ChangesOptions;
  readonly #files: DriveFiles;
  readonly #naming: Naming;
  readonly #tasks: Tasks;
  readonly #arrivals: Arrivals;
  readonly #lifetime = new AbortController();

  constructor(options: ChangesOptions) {
    const { drive, apiRoot, env } = options;
    this.#options = options;
    this.#files = new DriveFiles(patientDrive(drive, env), apiRoot);
    this.#naming = new Naming(drive, apiRoot, env);
    this.#tasks = new Tasks(drive, apiRoot, env);
    this.#arrivals = new Arrivals(this.#files, env.clock);
  }

  mkdir({ dir, name }: OpTable['mkdir']['args'], ctx: Ctx): Promise<Entry> {
    return this.#inTurn(dir, ctx, async () => {
      checkPikPakName(name);
      const folder = this.#folderId(dir);
      await this.#files.checkFolder(folder, ctx);
      const before = await this.#naming.idsWithout(folder, name, ctx);
      const own = this.#begin(ctx);
      const made = await this.#makeFolder({ folder, name, before }, own);
      if (made.name === name) return entryOf(made);
      return entryOf(await this.#nameOrUndo(made, name, own, () => this.#purge(made, own)));
    });
  }

  rename({ id, name }: OpTable['rename']['args'], ctx: Ctx): Promise<Entry> {
    return this.#inTurn(`entry:${id}`, ctx, async () => {
      checkPikPakName(name);
      const file = await this.#changeable(id, ctx);
      if (file.name === name) return entryOf(file);
      return entryOf(await this.#naming.give(file, name, this.#begin(ctx)));
    });
  }

  move({ id, to }: OpTable['move']['args'], ctx: Ctx): Promise<Entry> {
    return this.#inTurn(to, ctx, async () => {
      const { file, folder } = await this.#relocation(id, to, ctx);
      if (file.parentId === folder) return entryOf(file);
      if (await this.#naming.isTaken(folder, file.name, ctx)) throw nameTaken(file.name);
      const own = this.#begin(ctx);
      const moved = await this.#moveTo(file, folder, own);
      if (moved.name === file.name) return entryOf(moved);
      const undo = async () => {
        const back = await this.#moveTo(file, file.parentId, own);
        await this.#naming.give(back, file.name, own);
      };
      return entryOf(await this.#nameOrUndo(moved, file.name, own, undo));
    });
  }

  copy({ id, to }: OpTable['copy']['args'], ctx: Ctx): Promise<Entry> {
    return this.#inTurn(to, ctx, async () => {
      const { file, folder } = await this.#relocation(id, to, ctx);
      const before = await this.#naming.idsWithout(folder, file.name, ctx);
      const own = this.#begin(ctx);
      const copied = await this.#copyTo(file, { folder, before, like: file }, own);
      if (copied.name === file.name) return entryOf(copied);
      return entryOf(await this.#nameOrUndo(copied, file.name, own, () => this.#purge(copied, own)));
    });
  }

  remove({ id, mode }: OpTable['remove']['args'], ctx: Ctx): Promise<void> {
    return this.#inTurn(`entry:${id}`, ctx, async () => {
      const file = await this.#changeable(id, ctx);
      const own = this.#begin(ctx);
      await (mode === 'trash' ? this.#removeBy('batchTrash', file, own) : this.#purge(file, own));
    });
  }

  /** Stops what is under way. */
  close(): void {
    this.#lifetime.abort();
  }

  /** One change at a time for a folder that receives something, or for a thing that is changed where it lies. */
  async #inTurn<T>(key: string, ctx: Ctx, job: () => Promise<T>): Promise<T> {
    throwIfAborted(ctx.signal);
    const { drive, env } = this.#options;
    const noted = async (): Promise<T> => {
      try {
        return await job();
      } catch (error) {
        if (isAbort(error) && !ctx.signal.aborted) throw closed(error);
        if (!isAbort(error) && ctx.signal.aborted) {
          env.log.warn({ vendor: 'PikPak', error }, 'a change whose caller had left failed');
        }
        throw error;
      }
    };
    return waitOrAbort(drive.turns.run(key, noted, ctx.signal), ctx.signal);
  }

  /** From here on the change is seen through, whether its caller waits or not. */
  #begin(ctx: Ctx): Ctx {
    throwIfAborted(ctx.signal);
    return { ...ctx, signal: this.#lifetime.signal };
  }

  #folderId(id: EntryId): EntryId {
    return id === this.#options.root ? id : checkedId(id);
  }

  /** @throws StorageError `forbidden` for the root; `not_found`. */
  async #changeable(id: EntryId, ctx: Ctx): Promise<WireFile> {
    if (id === this.#options.root) {
      throw new StorageError('forbidden', "The folder that this storage starts at can't be changed.");
    }
    return this.#files.file(id, ctx);
  }

  async #relocation(
    id: EntryId,
    to: EntryId,
    ctx: Ctx,
  ): Promise<{ readonly file: WireFile; readonly folder: EntryId }> {
    const file = await this.#changeable(id, ctx);
    if (id === to) throw new StorageError('invalid_argument', "A folder can't be put into itself.");
    const folder = this.#folderId(to);
    await this.#files.checkFolder(folder, ctx);
    return { file, folder };
  }

  async #makeFolder(
    { folder, name, before }: { folder: EntryId; name: string; before: ReadonlySet<EntryId> },
    ctx: Ctx,
  ): Promise<WireFile> {
    const { drive, apiRoot, env } = this.#options;
    const body = { kind: 'drive#folder', parent_id: folder, name };
    const look = () => this.#arrivals.look({ folder, before, like: { folder: true, name } }, ctx);
    const create = async () => {
      const call = { root: apiRoot, method: 'POST', path: '/drive/v1/files', body } as const;
      return readFile(objectOf((await drive.call(call, ctx))['file']) ?? {});
    };
    const made = await attempt(create, env, { signal: ctx.signal, look });
    return made ?? this.#arrivals.wait(look, ctx);
  }

  async #copyTo(file: WireFile, place: Awaited, ctx: Ctx): Promise<WireFile> {
    const isDone = async () => {
      await this.#tasks.quiet('copy', ctx);
      return (await this.#arrivals.look(place, ctx)) !== undefined;
    };
    const body = { ids: [file.id], to: { parent_id: place.folder } };
    const id = await this.#tasks.run({ name: 'batchCopy', body, isDone }, ctx);
    return this.#arrivals.wait(() => this.#arrivals.look(place, ctx, id), ctx);
  }

  async #moveTo(file: WireFile, folder: EntryId, ctx: Ctx): Promise<WireFile> {
    const look = async () => {
      const now = await this.#files.file(file.id, ctx);
      return now.parentId === folder ? now : undefined;
    };
    const body = { ids: [file.id], to: { parent_id: folder } };
    const isDone = async () => {
      await this.#tasks.quiet('move', ctx);
      return (await look()) !== undefined;
    };
    try {
      await this.#tasks.run({ name: 'batchMove', body, isDone }, ctx);
    } catch (error) {
      const there = isRefusal(error, 'file_move_or_copy_to_cur') ? await look() : undefined;
      if (there !== undefined) return there;
      throw error;
    }
    return this.#arrivals.wait(look, ctx);
  }

  #purge(file: WireFile, ctx: Ctx): Promise<void> {
    return this.#removeBy('batchDelete', file, ctx);
  }

  async #removeBy(name: 'batchTrash' | 'batchDelete', file: WireFile, ctx: Ctx): Promise<void> {
    const isGone = async () => {
      try {
        await this.#files.file(file.id, ctx);
        return false;
      } catch (error) {
        if (error instanceof StorageError && error.code === 'not_found') return true;
        throw error;
      }
    };
    await this.#tasks.run({ name, body: { ids: [file.id] }, isDone: isGone }, ctx);
    await this.#arrivals.wait(async () => ((await isGone()) ? true : undefined), ctx);
  }

  /** Gives what came under another name the one that was wanted; where that is taken, takes everything back. */
  async #nameOrUndo(file: WireFile, name: string, ctx: Ctx, undo: () => Promise<void>): Promise<WireFile> {
    try {
      return await this.#naming.give(file, name, ctx);
    } catch (error) {
      try {
        await undo();
      } catch (cause) {
        throw leftBehind(error, file.name, cause);
      }
      throw error;
    }
  }
}

/** The error, with word of what could not be taken back. */
function leftBehind(error: unknown, name: string, cause: unknown): unknown {
  if (!(error instanceof StorageError)) return error;
  const message = `${error.message} What came instead is called "${name}" and could not be taken back.`;
  return new StorageError(error.code, message, { detail: error.detail, cause });
}

function closed(cause: unknown): StorageError {
  return new StorageError('unavailable', 'This storage has been closed.', { retry: 'later', cause });
}
