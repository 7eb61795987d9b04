import type { Clock } from '../core/runtime.ts';

/** Sums of fractions fall short of a whole token by less than this. */
const ROUNDING = 1e-9;

/** Allows `perSecond` calls on average, and `burst` at once after a rest. */
export class TokenBucket {
  readonly #clock: Clock;
  #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: number;

  /** @throws Error when a rate makes no sense. */
  constructor(clock: Clock, perSecond: number, burst: number) {
    if (!(perSecond > 0) || !Number.isFinite(perSecond)) throw new Error('rate must be a number above 0');
    if (!(burst >= 1) || !Number.isFinite(burst)) throw new Error('burst must be 1 or more');
    this.#clock = clock;
    this.#perMs = perSecond / 1000;
    this.#burst = burst;
    this.#tokens = burst;
    this.#filledAt = clock.now();
  }

  /** From now on. @throws Error for a rate that makes no sense. */
  setRate(perSecond: number): void {
    if (!(perSecond > 0) || !Number.isFinite(perSecond)) throw new Error('rate must be a number above 0');
    this.#fill();
    this.#perMs = perSecond / 1000;
  }

  /** Takes a token if `keep` are left then; false when there are too few. */
  take(keep = 0): boolean {
    this.#fill();
    if (this.#tokens < keep + 1 - ROUNDING) return false;
    this.#tokens = Math.max(0, this.#tokens - 1);
    return true;
  }

  /** Milliseconds until `take(keep)` succeeds; 0 when it would. Never so short that a timer would come too early. */
  msUntilNext(keep = 0): number {
    this.#fill();
    const missing = keep + 1 - this.#tokens;
    return missing <= ROUNDING ? 0 : Math.ceil(missing / this.#perMs);
  }

  #fill(): void {
    const now = this.#clock.now();
    const passed = Math.max(0, now - this.#filledAt); // the wall clock may be set back
    this.#tokens = Math.min(this.#burst, this.#tokens + passed * this.#perMs);
    this.#filledAt = now;
  }
}
