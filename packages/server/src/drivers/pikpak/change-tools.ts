import { throwIfAborted, waitOrAbort } from '../../core/abort.ts';
import type { Ctx, Env } from '../../core/driver.ts';
import type { EntryId } from '../../core/entry.ts';
import { isAbort, StorageError } from '../../core/errors.ts';
import { Arrivals } from './arrivals.ts';
import { patientDrive } from './attempts.ts';
import { DriveFiles } from './drive-files.ts';
import { checkedId } from './files.ts';
import { Lookup } from './lookup.ts';
import { Naming } from './naming.ts';
import type { ApiRoot } from './platforms.ts';
import type { DriveClient } from './session.ts';
import { Tasks } from './tasks.ts';
import type { WireFile } from './wire.ts';

export interface ChangeOptions {
  readonly drive: DriveClient;
  readonly apiRoot: ApiRoot;
  /** The folder that the storage starts at; it can't be changed. */
  readonly root: EntryId;
  readonly env: Pick<Env, 'clock' | 'random' | 'log'>;
}

/**
 * What the changes of one storage share. What has begun is brought to its end, and put in order again where it failed, even when the
 * caller has left.
 */
export class ChangeTools {
  readonly options: ChangeOptions;
  readonly files: DriveFiles;
  readonly lookup: Lookup;
  readonly naming: Naming;
  readonly tasks: Tasks;
  readonly arrivals: Arrivals;
  readonly #lifetime = new AbortController();

  constructor(options: ChangeOptions) {
    const { drive, apiRoot, env } = options;
    this.options = options;
    this.files = new DriveFiles(patientDrive(drive, env), apiRoot);
    this.lookup = new Lookup(this.files);
    this.naming = new Naming(drive, apiRoot, env);
    this.tasks = new Tasks(drive, apiRoot, env);
    this.arrivals = new Arrivals(this.files, env.clock);
  }

  /** Stops what is under way. */
  close(): void {
    this.#lifetime.abort();
  }

  /** One change at a time for a folder that receives something, or for things that are changed where they lie. */
  async inTurn<T>(keys: readonly string[], ctx: Ctx, job: () => Promise<T>): Promise<T> {
    throwIfAborted(ctx.signal);
    const { drive, env } = this.options;
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
    return waitOrAbort(drive.turns.runAll(keys, noted, ctx.signal), ctx.signal);
  }

  /** From here on the change is seen through, whether its caller waits or not. */
  begin(ctx: Ctx): Ctx {
    throwIfAborted(ctx.signal);
    return { ...ctx, signal: this.#lifetime.signal };
  }

  folderId(id: EntryId): EntryId {
    return id === this.options.root ? id : checkedId(id);
  }

  /** Live files, in the order of their ids. @throws StorageError `forbidden` for the root; `not_found`. */
  async changeable(ids: readonly EntryId[], ctx: Ctx): Promise<WireFile[]> {
    if (ids.includes(this.options.root)) {
      throw new StorageError('forbidden', "The folder that this storage starts at can't be changed.");
    }
    return this.lookup.all(ids, ctx);
  }

  /** Gives what came under another name the one that was wanted; where that is taken, takes everything back. */
  async nameOrUndo(file: WireFile, name: string, ctx: Ctx, undo: () => Promise<void>): Promise<WireFile> {
    if (file.name === name) return file;
    try {
      return await this.naming.give(file, name, ctx);
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

/** The keys under which things are changed where they lie. */
export function entryKeys(ids: readonly EntryId[]): string[] {
  return ids.map((id) => `entry:${id}`);
}

/** All of them, also after one has failed; then throws what the first to fail threw. */
export async function eachOf<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  for (const item of items) {
    try {
      results.push(await act(item));
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return results;
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
