import type { Clock } from '../core/runtime.ts';

/** Sums of fractions fall short of a whole token by less than this. */
const ROUNDING = 1e-9;

/** Allows `perSecond` calls on average, and `burst` at once after a rest. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #perMs: number;
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

  /** Takes a token; false when there is none. */
  take(): boolean {
    this.#fill();
    if (this.#tokens < 1 - ROUNDING) return false;
    this.#tokens = Math.max(0, this.#tokens - 1);
    return true;
  }

  /** Milliseconds until there is a token; 0 when there is one. Never so short that a timer would come too early. */
  msUntilNext(): number {
    this.#fill();
    return this.#tokens >= 1 - ROUNDING ? 0 : Math.ceil((1 - this.#tokens) / this.#perMs);
  }

  #fill(): void {
    const now = this.#clock.now();
    const passed = Math.max(0, now - this.#filledAt); // the wall clock may be set back
    this.#tokens = Math.min(this.#burst, this.#tokens + passed * this.#perMs);
    this.#filledAt = now;
  }
}
