import { LRUCache } from 'lru-cache';
import type { SpooledFile } from '../../uploads/spool.ts';

const MAX_DONE = 1_000;

interface Leaving {
  readonly owner: number;
  readonly size: number;
  readonly cancel: AbortController;
  readonly ended: Promise<void>;
}

/** A resumable upload whose bytes are here, on its way to its storage or there already. */
export interface Departure {
  readonly owner: number;
  readonly size: number;
  /** Rejects with why it failed. */
  readonly ended: Promise<void>;
}

/** Sends whole uploads to their storages, whether or not their clients stay to see it. */
export class Departures {
  readonly #leaving = new Map<string, Leaving>();
  /** Those that have arrived, for clients that come back to ask. */
  readonly #done = new LRUCache<string, Departure>({ max: MAX_DONE });

  /** @param send puts the file into the tree; told to stop by the signal */
  begin(
    upload: { readonly id: string; readonly owner: number; readonly file: SpooledFile },
    send: (file: SpooledFile, signal: AbortSignal) => Promise<unknown>,
  ): Departure {
    const { id, owner, file } = upload;
    const { size } = file;
    const cancel = new AbortController();
    const run = async (): Promise<void> => {
      try {
        await send(file, cancel.signal);
        this.#done.set(id, { owner, size, ended: Promise.resolve() });
      } finally {
        this.#leaving.delete(id);
        await file.discard();
      }
    };
    const ended = run();
    ended.catch(() => {}); // whoever still waits hears of it
    const leaving = { owner, size, cancel, ended };
    this.#leaving.set(id, leaving);
    return leaving;
  }

  find(id: string): Departure | undefined {
    return this.#leaving.get(id) ?? this.#done.get(id);
  }

  /** Stops one that is under way, and resolves when it has been taken back. */
  async cancel(id: string): Promise<void> {
    const leaving = this.#leaving.get(id);
    leaving?.cancel.abort();
    await leaving?.ended.catch(() => {}); // that it failed is what was asked for
  }
}
