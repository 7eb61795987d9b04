import type { Clock } from '../../core/runtime.ts';

/** What has been seen of a body since a moment. */
export interface Reading {
  readonly elapsedMs: number;
  /** Of that time, how much its reader did not want more: 0 to 1. */
  readonly pausedShare: number;
  readonly bytesPerSecond: number;
}

/** Measures how fast bytes come from a cloud, and whether it is the cloud that one waits for. */
export class Gauge {
  readonly #clock: Clock;
  #began: number;
  #bytes = 0;
  #pausedMs = 0;
  #pausedSince: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#began = clock.now();
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }

  /** The reader wants nothing for now. */
  pause(): void {
    this.#pausedSince ??= this.#clock.now();
  }

  resume(): void {
    if (this.#pausedSince === undefined) return;
    this.#pausedMs += this.#clock.now() - this.#pausedSince;
    this.#pausedSince = undefined;
  }

  /** Forgets what was seen so far. */
  restart(): void {
    this.#began = this.#clock.now();
    this.#bytes = 0;
    this.#pausedMs = 0;
    if (this.#pausedSince !== undefined) this.#pausedSince = this.#began;
  }

  get reading(): Reading {
    const now = this.#clock.now();
    const elapsedMs = now - this.#began;
    const pausedMs = this.#pausedMs + (this.#pausedSince === undefined ? 0 : now - this.#pausedSince);
    return {
      elapsedMs,
      pausedShare: elapsedMs === 0 ? 0 : pausedMs / elapsedMs,
      bytesPerSecond: elapsedMs === 0 ? 0 : (this.#bytes / elapsedMs) * 1000,
    };
  }
}
