import { LRUCache } from 'lru-cache';
import { isAbort, StorageError } from '../../core/errors.ts';
import type { Clock, Log } from '../../core/runtime.ts';

/** For how long a failure stands, so that not every request of a player tries again; longer where trying again can't help. */
const LATER_MS = 60_000;
const NEVER_MS = 10 * 60_000;
const MAX_FAILURES = 1_000;

interface Save {
  readonly done: Promise<unknown>;
  readonly since: number;
  readonly stop: AbortController;
}

interface Failure {
  readonly error: StorageError;
  readonly until: number;
}

/** What is being saved, one at a time for each file, however many ask for it; and what has failed a moment ago. */
export class Saves {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #signal: AbortSignal;
  readonly #running = new Map<string, Save>();
  readonly #waiting = new Map<string, number>();
  readonly #failures = new LRUCache<string, Failure>({ max: MAX_FAILURES });

  /** @param signal fires when the gateway stops */
  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }, signal: AbortSignal) {
    this.#clock = clock;
    this.#log = log;
    this.#signal = signal;
  }

  /** Since when a file is being saved, in ms since the epoch; why it could not be. */
  state(source: string): { readonly since?: number; readonly failure?: StorageError } {
    const save = this.#running.get(source);
    const failure = this.#failures.get(source);
    return {
      ...(save === undefined ? {} : { since: save.since }),
      ...(failure === undefined || failure.until <= this.#clock.now() ? {} : { failure: failure.error }),
    };
  }

  /** The outcome of saving it, begun if nobody has yet. It goes on when those who asked have left. */
  begin(source: string, save: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> {
    const running = this.#running.get(source);
    if (running !== undefined) return running.done;
    const stop = new AbortController();
    const done = save(AbortSignal.any([stop.signal, this.#signal]))
      .then(
        () => this.#failures.delete(source),
        (error: unknown) => {
          this.#note(source, error);
          throw error;
        },
      )
      .finally(() => this.#running.delete(source));
    done.catch(() => {}); // it may have no reader; `state` tells of it
    this.#running.set(source, { done, since: this.#clock.now(), stop });
    return done;
  }

  /** Says that somebody waits for it. @returns to be called when they don't any more */
  join(source: string): () => void {
    this.#waiting.set(source, (this.#waiting.get(source) ?? 0) + 1);
    return () => {
      const left = (this.#waiting.get(source) ?? 1) - 1;
      if (left > 0) this.#waiting.set(source, left);
      else this.#waiting.delete(source);
    };
  }

  /** Ends it when nobody waits. */
  cancel(source: string): void {
    if (!this.#waiting.has(source)) this.#running.get(source)?.stop.abort();
  }

  /** Forgets a failure: it may be tried again. */
  forgive(source: string): void {
    this.#failures.delete(source);
  }

  /** Resolves when nothing runs any more. */
  async ended(): Promise<void> {
    await Promise.allSettled([...this.#running.values()].map(({ done }) => done));
  }

  #note(source: string, error: unknown): void {
    if (isAbort(error)) return;
    if (!(error instanceof StorageError))
      this.#log.error({ error }, 'saving a shared file failed unexpectedly');
    const known =
      error instanceof StorageError
        ? error
        : new StorageError('protocol', 'Something went wrong inside Sluice.');
    const life = known.retry === 'later' ? Math.max(known.retryAfterMs ?? 0, LATER_MS) : NEVER_MS;
    this.#failures.set(source, { error: known, until: this.#clock.now() + life });
  }
}
