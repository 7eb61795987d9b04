import type { Ctx, Env } from '../../../core/driver.ts';
import { isAbort, StorageError } from '../../../core/errors.ts';
import type { Leftover } from '../account-record.ts';
import type { LeftoverBook } from '../leftover-book.ts';

/** Waits before what could not be removed is tried again, unless PikPak asks for more; then it is given up. A day in all. */
const WAITS_MS: readonly number[] = [
  60_000,
  300_000,
  900_000,
  ...Array.from({ length: 23 }, () => 3_600_000),
];

const MAX_ASKED_MS = 24 * 3_600_000;

export interface LeftoversOptions {
  readonly book: LeftoverBook;
  /** Removes one. @throws when it could not. */
  readonly remove: (leftover: Leftover, ctx: Ctx) => Promise<void>;
  readonly env: Pick<Env, 'clock' | 'log'>;
  /** Fires when the storage is closed. */
  readonly lifetime: AbortSignal;
}

/**
 * Announced files whose upload failed, and that could not be removed then, as during a lock-out: they hold their names. They are written
 * down with the account, and tried again in the background for a day, before each announcement, and after a restart.
 */
export class Leftovers {
  readonly #options: LeftoversOptions;
  #running: Promise<void> | undefined;
  #woken = false;

  constructor(options: LeftoversOptions) {
    this.#options = options;
  }

  /** Writes one down. Never throws: what can't be written down is tried again as long as the process lives. */
  async note(leftover: Leftover): Promise<void> {
    await this.#options.book.add(leftover).catch((error: unknown) => {
      this.#options.env.log.warn({ vendor: 'PikPak', error }, 'the rest of an upload could not be noted');
    });
    this.#begin();
  }

  /** Looks for what a process before this one has written down. Cheap, and once is enough. */
  wake(): void {
    if (this.#woken) return;
    this.#woken = true;
    this.#begin();
  }

  /** Tries all once. Never throws, but for an AbortError. */
  async tidy(ctx: Ctx): Promise<void> {
    const failure = await this.#tryAll(ctx);
    if (isAbort(failure)) throw failure;
  }

  /** Resolves when nothing runs any more. To be called when the lifetime has ended. */
  async ended(): Promise<void> {
    await this.#running;
  }

  #begin(): void {
    this.#running ??= this.#tryLong().finally(() => {
      this.#running = undefined;
    });
  }

  async #tryLong(): Promise<void> {
    const { lifetime: signal, env, book } = this.#options;
    const ctx: Ctx = { signal, priority: 'background' };
    let failure = await this.#tryAll(ctx);
    for (const wait of WAITS_MS) {
      if (failure === undefined || signal.aborted) return;
      const asked = failure instanceof StorageError ? (failure.retryAfterMs ?? 0) : 0;
      try {
        await env.clock.sleep(Math.max(wait, Math.min(asked, MAX_ASKED_MS)), signal);
      } catch (error) {
        if (isAbort(error)) return; // the next process goes on
        throw error;
      }
      failure = await this.#tryAll(ctx);
    }
    if (failure === undefined || signal.aborted) return;
    env.log.warn(
      { vendor: 'PikPak', error: failure },
      'the rests of failed uploads could not be removed for a day',
    );
    for (const { fileId } of await book.all()) await book.remove(fileId);
  }

  /** Why it ended before all were gone; undefined when they are. */
  async #tryAll(ctx: Ctx): Promise<unknown> {
    const { book, remove } = this.#options;
    try {
      for (const leftover of await book.all()) {
        await remove(leftover, ctx);
        await book.remove(leftover.fileId);
      }
      return undefined;
    } catch (error) {
      return error;
    }
  }
}
