import { abortError, throwIfAborted } from '../../src/core/abort.ts';
import type { Clock } from '../../src/core/runtime.ts';

interface Sleeper {
  readonly due: number;
  wake(): void;
}

/** Turns of the event loop without anything to do before everything counts as asleep: streams take a few between two chunks. */
const QUIET_TURNS = 4;
/** Turns, and real time, after which a job that neither works nor sleeps is given up. Turns alone pass quickly while a thread waits for a core. */
const STUCK_TURNS = 20_000;
const STUCK_MS = 30_000;

/**
 * Time that stands while anything works and jumps to the next sleeper when everything sleeps, so that an hour of waiting takes no time and
 * timeouts strike only what would really have taken as long.
 */
export class VirtualTime implements Clock {
  readonly #sleeping = new Set<Sleeper>();
  #now: number;
  #working = 0;
  #era = 0;

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    await new Promise<void>((resolve, reject) => {
      const end = (): void => {
        this.#sleeping.delete(sleeper);
        signal.removeEventListener('abort', onAbort);
      };
      const onAbort = (): void => {
        end();
        reject(abortError(signal.reason));
      };
      const wake = (): void => {
        end();
        resolve();
      };
      const sleeper: Sleeper = { due: this.#now + Math.max(0, Math.ceil(ms)), wake };
      this.#sleeping.add(sleeper);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Real work, such as a file that is being written: time stands until it is done. */
  async work<T>(job: () => Promise<T>): Promise<T> {
    const era = this.#era;
    this.#working++;
    try {
      return await job();
    } finally {
      if (era === this.#era) this.#working--;
    }
  }

  /** A process has died: what it had at work may never end, and time does not wait for it. */
  abandon(): void {
    this.#era++;
    this.#working = 0;
  }

  /** Runs a job to its end, time passing where it waits. @throws what the job throws; Error for one that waits for nothing. */
  async run<T>(job: () => Promise<T>): Promise<T> {
    const ended = new AbortController();
    const isOver = (): boolean => ended.signal.aborted;
    const running = job().finally(() => ended.abort());
    running.catch(() => {}); // it is awaited below
    let moved = performance.now();
    for (let turns = 0; !isOver(); turns++) {
      await this.#quiet(isOver);
      if (isOver()) break;
      if (this.#wakeNext(Number.POSITIVE_INFINITY)) [turns, moved] = [0, performance.now()];
      const isStuck = turns > STUCK_TURNS && performance.now() - moved > STUCK_MS;
      if (isStuck) throw new Error('the job neither works nor waits');
    }
    return running;
  }

  /** Lets time pass, and everything happen that wakes meanwhile. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    do await this.#quiet(() => false);
    while (this.#wakeNext(end));
    this.#now = end;
  }

  #wakeNext(end: number): boolean {
    let next: Sleeper | undefined;
    for (const sleeper of this.#sleeping) {
      if (sleeper.due <= end && (next === undefined || sleeper.due < next.due)) next = sleeper;
    }
    if (next === undefined) return false;
    this.#now = Math.max(this.#now, next.due);
    next.wake();
    return true;
  }

  /** Resolves when nothing has worked for a few turns. */
  async #quiet(isOver: () => boolean): Promise<void> {
    for (let turns = 0; turns < QUIET_TURNS && !isOver(); turns++) {
      await turn();
      if (this.#working > 0) turns = 0;
    }
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
