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

/** Keeps connections whose answer was read to the end, for the next request to the same origin. */
export class Pool {
  readonly #idle = new Map<string, { readonly connection: Connection; readonly timer: NodeJS.Timeout }[]>();
  readonly #all = new Set<Connection>();
  #idleCount = 0;
  #keeps = true;

  /** An idle connection, the one used last. */
  take(origin: string): Pooled | undefined {
    const entry = this.#idle.get(origin)?.pop();
    if (entry === undefined) return undefined;
    this.#idleCount -= 1;
    clearTimeout(entry.timer);
    return { connection: entry.connection, reused: true };
  }

  /** Makes a connection of a line; it comes back by itself when its answer has been read. */
  add(line: Line, origin: string, host: string): Pooled {
    const connection = new Connection(line, host, {
      free: () => this.#keep(origin, connection),
      gone: () => this.#drop(origin, connection),
    });
    this.#all.add(connection);
    return { connection, reused: false };
  }

  /** Ends idle connections now, and keeps none from here on. */
  retire(): void {
    this.#keeps = false;
    const idle = Array.from(this.#idle.values()).flat(); // each takes itself out as it is cut
    for (const { connection } of idle) connection.cut();
  }

  /** Cuts all. */
  close(): void {
    this.#keeps = false;
    for (const connection of this.#all) connection.cut();
  }

  #keep(origin: string, connection: Connection): void {
    const entries = this.#idle.get(origin) ?? [];
    if (!this.#keeps || entries.length >= MAX_IDLE_AT_ONE || this.#idleCount >= MAX_IDLE) {
      connection.cut();
      return;
    }
    const timer = setTimeout(() => connection.cut(), IDLE_MS);
    timer.unref();
    entries.push({ connection, timer });
    this.#idle.set(origin, entries);
    this.#idleCount += 1;
  }

  #drop(origin: string, connection: Connection): void {
    this.#all.delete(connection);
    const entries = this.#idle.get(origin);
    const at = entries?.findIndex((entry) => entry.connection === connection) ?? -1;
    if (entries === undefined || at < 0) return;
    for (const { timer } of entries.splice(at, 1)) clearTimeout(timer);
    this.#idleCount -= 1;
    if (entries.length === 0) this.#idle.delete(origin);
  }
}
