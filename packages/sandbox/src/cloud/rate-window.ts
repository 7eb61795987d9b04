/** At most `count` events in any `windowMs` for one key. */
export interface RateLimit {
  readonly count: number;
  readonly windowMs: number;
}

const MAX_KEYS = 10_000;

/** Counts events by key in a sliding window. Remembers at most 10 000 keys, dropping the oldest. */
export class RateWindow {
  readonly #limit: RateLimit;
  readonly #now: () => number;
  readonly #events = new Map<string, number[]>();

  constructor(limit: RateLimit, now: () => number) {
    this.#limit = limit;
    this.#now = now;
  }

  /** Counts one event for `key`; false when that makes too many. A refused event counts as well. */
  hit(key: string): boolean {
    const since = this.#now() - this.#limit.windowMs;
    const recent = (this.#events.get(key) ?? []).filter((at) => at > since).slice(-this.#limit.count);
    recent.push(this.#now());
    this.#events.delete(key);
    this.#events.set(key, recent);
    const [oldest] = this.#events.keys();
    if (this.#events.size > MAX_KEYS && oldest !== undefined) this.#events.delete(oldest);
    return recent.length <= this.#limit.count;
  }
}
