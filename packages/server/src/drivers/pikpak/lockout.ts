import { StorageError } from '../../core/errors.ts';
import type { Clock } from '../../core/runtime.ts';

/** Keeps calls away from PikPak while it is known how they would end. */
export class Lockout {
  readonly #clock: Clock;
  #reason: { readonly error: StorageError; readonly until: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws StorageError the one that began it, with the time that is left. */
  check(): void {
    if (this.#reason === undefined) return;
    const { error, until } = this.#reason;
    const left = until - this.#clock.now();
    if (left > 0) throw withTimeLeft(error, left);
    this.#reason = undefined;
  }

  /** @param until ms since the epoch; `Infinity` for until someone changes something. */
  begin(error: StorageError, until: number): void {
    this.#reason = { error, until };
  }

  end(): void {
    this.#reason = undefined;
  }
}

/** The error with the time until something may change: `Infinity` for not by itself. */
export function withTimeLeft(error: StorageError, left: number): StorageError {
  if (left === Number.POSITIVE_INFINITY) return error;
  return new StorageError(error.code, `${error.message} Next try in ${inWords(left)}.`, {
    retry: 'later',
    retryAfterMs: left,
    detail: error.detail,
    cause: error,
  });
}

function inWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}
