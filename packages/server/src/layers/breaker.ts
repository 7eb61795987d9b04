import { StorageError } from '../core/errors.ts';
import type { Clock } from '../core/runtime.ts';

/** What the breaker lets through: everything, nothing, or one call at a time until one succeeds. */
export type BreakerState = 'closed' | 'open' | 'half_open';

/** Stops calls for as long as the cloud asked to be left alone. */
export class Breaker {
  readonly #clock: Clock;
  readonly #longestMs: number;
  #opened: { readonly since: number; readonly until: number; readonly by: StorageError } | undefined;

  /** `longestMs` bounds what a cloud may ask for. */
  constructor(clock: Clock, longestMs: number) {
    this.#clock = clock;
    this.#longestMs = longestMs;
  }

  get state(): BreakerState {
    if (this.#opened === undefined) return 'closed';
    return this.#clock.now() < this.#opened.until ? 'open' : 'half_open';
  }

  /** When calls may go again, in ms since the epoch; only while open. */
  get retryAt(): number | undefined {
    return this.state === 'open' ? this.#opened?.until : undefined;
  }

  /** When it opened, in ms since the epoch; undefined while closed. */
  get since(): number | undefined {
    return this.#opened?.since;
  }

  /** The error for a call that may not go now, with the time that is left; undefined when it may. */
  refusal(): StorageError | undefined {
    const until = this.retryAt;
    const by = this.#opened?.by;
    if (until === undefined || by === undefined) return undefined;
    return new StorageError('rate_limited', by.message, {
      retry: 'later',
      retryAfterMs: until - this.#clock.now(),
      detail: by.detail,
    });
  }

  /** Opens on a `rate_limited` that says for how long; true when it did. An earlier, longer wait stands. */
  failed(error: unknown): boolean {
    if (!isThrottle(error)) return false;
    if (error.retryAfterMs === undefined || error.retryAfterMs <= 0) return false;
    const until = this.#clock.now() + Math.min(error.retryAfterMs, this.#longestMs);
    const since = this.state === 'open' ? (this.#opened?.since ?? this.#clock.now()) : this.#clock.now();
    if (this.#opened === undefined || until > this.#opened.until) this.#opened = { since, until, by: error };
    return true;
  }

  /** Closes, unless the call that succeeded was under way when it opened. */
  succeeded(): void {
    if (this.state === 'half_open') this.#opened = undefined;
  }
}

/** Whether a cloud has had enough of calls, and not of tries at one thing in it. */
export function isThrottle(error: unknown): error is StorageError {
  return error instanceof StorageError && error.code === 'rate_limited' && error.detail.alone !== true;
}
