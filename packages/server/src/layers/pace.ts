import { abortError, throwIfAborted } from '../core/abort.ts';
import type { Call, Layer, OpName, Priority } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import type { Clock } from '../core/runtime.ts';
import { URGENT_FIRST, type Urgency, urgencyOf } from '../core/urgency.ts';
import { Breaker, type BreakerState, isThrottle } from './breaker.ts';
import { LearnedRate } from './learned-rate.ts';
import { TokenBucket } from './token-bucket.ts';

export interface PaceOptions {
  readonly clock: Clock;
  /** Calls per second on average, as long as the cloud takes them. Default 10. */
  readonly perSecond?: number;
  /** Calls per second that are made even when the cloud finds them too many. Default a twentieth of `perSecond`. */
  readonly leastPerSecond?: number;
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
  /** Since when, until when (ms since the epoch) and why no calls go; only while the breaker is open. */
  readonly open?: { readonly since: number; readonly until: number; readonly by: StorageError };
  /** Calls per second that the cloud takes, as far as it has been learned. */
  readonly perSecond: number;
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
 * urgent calls can hold back the others for as long as it lasts. The less urgent a call, the more places and tokens it has to leave to
 * those that may come (`MAY_TAKE`), so that a film does not wait for a scan that came before it.
 *
 * The rate is learned from the cloud (`LearnedRate`): `rate_limited` slows calls down, what succeeds lets them go faster bit by bit.
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
        await gate.enter(urgencyOf(ctx), ctx.signal);
        const began = options.clock.now();
        // An upload lasts as long as its bytes: it takes its turn, but no place among the calls under way.
        const staysInside = op !== 'upload';
        if (!staysInside) gate.leave();
        try {
          const result = await next(args, ctx);
          gate.succeeded();
          return result;
        } catch (error) {
          gate.failed(error, began);
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

/** How much of the places and of the burst a priority may use up; the rest is kept for those that are more urgent. */
const MAY_TAKE: Readonly<Record<Priority, number>> = { play: 1, browse: 0.75, scan: 0.5, background: 0.25 };

class Gate {
  readonly #clock: Clock;
  readonly #bucket: TokenBucket;
  readonly #breaker: Breaker;
  readonly #rate: LearnedRate;
  readonly #burst: number;
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
  #refill: { readonly timer: AbortController; readonly due: number } | undefined;

  constructor(options: PaceOptions) {
    const { clock, maxInFlight = 8, maxQueued = 1000, maxOpenMs = 3_600_000 } = options;
    if (!(maxInFlight >= 1)) throw new Error('maxInFlight must be 1 or more');
    if (!(maxQueued >= 1)) throw new Error('maxQueued must be 1 or more');
    if (!(maxOpenMs > 0)) throw new Error('maxOpenMs must be above 0');
    this.#clock = clock;
    const { perSecond = 10, leastPerSecond = perSecond / 20, burst = 20 } = options;
    this.#rate = new LearnedRate(clock, { least: leastPerSecond, most: perSecond });
    this.#burst = burst;
    this.#bucket = new TokenBucket(clock, perSecond, burst);
    this.#breaker = new Breaker(clock, maxOpenMs);
    this.#maxInFlight = maxInFlight;
    this.#maxQueued = maxQueued;
  }

  /** Waits for a turn. Each `enter` that resolves is answered by one `leave`. */
  async enter(urgency: Urgency, signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    const refusal = this.#breaker.refusal() ?? this.#fullQueue();
    if (refusal !== undefined) throw refusal;
    let queue = this.#queues[urgency.priority];
    await new Promise<void>((resolve, reject) => {
      const off = (): void => {
        queue.delete(waiter);
        signal.removeEventListener('abort', onAbort);
        offRise();
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
      const offRise = urgency.onRise(() => {
        queue.delete(waiter);
        queue = this.#queues[urgency.priority];
        queue.add(waiter);
        this.#pump();
      });
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
    this.#rate.taken();
    this.#bucket.setRate(this.#rate.perSecond);
  }

  /** @param began when the call was made, in ms since the epoch */
  failed(error: unknown, began: number): void {
    if (isThrottle(error)) {
      this.#rate.refused(began);
      this.#bucket.setRate(this.#rate.perSecond);
    }
    if (!this.#breaker.failed(error)) return;
    const refusal = this.#breaker.refusal();
    if (refusal === undefined) return;
    for (const waiter of this.#waiting()) waiter.fail(refusal);
    this.#pump();
  }

  state(): PaceState {
    const { state, since, retryAt: until } = this.#breaker;
    const by = this.#breaker.refusal();
    return {
      breaker: state,
      ...(since === undefined || until === undefined || by === undefined
        ? {}
        : { open: { since, until, by } }),
      perSecond: this.#rate.perSecond,
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

  #first(): { readonly waiter: Waiter; readonly priority: Priority } | undefined {
    for (const priority of URGENT_FIRST) {
      for (const waiter of this.#queues[priority]) return { waiter, priority };
    }
    return undefined;
  }

  /** Lets go whoever may go now, and sees to it that the next one is looked at when there is a token. Who can't go, nobody behind can. */
  #pump(): void {
    for (let first = this.#first(); first !== undefined; first = this.#first()) {
      const { waiter, priority } = first;
      if (this.#inFlight >= this.#placesFor(priority)) break;
      const keep = Math.floor(this.#burst * (1 - MAY_TAKE[priority]));
      if (!this.#bucket.take(keep)) return this.#awaitToken(keep);
      this.#inFlight++;
      waiter.go();
    }
    this.#refill?.timer.abort();
    this.#refill = undefined;
  }

  #placesFor(priority: Priority): number {
    if (this.#breaker.state === 'half_open') return 1;
    return Math.ceil(this.#maxInFlight * MAY_TAKE[priority]);
  }

  #awaitToken(keep: number): void {
    const ms = this.#bucket.msUntilNext(keep);
    const due = this.#clock.now() + ms;
    if (this.#refill !== undefined && this.#refill.due <= due) return;
    this.#refill?.timer.abort();
    const timer = new AbortController();
    this.#refill = { timer, due };
    this.#clock.sleep(ms, timer.signal).then(
      () => this.#refilled(timer),
      () => {}, // nobody waits for the token any more, or someone waits for an earlier one
    );
  }

  #refilled(timer: AbortController): void {
    if (this.#refill?.timer === timer) this.#refill = undefined;
    this.#pump();
  }
}
