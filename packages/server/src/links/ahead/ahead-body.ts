import { Readable } from 'node:stream';
import { isAbort } from '../../core/errors.ts';
import type { Clock } from '../../core/runtime.ts';
import type { ByteRange } from '../../http/range.ts';
import type { Leg } from '../client-stream.ts';
import { Gauge } from './gauge.ts';
import { Piece } from './piece.ts';
import { judge, ONE_CONNECTION, type Ramp, refused, type TrialOutcome, type Verdict } from './ramp.ts';

/** What a body works with. */
export interface AheadTools {
  readonly clock: Clock;
  /** Connections at most. */
  readonly most: number;
  /** How many have helped with this account lately. */
  readonly known: number | undefined;
  /** Opens a range now, or not at all: undefined where the cloud or the memory has no place for one more. */
  openBeside(range: ByteRange, signal: AbortSignal): Promise<Leg> | undefined;
  /** Opens a range that has to come; waits for a place. */
  open(range: ByteRange, signal: AbortSignal): Promise<Leg>;
  /** The bytes of one range that was opened beside have left memory. */
  gone(): void;
  /** Whether more than one connection may be used at this moment. */
  mayWiden(): boolean;
  /** Told how a number of connections did, and how many are used from now on. */
  learned(outcome: TrialOutcome, connections: number): void;
  /** Told whether the body uses more than one connection. */
  wide(isWide: boolean): void;
}

/** What one connection brings in so long is a piece: fewer requests than a second's, less memory than a minute's. */
const PIECE_SECONDS = 4;
const LEAST_PIECE_BYTES = 2 ** 19;
export const MOST_PIECE_BYTES = 4 * 2 ** 20;

/**
 * The bytes of a range, in order, over as many connections as were measured to help.
 *
 * It begins as the one connection that it is given. While its reader waits for the cloud it opens the piece that lies a little ahead; once the head of
 * that answer has proved right the first connection ends where the piece begins, and pieces follow one another from then on. What cannot
 * be got over several connections is got over one. When that breaks the body does, and its reader goes on as with any broken upstream.
 */
export class AheadBody extends Readable {
  readonly #tools: AheadTools;
  readonly #end: number;
  readonly #gauge: Gauge;
  readonly #left = new AbortController();
  /** In the order of the file; the first is the one that is read. */
  readonly #pieces: Piece[] = [];
  /** Pieces that were opened beside others. They are opened anew once when they break. */
  readonly #beside = new Set<Piece>();
  /** Pieces since the number of connections was changed. */
  #fresh = new WeakSet<Piece>();
  #next: number;
  #scout: { readonly piece: Piece; readonly range: ByteRange } | undefined;
  #ramp: Ramp = ONE_CONNECTION;
  #pieceBytes = LEAST_PIECE_BYTES;
  #settling = false;
  #wanting = false;
  #flowing = false;
  #isWide = false;

  /** @param first the open upstream, which reaches to the end of the range */
  constructor({ start, end }: ByteRange, first: Leg, tools: AheadTools) {
    super();
    this.#tools = tools;
    this.#end = end;
    this.#next = end;
    this.#gauge = new Gauge(tools.clock);
    this.#gauge.pause();
    const piece = this.#piece({ start, end });
    this.#pieces.push(piece);
    piece.adopt(first);
  }

  override _read(): void {
    this.#want();
    this.#flow();
  }

  /** A reader that pauses stops the connection that it reads from at once; those beside it end with their pieces. */
  override pause(): this {
    this.#wanting = false;
    this.#gauge.pause();
    this.#pieces[0]?.pause();
    return super.pause();
  }

  override resume(): this {
    this.#want();
    super.resume();
    queueMicrotask(() => this.#flow());
    return this;
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#left.abort();
    this.#drop(this.#scout?.piece);
    for (const piece of this.#pieces) this.#drop(piece);
    this.#pieces.length = 0;
    this.#setWide(false);
    callback(error);
  }

  #want(): void {
    this.#wanting = true;
    this.#gauge.resume();
  }

  /** Hands on what has come, for as long as the reader wants it. */
  #flow(): void {
    if (this.#flowing) return;
    this.#flowing = true;
    while (this.#wanting && !this.destroyed) {
      const head = this.#pieces[0];
      const chunk = head?.take();
      if (chunk === undefined) {
        if (head === undefined || !this.#goOn(head)) break;
      } else if (!this.push(chunk)) {
        this.#wanting = false;
        this.#gauge.pause();
        head?.pause();
      }
    }
    this.#flowing = false;
  }

  /** Nothing waits in the head. True where there is another. */
  #goOn(head: Piece): boolean {
    if (head.state === 'running') head.resume();
    if (head.state === 'broken') this.#mend(head);
    if (head.state !== 'whole') return false;
    this.#drop(this.#pieces.shift());
    if (this.#pieces.length === 0) return this.#single();
    this.#fill();
    return true;
  }

  /** All that is left goes over one connection. False where nothing is. */
  #single(): boolean {
    this.#setWide(false);
    if (this.#next === this.#end) {
      this.push(null);
      return false;
    }
    const range = { start: this.#next, end: this.#end };
    this.#next = this.#end;
    const piece = this.#piece(range);
    this.#pieces.push(piece);
    piece.open(this.#tools.open(range, this.#left.signal));
    return true;
  }

  /** A piece is asked for once more, now that it is its turn. */
  #mend(head: Piece): void {
    if (!this.#beside.delete(head)) {
      this.destroy(head.error);
      return;
    }
    this.#tools.gone();
    head.open(this.#tools.open(head.missing, this.#left.signal));
  }

  #piece(range: ByteRange): Piece {
    const piece: Piece = new Piece(range, {
      came: (from, bytes) => this.#came(from, bytes),
      changed: (of) => this.#changed(of),
    });
    this.#fresh.add(piece);
    return piece;
  }

  #came(from: Piece, bytes: number): void {
    if (this.destroyed) return;
    this.#gauge.add(bytes);
    if (this.#settling && this.#fresh.has(from)) {
      this.#settling = false;
      this.#gauge.restart();
    }
    if (!this.#settling) this.#judge();
    this.#scoutAhead();
    if (from === this.#pieces[0]) this.#flow();
  }

  #judge(): void {
    const { reading } = this.#gauge;
    const verdict = judge(this.#ramp, reading, this.#tools.most, this.#tools.known);
    if (verdict === undefined) return;
    if (!this.#isWide && verdict.ramp.connections > 1) {
      const bytes = (reading.bytesPerSecond * PIECE_SECONDS) / this.#ramp.connections;
      this.#pieceBytes = Math.floor(Math.max(LEAST_PIECE_BYTES, Math.min(MOST_PIECE_BYTES, bytes)));
    }
    this.#gauge.restart();
    this.#follow(verdict);
  }

  #follow({ ramp, outcome }: Verdict): void {
    const more = ramp.connections > this.#ramp.connections;
    this.#ramp = ramp;
    // What had helped before the last trial goes on helping.
    if (outcome !== undefined) this.#tools.learned(outcome, ramp.before?.connections ?? ramp.connections);
    if (!more) return;
    this.#settling = true;
    this.#fresh = new WeakSet();
    if (this.#isWide) this.#fill();
  }

  /** From one connection to several: opens the piece a little ahead of the one that runs. */
  #scoutAhead(): void {
    const head = this.#pieces[0];
    if (this.#isWide || this.#scout !== undefined || this.#ramp.connections < 2) return;
    if (head?.state !== 'running' || this.#next !== this.#end || !this.#tools.mayWiden()) return;
    const start = head.missing.start + this.#pieceBytes;
    if (start + this.#pieceBytes > this.#end) return;
    const range = { start, end: start + this.#pieceBytes };
    const piece = this.#beginBeside(range);
    if (piece !== undefined) this.#scout = { piece, range };
  }

  #beginBeside(range: ByteRange): Piece | undefined {
    const opening = this.#tools.openBeside(range, this.#left.signal);
    if (opening === undefined) return undefined;
    const piece = this.#piece(range);
    this.#beside.add(piece);
    piece.open(opening);
    return piece;
  }

  #changed(piece: Piece): void {
    if (this.destroyed) return;
    if (piece === this.#scout?.piece) this.#scouted(piece, this.#scout.range);
    else if (isRefused(piece) && piece !== this.#pieces[0]) this.#follow(this.#refusal());
    if (piece !== this.#pieces[0]) return;
    if (this.#wanting) this.#flow();
    else piece.pause();
  }

  /** The answer of the piece ahead is there. */
  #scouted(piece: Piece, range: ByteRange): void {
    this.#scout = undefined;
    if (isRefused(piece)) this.#follow(this.#refusal());
    const fits = piece.state === 'running' && this.#pieces[0]?.cutAt(range.start) === true;
    if (!fits) {
      this.#drop(piece);
      return;
    }
    this.#pieces.push(piece);
    this.#next = range.end;
    this.#setWide(true);
    this.#fill();
  }

  #refusal(): Verdict {
    return { ramp: refused(this.#ramp), outcome: 'refused' };
  }

  /** Opens the pieces that follow, up to the number of connections. */
  #fill(): void {
    while (this.#pieces.length < this.#ramp.connections && this.#next < this.#end && this.#tools.mayWiden()) {
      const range = { start: this.#next, end: Math.min(this.#next + this.#pieceBytes, this.#end) };
      const piece = this.#beginBeside(range);
      if (piece === undefined) return;
      this.#next = range.end;
      this.#pieces.push(piece);
    }
  }

  #drop(piece: Piece | undefined): void {
    if (piece === undefined) return;
    piece.close();
    if (this.#beside.delete(piece)) this.#tools.gone();
  }

  #setWide(isWide: boolean): void {
    if (this.#isWide === isWide) return;
    this.#isWide = isWide;
    this.#tools.wide(isWide);
  }
}

/** A piece that broke because its reader left tells nothing of the cloud. */
function isRefused({ state, error }: Piece): boolean {
  return state === 'broken' && !isAbort(error);
}
