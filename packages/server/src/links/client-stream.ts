import type { Readable } from 'node:stream';
import type { Ctx } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import type { Clock } from '../core/runtime.ts';
import type { ByteRange } from '../http/range.ts';
import type { OpenFile } from '../vfs/view.ts';
import type { ClientSink } from './client-sink.ts';
import { isCrowded, isFast, PARK_AFTER_MS, PARK_ALONE_AFTER_MS, type Pace, sliceBytes } from './slicing.ts';

/** Limits of one proxied body. */
export interface StreamLimits {
  /** How often to resume without a single byte in between. */
  readonly tries: number;
  /**
   * Milliseconds for which an upstream that is busy is asked again. CDNs refuse connections beyond a handful for one file
   * (protocol reference §3.5: 503 beyond 8), and a player that seeks opens the next before it has closed the last.
   */
  readonly patienceMs: number;
  /** Milliseconds that a stream may wait for one of the connections that its cloud allows. */
  readonly queueMs: number;
  /** Milliseconds without a byte after which a waiting stream gives its upstream up for dead. */
  readonly upstreamIdleMs: number;
  /** Milliseconds for which a client may take nothing: long enough for a paused film, short enough for a vanished phone. */
  readonly clientIdleMs: number;
}

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

/** One upstream body, and up to where in the file it is to be read. */
export interface Leg {
  readonly body: Readable;
  readonly end: number;
  /** To be read at the client's pace, also where the leg ends before the range does. */
  readonly isSteady?: boolean;
  /** Its bytes come from this machine's own disk. */
  readonly isHeld?: boolean;
}

/** What a stream works with; shared by all streams of a gateway. */
export interface StreamTools {
  readonly clock: Clock;
  readonly limits: StreamLimits;
  readonly totals: StreamTotals;
  /** Opens the file from `job.range.start` on, up to `job.range.end` or before. */
  reopen(job: StreamJob): Promise<Leg>;
  /** What keeps the bytes of a stream, where somebody does. */
  keeper(job: StreamJob): { pass(position: number, bytes: Uint8Array): void; drop(): void } | undefined;
  /** Whether others wait for a connection to this file's cloud. */
  isContended(file: OpenFile): boolean;
  /** Told of bytes that have passed. @returns milliseconds to rest, by the limits of bandwidth */
  passed(job: StreamJob, bytes: number): number;
}

/** How often a running stream asks for its link, which has it renewed before it ends. */
const LINK_EVERY_MS = 60_000;
const FIRST_BACKOFF_MS = 200;
const LONGEST_BACKOFF_MS = 2_000;

/** Milliseconds to wait after so many failures in a row. */
export function backoff(failures: number): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** failures, LONGEST_BACKOFF_MS);
}

type LegEnd = 'complete' | 'upstream_lost' | 'client_left' | 'parked';
type Wait = 'client' | 'upstream' | 'rest';

/**
 * One run of bytes on its way to one client, over as many upstream connections as it takes.
 *
 * A client that keeps up gets one long upstream request. The runtime goes on filling buffers of a request whose reader pauses, about 2 MB for
 * each, so that once there are many streams, or too few connections for all, those whose client is slow are fed by short requests: each is
 * read at once, handed on, and the next made when the client has taken it. Between two a stream holds no connection.
 */
export class ClientStream {
  readonly #sink: ClientSink;
  readonly #job: StreamJob;
  readonly #tools: StreamTools;
  readonly #keeper: ReturnType<StreamTools['keeper']>;
  readonly #closed = new AbortController();
  readonly #began: number;
  #position: number;
  #leg: { readonly body: Readable; readonly isLong: boolean; park(): void } | undefined;
  #waitingFor: Wait = 'upstream';
  #waitingSince: number;
  #waitedForClientMs = 0;
  #parking = false;
  #askedForLink: number;

  constructor(sink: ClientSink, job: StreamJob, tools: StreamTools) {
    this.#sink = sink;
    this.#job = job;
    this.#tools = tools;
    this.#keeper = tools.keeper(job);
    this.#position = job.range.start;
    this.#began = tools.clock.now();
    this.#waitingSince = this.#began;
    this.#askedForLink = this.#began;
  }

  /**
   * Resolves when all bytes were handed on or the client left.
   * @throws StorageError when the upstream could not be resumed; AbortError.
   */
  async run(first: Leg): Promise<void> {
    const { range, ctx } = this.#job;
    for (let leg = first, barren = 0; ; ) {
      const before = this.#position;
      const end = await this.#pass(leg);
      if (end === 'client_left' || this.#position === range.end) return this.#mark('client');
      const lost = end === 'upstream_lost';
      if (lost) barren = this.#position > before ? 1 : barren + 1;
      else barren = 0;
      if (barren > this.#tools.limits.tries) {
        throw new StorageError('unavailable', 'the cloud breaks off again and again');
      }
      this.#mark('client');
      await this.#sink.writable();
      if (!this.#sink.open) return;
      if (barren > 1) await this.#tools.clock.sleep(backoff(barren), ctx.signal);
      if (lost) this.#tools.totals.resumed += 1;
      this.#mark('upstream');
      leg = await this.#tools.reopen({ ...this.#job, range: this.#next(end) });
    }
  }

  /** What to ask for next: all that is left, or a slice. */
  #next(end: LegEnd): ByteRange {
    const { file, range } = this.#job;
    const { totals } = this.#tools;
    const rest = { start: this.#position, end: range.end };
    const slow = end === 'parked' || !isFast(this.#pace());
    const shared = this.#tools.isContended(file) || (isCrowded(totals.open) && slow);
    return shared
      ? { ...rest, end: Math.min(rest.end, rest.start + sliceBytes(totals.open, this.#pace())) }
      : rest;
  }

  #pace(): Pace {
    return {
      sentBytes: this.#position - this.#job.range.start,
      waitedMs: this.#waitedForClientMs,
      elapsedMs: this.#tools.clock.now() - this.#began,
    };
  }

  /** Passes chunks on until the leg is complete or one side is lost. A leg that ends before the range does is read without a pause. */
  #pass({ body, end, isSteady, isHeld }: Leg): Promise<LegEnd> {
    const legEnd = Math.min(end, this.#job.range.end);
    const isLong = isSteady === true || legEnd === this.#job.range.end;
    this.#mark('upstream');
    return new Promise((resolve) => {
      let over = false;
      const finish = (end: LegEnd): void => {
        if (over) return;
        over = true;
        body.off('data', pass);
        this.#leg = undefined;
        this.#sink.listen();
        letGo(body, end);
        resolve(end);
      };
      const goOn = (): void => {
        if (over) return;
        this.#mark('upstream');
        body.resume();
      };
      const pass = (chunk: Uint8Array): void => {
        const before = this.#position;
        if (isHeld !== true) this.#keep(upTo(legEnd - before, chunk));
        const flowing = this.#forward(chunk, legEnd, !isLong || isCrowded(this.#tools.totals.open));
        const restMs = this.#tools.passed(this.#job, this.#position - before);
        if (this.#position === legEnd) return finish('complete');
        if (restMs > 0) rest(restMs);
        else if (!flowing && isLong) awaitClient();
      };
      const awaitClient = (): void => {
        body.pause();
        this.#mark('client');
        this.#parkSoon();
      };
      /** Holds the stream to the limits of bandwidth, and then to its client's own pace. */
      const rest = (ms: number): void => {
        body.pause();
        this.#mark('rest');
        const wake = (): void => {
          if (over) return;
          if (isLong && !this.#sink.ready) awaitClient();
          else goOn();
        };
        void this.#tools.clock.sleep(ms, this.#closed.signal).then(wake, wake); // closed: it is over
      };
      this.#leg = { body, isLong, park: () => finish('parked') };
      this.#sink.listen({
        drained: () => {
          if (this.#waitingFor === 'client') goOn();
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

  #forward(chunk: Uint8Array, legEnd: number, sparing: boolean): boolean {
    const piece = upTo(legEnd - this.#position, chunk);
    this.#position += piece.length;
    this.#tools.totals.bytes += piece.length;
    this.#waitingSince = this.#tools.clock.now();
    return sparing ? this.#sink.hold(piece) : this.#sink.write(piece);
  }

  /** Where the memory of each stream counts, none is taken for what the next viewer may want. */
  #keep(bytes: Uint8Array): void {
    if (isCrowded(this.#tools.totals.open)) this.#keeper?.drop();
    else this.#keeper?.pass(this.#position, bytes);
  }

  #mark(waitingFor: Wait): void {
    const now = this.#tools.clock.now();
    if (this.#waitingFor === 'client') this.#waitedForClientMs += now - this.#waitingSince;
    this.#waitingFor = waitingFor;
    this.#waitingSince = now;
  }

  /** Looks again in a moment whether the client is still not ready, where that would cost others something. */
  #parkSoon(): void {
    if (this.#parking || !this.#isShort()) return;
    this.#parking = true;
    const look = (): void => {
      this.#parking = false;
      this.#park();
    };
    void this.#tools.clock.sleep(PARK_AFTER_MS, this.#closed.signal).then(look, look); // closed: nothing to park
  }

  /** Whether memory or connections are short. */
  #isShort(): boolean {
    return isCrowded(this.#tools.totals.open) || this.#tools.isContended(this.#job.file);
  }

  /** Gives a long request up whose client has not been ready for a while. */
  #park(): void {
    const waited = this.#tools.clock.now() - this.#waitingSince;
    const patience = this.#isShort() ? PARK_AFTER_MS : PARK_ALONE_AFTER_MS;
    const idle = this.#waitingFor === 'client' && waited >= patience;
    // Where others wait for a connection even a stream that flows makes way, and queues up behind them.
    const makesWay = this.#tools.isContended(this.#job.file);
    if (this.#leg?.isLong === true && (idle || makesWay)) this.#leg.park();
  }

  /** Ends waits that have no end of their own, and keeps the file's link fresh. Called every few seconds. */
  look(): void {
    const { limits, clock } = this.#tools;
    this.#park();
    const waited = clock.now() - this.#waitingSince;
    if (this.#waitingFor === 'client' && waited > limits.clientIdleMs) this.#sink.cut();
    if (this.#waitingFor === 'upstream' && waited > limits.upstreamIdleMs) this.#leg?.body.destroy();
    this.#keepLinkFresh();
  }

  /** A film may play for hours on one connection: when that breaks, or its viewer seeks, the link that began it may have ended. */
  #keepLinkFresh(): void {
    const { file, ctx } = this.#job;
    const now = this.#tools.clock.now();
    if (file.source !== 'link' || now - this.#askedForLink < LINK_EVERY_MS) return;
    this.#askedForLink = now;
    const signal = AbortSignal.any([ctx.signal, this.#closed.signal]);
    file.link('download', { ...ctx, signal }).catch(() => {}); // the stream runs; whoever needs a link next hears what is wrong
  }

  /** Lets go of the upstream. Cuts the client off when its bytes are not all there. */
  close(): void {
    this.#closed.abort();
    this.#keeper?.drop();
    this.#leg?.body.destroy();
    if (this.#sink.open && this.#position < this.#job.range.end) this.#sink.cut();
  }
}

function upTo(bytes: number, chunk: Uint8Array): Uint8Array {
  return chunk.length > bytes ? chunk.subarray(0, bytes) : chunk;
}

/** A body read to its end gives its connection back; any other is destroyed with it. */
function letGo(body: Readable, end: LegEnd): void {
  if (end !== 'complete') {
    body.destroy();
    return;
  }
  body.on('data', () => body.destroy());
}
