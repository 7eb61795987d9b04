/** Runs that may begin at once, after a quiet time. */
const BURST = 16;
/** Runs that may begin in a second beyond that. Most runs only look at how something gets on. */
const A_SECOND = 50;

/** Spreads the beginnings of runs: a thousand in a row would keep requests waiting, as SQLite lets nothing else happen while it works. */
export class Pace {
  #left = BURST;
  #at: number;

  constructor(now: number) {
    this.#at = now;
  }

  /** Milliseconds until a run may begin; 0 for at once. */
  waitMs(now: number): number {
    // A clock that was set back must not stop everything.
    const passed = Math.max(0, now - this.#at);
    this.#left = Math.min(BURST, this.#left + (passed * A_SECOND) / 1000);
    this.#at = now;
    return this.#left >= 1 ? 0 : Math.ceil(((1 - this.#left) * 1000) / A_SECOND);
  }

  /** A run has begun. */
  took(): void {
    this.#left -= 1;
  }
}
