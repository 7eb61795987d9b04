import { Connection } from './connection.ts';
import type { Line } from './line.ts';

/** Idle connections to one host, and to all. */
const MAX_IDLE_AT_ONE = 32;
const MAX_IDLE = 128;
/** Below what servers usually keep idle connections for, so that they seldom close one as it is taken up again. */
const IDLE_MS = 20_000;

/** A connection that came from a pool or was new. */
export interface Pooled {
  readonly connection: Connection;
  readonly reused: boolean;
}

interface Idle extends Pooled {
  readonly origin: string;
  readonly timer: NodeJS.Timeout;
}

/** Keeps connections whose answer was read to the end, for the next request to the same origin. */
export class Pool {
  /** The one used last is the last. */
  #idle: readonly Idle[] = [];
  readonly #all = new Set<Connection>();
  #state: 'keeping' | 'retired' | 'closed' = 'keeping';

  /** An idle connection, the one used last. */
  take(origin: string): Pooled | undefined {
    const found = this.#idle.findLast((idle) => idle.origin === origin);
    if (found !== undefined) this.#forget(found.connection);
    return found;
  }

  /** Makes a connection of a line; it comes back by itself when its answer has been read. */
  add(line: Line, origin: string, host: string): Pooled {
    const connection = new Connection(line, host, {
      free: () => this.#keep(origin, connection),
      gone: () => {
        this.#all.delete(connection);
        this.#forget(connection);
      },
    });
    this.#all.add(connection);
    if (this.#state === 'closed') connection.cut(); // it was on its way then
    return { connection, reused: false };
  }

  /** Ends idle connections now, and keeps none from here on. */
  retire(): void {
    this.#state = 'retired';
    for (const { connection } of this.#idle) connection.cut();
  }

  /** Cuts all, and what is still being connected as soon as it is. */
  close(): void {
    this.#state = 'closed';
    for (const connection of this.#all) connection.cut();
  }

  #keep(origin: string, connection: Connection): void {
    const there = this.#idle.filter((idle) => idle.origin === origin).length;
    if (this.#state !== 'keeping' || there >= MAX_IDLE_AT_ONE || this.#idle.length >= MAX_IDLE) {
      connection.cut();
      return;
    }
    const timer = setTimeout(() => connection.cut(), IDLE_MS);
    timer.unref();
    this.#idle = [...this.#idle, { connection, reused: true, origin, timer }];
  }

  #forget(connection: Connection): void {
    for (const idle of this.#idle) if (idle.connection === connection) clearTimeout(idle.timer);
    this.#idle = this.#idle.filter((idle) => idle.connection !== connection);
  }
}
