import { LRUCache } from 'lru-cache';
import { throwIfAborted } from '../core/abort.ts';
import type { UploadTarget } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import type { Clock, Log } from '../core/runtime.ts';
import type { UploadRecords } from './record.ts';
import type { SpooledFile } from './spooled-file.ts';

const MAX_DONE = 1_000;
/** How long clients may come back to ask for what has arrived. */
export const DONE_MS = 24 * 3_600_000;

/** An upload that has arrived. */
export interface DoneUpload {
  readonly id: string;
  readonly owner: number;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** An upload that is whole on our disk, and where it is to go. */
export interface LeftUpload {
  readonly file: SpooledFile;
  readonly target: UploadTarget;
}

/** A resumable upload whose bytes are here, on its way to its storage or there already. */
export interface Departure {
  readonly owner: number;
  readonly size: number;
  /** Rejects with why it failed; for one that is tried again, with why the last try did. */
  readonly ended: Promise<void>;
}

/** One upload that is tried until it has come to its end. */
export interface Following {
  /** Fires when its owner wants it no more. */
  readonly signal: AbortSignal;
  /** Runs one try, for which those who ask meanwhile wait. */
  attempt<T>(run: () => Promise<T>): Promise<T>;
  /** It has ended; `arrived` tells how. */
  end(arrived: boolean): Promise<void>;
}

/** Uploads on their way to their storages, whether or not their clients stay to see it. */
export interface Departures {
  /**
   * Sends one. What fails for reasons that pass is gone on with later.
   * @param send puts the file into the tree; told to stop by the signal
   */
  begin(
    upload: { readonly id: string; readonly owner: number; readonly file: SpooledFile },
    send: (file: SpooledFile, signal: AbortSignal) => Promise<unknown>,
  ): Departure;
  find(id: string): Departure | undefined;
  /** Stops one that is under way, and resolves when it has been taken back. */
  cancel(id: string): Promise<void>;
  /** Takes part in what is gone on with. */
  follow(file: SpooledFile): Following;
}

export interface DeparturesOptions {
  readonly records: UploadRecords;
  readonly clock: Clock;
  readonly log: Log;
  /** What arrived in the life of a process before this one. */
  readonly done: readonly DoneUpload[];
  /** Goes on with an upload whose first try has failed for reasons that pass. */
  carryOn(left: LeftUpload): void;
}

interface Leaving {
  readonly owner: number;
  readonly size: number;
  readonly cancel: AbortController;
  /** The try under way, or the last one; before the first, `over`. */
  ended: Promise<void>;
  /** Rejects when it has failed for good. */
  readonly over: PromiseWithResolvers<void>;
}

export function createDepartures(options: DeparturesOptions): Departures {
  return new DepartureList(options);
}

class DepartureList implements Departures {
  readonly #options: DeparturesOptions;
  readonly #leaving = new Map<string, Leaving>();
  readonly #done: LRUCache<string, DoneUpload>;

  constructor(options: DeparturesOptions) {
    this.#options = options;
    this.#done = new LRUCache({ max: MAX_DONE, dispose: ({ id }, _, why) => this.#forget(id, why) });
    for (const one of options.done) this.#done.set(one.id, one);
  }

  begin(
    { id, owner, file }: Parameters<Departures['begin']>[0],
    send: (file: SpooledFile, signal: AbortSignal) => Promise<unknown>,
  ): Departure {
    const following = this.#follow(id, { owner, size: file.size });
    file.willTryAgain();
    const run = async (): Promise<void> => {
      try {
        await send(file, following.signal);
        await following.end(true);
      } catch (error) {
        const { target, suspended } = file.journal;
        const later = error instanceof StorageError && error.retry === 'later';
        const goesOn = later && target !== undefined && !suspended.aborted && !following.signal.aborted;
        if (goesOn) this.#options.carryOn({ file, target });
        else {
          await file.discard();
          await following.end(false);
        }
        throw error;
      }
      await file.discard();
    };
    const ended = following.attempt(run);
    ended.catch(() => {}); // whoever still waits hears of it
    return { owner, size: file.size, ended };
  }

  find(id: string): Departure | undefined {
    const leaving = this.#leaving.get(id);
    if (leaving !== undefined) return leaving;
    const done = this.#done.get(id);
    if (done === undefined || done.at + DONE_MS <= this.#options.clock.now()) return undefined;
    return { owner: done.owner, size: done.size, ended: Promise.resolve() };
  }

  async cancel(id: string): Promise<void> {
    const leaving = this.#leaving.get(id);
    leaving?.cancel.abort();
    await leaving?.over.promise.catch(() => {}); // that it failed is what was asked for
  }

  follow({ journal, size }: SpooledFile): Following {
    return this.#follow(journal.id, { owner: journal.owner, size });
  }

  #follow(
    id: string,
    { owner = 0, size }: { readonly owner: number | undefined; readonly size: number },
  ): Following {
    const over = Promise.withResolvers<void>();
    const known = this.#leaving.get(id);
    const leaving = known ?? { owner, size, cancel: new AbortController(), ended: over.promise, over };
    this.#leaving.set(id, leaving);
    leaving.over.promise.catch(() => {}); // whoever asks hears of it
    return {
      signal: leaving.cancel.signal,
      attempt: (run) => {
        throwIfAborted(leaving.cancel.signal);
        const running = run();
        leaving.ended = running.then(() => undefined);
        leaving.ended.catch(() => {}); // whoever asks hears of it
        return running;
      },
      end: async (arrived) => {
        if (arrived) await this.#arrived({ id, owner, size, at: this.#options.clock.now() });
        this.#leaving.delete(id);
        if (arrived) leaving.over.resolve();
        else leaving.over.reject(new StorageError('not_found', 'this upload has ended without its file'));
      },
    };
  }

  /** Written down, so that a client that asks the next process hears the truth as well. */
  async #arrived(done: DoneUpload): Promise<void> {
    const { id, ...rest } = done;
    this.#done.set(id, done);
    try {
      await this.#options.records.save(`done-${id}`, { stage: 'done', ...rest });
    } catch (error) {
      this.#options.log.warn({ error }, 'that an upload has arrived could not be written down');
    }
  }

  #forget(id: string, why: LRUCache.DisposeReason): void {
    if (why !== 'evict') return;
    this.#options.records.remove(`done-${id}`).catch((error: unknown) => {
      this.#options.log.warn({ error }, 'an upload that has arrived could not be forgotten');
    });
  }
}
