import { createGate, GateFullError } from '../core/gate.ts';
import type { Ctx } from '../core/driver.ts';
import { isAbort } from '../core/errors.ts';
import type { Clock, Log } from '../core/runtime.ts';
import type { Listing } from './listing.ts';

/** Folders that are read at one time, over all storages: each has one call under way. */
const AT_ONCE = 2;
/** Folders that may wait for that. Who finds the queue full reads when somebody asks. */
const MAX_WAITING = 64;

/** A folder to be read to its end while nobody waits. */
export interface Reading {
  readonly listing: Listing;
  /** Milliseconds to wait before the first call. */
  readonly afterMs: number;
  /** Asked before each call: false once nobody can come to want it any more. */
  readonly wanted: () => boolean;
  /** Told when all is there. */
  readonly done?: () => void;
  /** Told when a page could not be had; nothing more is read then. */
  readonly failed?: () => void;
}

/** Reads folders behind the backs of those who use them, with the least urgency, until it is told to stop. */
export class BackgroundReads {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #gate = createGate({ atOnce: AT_ONCE, maxWaiting: MAX_WAITING });
  readonly #running = new Map<string, AbortController>();

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Begins, unless something is read under `key` already. */
  start(key: string, reading: Reading): void {
    if (this.#running.has(key)) return;
    const stop = new AbortController();
    this.#running.set(key, stop);
    void this.#read(reading, stop.signal).finally(() => {
      if (this.#running.get(key) === stop) this.#running.delete(key);
    });
  }

  /** Ends what runs under `key`, and lets go of its call. */
  stop(key: string): void {
    this.#running.get(key)?.abort();
    this.#running.delete(key);
  }

  /** Ends everything whose key begins so. */
  stopAll(prefix: string): void {
    for (const key of this.#running.keys()) if (key.startsWith(prefix)) this.stop(key);
  }

  /** Never rejects. */
  async #read({ listing, afterMs, wanted, done, failed }: Reading, signal: AbortSignal): Promise<void> {
    const ctx: Ctx = { signal, priority: 'background' };
    try {
      if (afterMs > 0) await this.#clock.sleep(afterMs, signal);
      await this.#gate(async () => {
        while (!listing.complete && wanted()) await listing.readAhead(ctx);
      }, signal);
      if (listing.complete) done?.();
    } catch (error) {
      if (isAbort(error) || error instanceof GateFullError) return;
      this.#log.debug({ reason: String(error) }, 'a folder could not be read ahead');
      failed?.();
    }
  }
}
