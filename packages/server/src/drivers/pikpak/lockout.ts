import { StorageError, type StorageErrorCode } from '../../core/errors.ts';
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

  /** @param code only if it is about this; else whatever it is about */
  end(code?: StorageErrorCode): void {
    if (code === undefined || this.#reason?.error.code === code) this.#reason = undefined;
  }
}

/** The error with the time until something may change: `Infinity` for not by itself. Who shows it counts it down. */
export function withTimeLeft(error: StorageError, left: number): StorageError {
  if (left === Number.POSITIVE_INFINITY) return error;
  return new StorageError(error.code, error.message, {
    retry: 'later',
    retryAfterMs: left,
    detail: error.detail,
    cause: error,
  });
}
