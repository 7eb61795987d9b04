import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { Ctx } from '../core/driver.ts';
import { isAbort, StorageError, type StorageErrorCode } from '../core/errors.ts';
import type { Clock, Log } from '../core/runtime.ts';
import type { ByteRange } from '../http/range.ts';
import type { OpenFile } from '../vfs/view.ts';
import { ClientSink } from './client-sink.ts';
import type { Offload } from './offload.ts';
import { openUpstream } from './upstream-body.ts';

/** Limits of one proxied body. */
export interface StreamLimits {
  /** How often to resume without a single byte in between. */
  readonly tries: number;
  /**
   * Milliseconds for which an upstream that is busy is asked again. CDNs refuse connections beyond a handful for one file
   * (protocol reference §3.5: 503 beyond 8), and a player that seeks opens the next before it has closed the last.
   */
  readonly patienceMs: number;
  /** Milliseconds without a byte after which a waiting stream gives its upstream up for dead. */
  readonly upstreamIdleMs: number;
  /** Milliseconds for which a client may take nothing: long enough for a paused film, short enough for a vanished phone. */
  readonly clientIdleMs: number;
}

export const DEFAULT_STREAM_LIMITS: StreamLimits = {
  tries: 3,
  patienceMs: 10_000,
  upstreamIdleMs: 30_000,
  clientIdleMs: 2 * 3_600_000,
};

/** Running totals of a gateway, for `/metrics`. */
export interface StreamTotals {
  open: number;
  started: number;
  resumed: number;
  failed: number;
  bytes: number;
}

export interface StreamJob {
  readonly file: OpenFile;
  /** Not empty, within the file. */
  readonly range: ByteRange;
  /** Its signal fires when the client leaves. */
  readonly ctx: Ctx;
}

/** Moves bytes from a storage to clients. */
export interface Gateway {
  readonly totals: Readonly<StreamTotals>;
  /**
   * Opens the upstream, so that the head can be sent knowing that the body will be right.
   * @throws StorageError, as `openUpstream`; failures that may pass are tried again first.
   */
  open(job: StreamJob): Promise<Readable>;
  /**
   * Sends `body`, then ends the response. The head, with the true `Content-Length` of `job.range`, has been set.
   *
   * When the upstream dies or its link ends on the way, goes on from the last byte with a new one, unseen by the client. When that
   * fails `limits.tries` times in a row, the connection is cut: a body that ended short would look whole. Never rejects.
   */
  send(res: ServerResponse, body: Readable, job: StreamJob): Promise<void>;
  /** Where a web server in front may move the bytes instead. */
  readonly offload?: Offload;
}

interface Tools {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<StreamLimits>;
}

const WATCH_EVERY_MS = 5_000;
const FIRST_BACKOFF_MS = 200;
const LONGEST_BACKOFF_MS = 2_000;

/** @param tools `limits` override the defaults one by one */
export function createGateway({ clock, log, limits: overrides }: Tools): Gateway {
  const limits = { ...DEFAULT_STREAM_LIMITS, ...overrides };
  const totals: StreamTotals = { open: 0, started: 0, resumed: 0, failed: 0, bytes: 0 };

  async function openWithRetries(job: StreamJob): Promise<Readable> {
    const began = clock.now();
    let waited = 0;
    for (let failures = 1; ; failures += 1) {
      try {
        return await openUpstream(job.file, job.range, job.ctx);
      } catch (error) {
        if (!mayPass(error)) throw error;
        const wait = Math.max(backoff(failures), error.retryAfterMs ?? 0);
        if (Math.max(waited, clock.now() - began) + wait > limits.patienceMs) throw error;
        await clock.sleep(wait, job.ctx.signal);
        waited += wait;
      }
    }
  }

  async function send(res: ServerResponse, first: Readable, job: StreamJob): Promise<void> {
    const stream = new ClientStream(new ClientSink(res), job, { clock, limits, totals });
    totals.open += 1;
    totals.started += 1;
    try {
      await stream.run(first, openWithRetries);
    } catch (error) {
      if (!isAbort(error)) {
        totals.failed += 1;
        log.warn({ path: job.file.node.fullPath, reason: reasonOf(error) }, 'a download was cut short');
      }
    } finally {
      totals.open -= 1;
      stream.close();
    }
  }

  return { totals, open: openWithRetries, send };
}

const PASSING: readonly StorageErrorCode[] = ['unavailable', 'timeout', 'rate_limited'];

/** Whether the same request may succeed in a moment. */
function mayPass(error: unknown): error is StorageError {
  return error instanceof StorageError && error.retry === 'later' && PASSING.includes(error.code);
}

function backoff(failures: number): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** failures, LONGEST_BACKOFF_MS);
}

function reasonOf(error: unknown): string {
  return error instanceof StorageError ? `${error.code}: ${error.message}` : String(error);
}

type LegEnd = 'complete' | 'upstream_lost' | 'client_left';

/** One body on its way to one client, over as many upstream connections as it takes. */
class ClientStream {
  readonly #sink: ClientSink;
  readonly #job: StreamJob;
  readonly #clock: Clock;
  readonly #limits: StreamLimits;
  readonly #totals: StreamTotals;
  readonly #watch = new AbortController();
  #position: number;
  #upstream: Readable | undefined;
  #waitingFor: 'client' | 'upstream' = 'upstream';
  #waitingSince: number;

  constructor(
    sink: ClientSink,
    job: StreamJob,
    tools: { readonly clock: Clock; readonly limits: StreamLimits; readonly totals: StreamTotals },
  ) {
    this.#sink = sink;
    this.#job = job;
    this.#clock = tools.clock;
    this.#limits = tools.limits;
    this.#totals = tools.totals;
    this.#position = job.range.start;
    this.#waitingSince = tools.clock.now();
  }

  /** Resolves when the body was sent whole or the client left. @throws when the upstream could not be resumed. */
  async run(first: Readable, reopen: (job: StreamJob) => Promise<Readable>): Promise<void> {
    void this.#guard();
    let body = first;
    for (let barren = 0; ; ) {
      const before = this.#position;
      const end = await this.#leg(body);
      if (end === 'client_left') return;
      if (end === 'complete') {
        this.#mark('client');
        return this.#sink.end();
      }
      barren = this.#position > before ? 1 : barren + 1;
      if (barren > this.#limits.tries) {
        throw new StorageError('unavailable', 'the cloud breaks off again and again');
      }
      await this.#sink.writable();
      if (!this.#sink.open) return;
      if (barren > 1) await this.#clock.sleep(backoff(barren), this.#job.ctx.signal);
      this.#totals.resumed += 1;
      this.#mark('upstream');
      body = await reopen({ ...this.#job, range: { start: this.#position, end: this.#job.range.end } });
    }
  }

  /** Passes chunks on until the range is complete or one side is lost. */
  #leg(body: Readable): Promise<LegEnd> {
    this.#upstream = body;
    this.#mark('upstream');
    return new Promise((resolve) => {
      let over = false;
      const finish = (end: LegEnd): void => {
        if (over) return;
        over = true;
        body.off('data', pass);
        this.#sink.listen();
        letGo(body, end);
        resolve(end);
      };
      const pass = (chunk: Uint8Array): void => {
        const flowing = this.#forward(chunk);
        if (this.#position === this.#job.range.end) return finish('complete');
        if (flowing) return;
        body.pause();
        this.#mark('client');
      };
      this.#sink.listen({
        drained: () => {
          this.#mark('upstream');
          body.resume();
        },
        left: () => finish('client_left'),
      });
      body.on('error', () => {}); // 'close' follows and says the same
      body.once('close', () => finish('upstream_lost'));
      body.once('end', () => finish('upstream_lost'));
      if (!this.#sink.open) return finish('client_left');
      if (body.destroyed) return finish('upstream_lost');
      body.on('data', pass);
    });
  }

  #forward(chunk: Uint8Array): boolean {
    const left = this.#job.range.end - this.#position;
    const piece = chunk.length > left ? chunk.subarray(0, left) : chunk;
    this.#position += piece.length;
    this.#totals.bytes += piece.length;
    this.#waitingSince = this.#clock.now();
    return this.#sink.write(piece);
  }

  #mark(waitingFor: 'client' | 'upstream'): void {
    this.#waitingFor = waitingFor;
    this.#waitingSince = this.#clock.now();
  }

  /** Ends waits that have no end of their own. */
  async #guard(): Promise<void> {
    const { signal } = this.#watch;
    while (!signal.aborted) {
      await this.#clock.sleep(WATCH_EVERY_MS, signal).catch(() => {});
      const waited = this.#clock.now() - this.#waitingSince;
      if (signal.aborted) return;
      if (this.#waitingFor === 'client' && waited > this.#limits.clientIdleMs) this.#sink.cut();
      if (this.#waitingFor === 'upstream' && waited > this.#limits.upstreamIdleMs) this.#upstream?.destroy();
    }
  }

  close(): void {
    this.#watch.abort();
    this.#upstream?.destroy();
    if (this.#sink.open && this.#position < this.#job.range.end) this.#sink.cut();
    this.#sink.release();
  }
}

/** A body read to its end gives its connection back; any other is destroyed with it. */
function letGo(body: Readable, end: LegEnd): void {
  if (end !== 'complete') {
    body.destroy();
    return;
  }
  body.on('data', () => body.destroy());
}
