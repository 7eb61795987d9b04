import type { Clock } from '../core/runtime.ts';

/** Each refusal halves the rate. */
const FALL = 0.5;
/** Time without a refusal after which the rate rises by a step. */
const RISE_EVERY_MS = 10_000;
/** A step, as a part of the highest rate: from the lowest back to it takes about three minutes. */
const RISE = 0.05;

/**
 * How many calls per second a cloud takes, learned from its answers: halved when it refuses a call for being one too many, raised by small
 * steps while it takes what comes. It stays between two bounds.
 */
export class LearnedRate {
  readonly #clock: Clock;
  readonly #least: number;
  readonly #most: number;
  #perSecond: number;
  /** When it fell or rose last. */
  #changedAt: number;
  #fellAt = Number.NEGATIVE_INFINITY;

  /** Begins at `most`. @throws Error when the bounds make no sense. */
  constructor(clock: Clock, { least, most }: { readonly least: number; readonly most: number }) {
    if (!(most > 0) || !Number.isFinite(most)) throw new Error('rate must be a number above 0');
    if (!(least > 0) || least > most) throw new Error('the lowest rate must lie between 0 and the highest');
    this.#clock = clock;
    this.#least = least;
    this.#most = most;
    this.#perSecond = most;
    this.#changedAt = clock.now();
  }

  get perSecond(): number {
    return this.#perSecond;
  }

  /** A call that began at `began` (ms since the epoch) was one too many. Those that were under way when the rate fell count as one. */
  refused(began: number): void {
    if (began < this.#fellAt) return;
    this.#change(this.#perSecond * FALL);
    this.#fellAt = this.#changedAt;
  }

  /** A call was taken. */
  taken(): void {
    const passed = this.#clock.now() - this.#changedAt;
    if (this.#perSecond < this.#most && passed >= RISE_EVERY_MS)
      this.#change(this.#perSecond + this.#most * RISE);
    else if (passed < 0) this.#changedAt = this.#clock.now(); // the wall clock was set back
  }

  #change(perSecond: number): void {
    this.#perSecond = Math.min(this.#most, Math.max(this.#least, perSecond));
    this.#changedAt = this.#clock.now();
  }
}
