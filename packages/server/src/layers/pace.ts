import { abortError, throwIfAborted } from '../core/abort.ts';
import type { Call, Layer, OpName, Priority } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import type { Clock } from '../core/runtime.ts';
import { Breaker, type BreakerState } from './breaker.ts';
import { TokenBucket } from './token-bucket.ts';

export interface PaceOptions {
  readonly clock: Clock;
  /** Calls per second on average. Default 10. */
  readonly perSecond?: number;
  /** Calls that may go at once after a rest. Default 20. */
  readonly burst?: number;
  /** Calls under way at one time. Default 8. */
  readonly maxInFlight?: number;
  /** Calls that may wait. Default 1000. */
  readonly maxQueued?: number;
  /** The longest time that the cloud can make us wait. Default one hour. */
  readonly maxOpenMs?: number;
}

export interface PaceState {
  readonly breaker: BreakerState;
  /** When the cloud may be asked again, in ms since the epoch; only while the breaker is open. */
  readonly retryAt?: number;
  /** Why the breaker is not closed. */
  readonly reason?: string;
  readonly queued: number;
  readonly inFlight: number;
}

/** One account's share of its cloud. Storages on the same account and egress use the same one. */
export interface Pace {
  readonly layer: Layer;
  state(): PaceState;
}

/**
 * Keeps calls within what a cloud takes. The most urgent priority goes first, within a priority whoever came first; a steady stream of
 * urgent calls can hold back the others for as long as it lasts.
 *
 * A `rate_limited` answer with a `retryAfterMs` opens the breaker: until then calls fail at once with `rate_limited` and the time that is left,
 * those that wait included. Then they go one at a time until one succeeds. A full queue is `unavailable`.
 *
 * @throws Error when an option makes no sense.
 */
export function pace(options: PaceOptions): Pace {
  const gate = new Gate(options);
  return {
    state: () => gate.state(),
    layer: <K extends OpName>(op: K, next: Call<K>): Call<K> =>
      async function paced(args, ctx) {
        await gate.enter(ctx.priority, ctx.signal);
        // An upload lasts as long as its bytes: it takes its turn, but no place among the calls under way.
        const staysInside = op !== 'upload';
        if (!staysInside) gate.leave();
        try {
          const result = await next(args, ctx);
          gate.succeeded();
          return result;
        } catch (error) {
          gate.failed(error);
          throw error;
        } finally {
          if (staysInside) gate.leave();
        }
      },
  };
}

interface Waiter {
  readonly go: () => void;
  readonly fail: (error: Error) => void;
}

const URGENT_FIRST: readonly Priority[] = ['play', 'browse', 'scan', 'background'];

class Gate {
  readonly #clock: Clock;
  readonly #bucket: TokenBucket;
  readonly #breaker: Breaker;
  readonly #maxInFlight: number;
  readonly #maxQueued: number;
  /** Sets keep the order of arrival, and let an aborted waiter leave from the middle. */
  readonly #queues: Readonly<Record<Priority, Set<Waiter>>> = {
    play: new Set(),
    browse: new Set(),
    scan: new Set(),
    background: new Set(),
  };
  #inFlight = 0;
  #refill: AbortController | undefined;

  constructor(options: PaceOptions) {
    const { clock, maxInFlight = 8, maxQueued = 1000, maxOpenMs = 3_600_000 } = options;
    if (!(maxInFlight >= 1)) throw new Error('maxInFlight must be 1 or more');
    if (!(maxQueued >= 1)) throw new Error('maxQueued must be 1 or more');
    if (!(maxOpenMs > 0)) throw new Error('maxOpenMs must be above 0');
    this.#clock = clock;
    this.#bucket = new TokenBucket(clock, options.perSecond ?? 10, options.burst ?? 20);
    this.#breaker = new Breaker(clock, maxOpenMs);
    this.#maxInFlight = maxInFlight;
    this.#maxQueued = maxQueued;
  }

  /** Waits for a turn. Each `enter` that resolves is answered by one `leave`. */
  async enter(priority: Priority, signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    const refusal = this.#breaker.refusal() ?? this.#fullQueue();
    if (refusal !== undefined) throw refusal;
    const queue = this.#queues[priority];
    await new Promise<void>((resolve, reject) => {
      const off = (): void => {
        queue.delete(waiter);
        signal.removeEventListener('abort', onAbort);
      };
      const fail = (error: Error): void => {
        off();
        reject(error);
      };
      const onAbort = (): void => {
        fail(abortError(signal.reason));
        this.#pump();
      };
      const go = (): void => {
        off();
        resolve();
      };
      const waiter: Waiter = { go, fail };
      signal.addEventListener('abort', onAbort, { once: true });
      queue.add(waiter);
      this.#pump();
    });
  }

  leave(): void {
    this.#inFlight--;
    this.#pump();
  }

  succeeded(): void {
    this.#breaker.succeeded();
  }

  failed(error: unknown): void {
    if (!this.#breaker.failed(error)) return;
    const refusal = this.#breaker.refusal();
    if (refusal === undefined) return;
    for (const waiter of this.#waiting()) waiter.fail(refusal);
    this.#pump();
  }

  state(): PaceState {
    const { state, retryAt, reason } = this.#breaker;
    return {
      breaker: state,
      ...(retryAt === undefined ? {} : { retryAt }),
      ...(reason === undefined ? {} : { reason }),
      queued: this.#queued(),
      inFlight: this.#inFlight,
    };
  }

  #waiting(): Waiter[] {
    return URGENT_FIRST.flatMap((priority) => [...this.#queues[priority]]);
  }

  #queued(): number {
    return URGENT_FIRST.reduce((sum, priority) => sum + this.#queues[priority].size, 0);
  }

  #fullQueue(): StorageError | undefined {
    if (this.#queued() < this.#maxQueued) return undefined;
    return new StorageError('unavailable', 'too many requests wait for this storage', {
      retry: 'later',
      detail: { remedy: 'Try again in a moment.' },
    });
  }

  #first(): Waiter | undefined {
    for (const priority of URGENT_FIRST) {
      for (const waiter of this.#queues[priority]) return waiter;
    }
    return undefined;
  }

  /** Lets go whoever may go now, and sees to it that the next one is looked at when there is a token. */
  #pump(): void {
    for (let waiter = this.#first(); waiter !== undefined; waiter = this.#first()) {
      const places = this.#breaker.state === 'half_open' ? 1 : this.#maxInFlight;
      if (this.#inFlight >= places) break;
      if (!this.#bucket.take()) return this.#awaitToken();
      this.#inFlight++;
      waiter.go();
    }
    this.#refill?.abort();
    this.#refill = undefined;
  }

  #awaitToken(): void {
    if (this.#refill !== undefined) return;
    const timer = new AbortController();
    this.#refill = timer;
    this.#clock.sleep(this.#bucket.msUntilNext(), timer.signal).then(
      () => this.#refilled(),
      () => {}, // nobody waits for the token any more
    );
  }

  #refilled(): void {
    this.#refill = undefined;
    this.#pump();
  }
}
