import type { Readable } from 'node:stream';
import type { ByteRange } from '../../http/range.ts';
import type { Leg } from '../client-stream.ts';

/** `waiting` has no connection yet, `running` has one whose head was right. */
type State = 'waiting' | 'running' | 'whole' | 'broken' | 'closed';

interface PieceEvents {
  /** Bytes came, and wait in the piece. */
  came(piece: Piece, bytes: number): void;
  /** Its state is another. */
  changed(piece: Piece): void;
}

/** A part of a file on its way from the cloud over one connection. What has come waits here until it is taken. */
export class Piece {
  readonly #events: PieceEvents;
  readonly #chunks: Uint8Array[] = [];
  #body: Readable | undefined;
  #bodyEnd = 0;
  #at: number;
  #end: number;
  #state: State = 'waiting';
  #error: Error | undefined;

  constructor({ start, end }: ByteRange, events: PieceEvents) {
    this.#at = start;
    this.#end = end;
    this.#events = events;
  }

  get state(): State {
    return this.#state;
  }

  /** What still has to come. */
  get missing(): ByteRange {
    return { start: this.#at, end: this.#end };
  }

  /** Why it is broken. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Takes a connection that begins where this piece goes on, and that stands still until `resume`. */
  adopt({ body, end }: Leg): void {
    body.pause();
    this.#run(body, end);
  }

  /** Takes the connection once it is there; it runs by itself. */
  open(opening: Promise<Leg>): void {
    this.#state = 'waiting';
    opening.then(
      ({ body, end }) => this.#run(body, end),
      (error: unknown) => this.#break(error instanceof Error ? error : new Error(String(error))),
    );
  }

  pause(): void {
    if (this.#state === 'running') this.#body?.pause();
  }

  resume(): void {
    if (this.#state === 'running' && this.#body?.isPaused() === true) this.#body.resume();
  }

  /** The next bytes that wait, in their order. */
  take(): Uint8Array | undefined {
    return this.#chunks.shift();
  }

  /** Lets the piece end sooner. False when it is past that already. */
  cutAt(end: number): boolean {
    if (this.#state !== 'running' || this.#at >= end) return false;
    this.#end = end;
    return true;
  }

  close(): void {
    this.#state = 'closed';
    this.#chunks.length = 0;
    this.#body?.destroy();
  }

  #run(body: Readable, bodyEnd: number): void {
    if (this.#state === 'closed') {
      body.destroy();
      return;
    }
    this.#body = body;
    this.#bodyEnd = bodyEnd;
    const lost = (): void => {
      if (this.#body === body) this.#break(new Error('the upstream ended early'));
    };
    body.on('error', () => {}); // 'close' follows and says the same
    body.once('close', lost);
    body.once('end', lost);
    if (body.destroyed) return lost();
    this.#state = 'running';
    body.on('data', this.#onData);
    this.#events.changed(this);
  }

  readonly #onData = (chunk: Uint8Array): void => {
    if (this.#state !== 'running') return;
    const left = this.#end - this.#at;
    const bytes = chunk.length > left ? chunk.subarray(0, left) : chunk;
    this.#at += bytes.length;
    this.#chunks.push(bytes);
    const isWhole = this.#at === this.#end;
    if (isWhole) this.#complete();
    this.#events.came(this, bytes.length);
    if (isWhole) this.#events.changed(this);
  };

  /** A body read to its end gives its connection back; one that was cut is destroyed with it. */
  #complete(): void {
    this.#state = 'whole';
    const body = this.#body;
    this.#body = undefined;
    body?.off('data', this.#onData);
    if (this.#end === this.#bodyEnd) body?.on('data', () => body.destroy()).resume();
    else body?.destroy();
  }

  #break(error: Error): void {
    if (this.#state !== 'running' && this.#state !== 'waiting') return;
    this.#state = 'broken';
    this.#error = error;
    const body = this.#body;
    this.#body = undefined;
    body?.destroy();
    this.#events.changed(this);
  }
}
