import { throwIfAborted, waitOrAbort } from '../core/abort.ts';
import type { Call, Layer, OpName, OpTable } from '../core/driver.ts';
import { type Urgency, urgencyOf } from '../core/urgency.ts';
import { callKey } from './call-key.ts';

/** Shares running calls among those who ask for the same. */
export interface SingleFlight {
  readonly layer: Layer;
  /** From now on nobody joins a call that is running already; those who wait for one still get its answer. */
  forget(): void;
}

interface Flight<T> {
  readonly answer: Promise<T>;
  readonly stop: AbortController;
  readonly urgency: Urgency;
  waiters: number;
}

/** They change nothing that is shared. */
const KEEPS_ALL: ReadonlySet<OpName> = new Set<OpName>(['read', 'thumbnail', 'retryJob', 'removeJob']);

/** Operations that answer with plain data and change nothing. A stream has one reader, so `read` is not among them. */
const SHARED: ReadonlySet<OpName> = new Set<OpName>([
  'list',
  'stat',
  'link',
  'variants',
  'quota',
  'inspect',
  'shareTicket',
  'listShares',
  'listTrash',
  'listStarred',
  'jobs',
  'allowances',
]);

/**
 * Makes equal calls that run at the same time one call. The shared call has a signal of its own, which fires when the last
 * who waits has left: the first caller's leaving does not fail the others.
 *
 * The shared call keeps the client of whoever came first, and is as urgent as the most urgent of those who wait.
 * The client is no part of what makes calls equal, because a link is bound to nobody or to the storage's own address.
 * After any writing operation nobody joins a call that began before it, so that one reads what one wrote.
 */
export function singleFlight(): SingleFlight {
  const flightsByOp: Map<string, unknown>[] = [];
  const forget = (): void => {
    for (const flights of flightsByOp) flights.clear();
  };

  const layer = <K extends OpName>(op: K, next: Call<K>): Call<K> => {
    if (!SHARED.has(op)) return KEEPS_ALL.has(op) ? next : forgetAfter(next, forget);
    const flights = new Map<string, Flight<OpTable[K]['result']>>();
    flightsByOp.push(flights);
    return share(next, flights);
  };
  return { layer, forget };
}

function share<K extends OpName>(next: Call<K>, flights: Map<string, Flight<OpTable[K]['result']>>): Call<K> {
  return async function shared(args, ctx) {
    throwIfAborted(ctx.signal);
    const key = callKey(args);
    let flight = flights.get(key);
    if (flight === undefined) {
      const stop = new AbortController();
      const urgency = urgencyOf(ctx);
      const answer = next(args, { ...ctx, signal: stop.signal, urgency });
      flight = { answer, stop, urgency, waiters: 0 };
      flights.set(key, flight);
      const land = landing(flights, key, flight);
      flight.answer.then(land, land);
    }
    flight.waiters++;
    const unfollow = flight.urgency.follow(urgencyOf(ctx));
    try {
      return await waitOrAbort(flight.answer, ctx.signal);
    } finally {
      unfollow();
      flight.waiters--;
      if (flight.waiters === 0) {
        landing(flights, key, flight)();
        flight.stop.abort(); // does nothing when the answer is there
      }
    }
  };
}

/** Takes `flight` off the map, unless another one has taken its place. */
function landing<T>(flights: Map<string, Flight<T>>, key: string, flight: Flight<T>): () => void {
  return () => {
    if (flights.get(key) === flight) flights.delete(key);
  };
}

function forgetAfter<K extends OpName>(next: Call<K>, forget: () => void): Call<K> {
  return async function written(args, ctx) {
    try {
      return await next(args, ctx);
    } finally {
      forget(); // also after a failure, which may have come when the work was done
    }
  };
}
