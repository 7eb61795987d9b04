import type { ServerResponse } from 'node:http';
import { HeldBytes } from './held-bytes.ts';

/** What a sender wants to hear of while it writes to a client. */
export interface SinkEvents {
  /** The client has taken what was buffered; writing may go on. */
  drained(): void;
  /** The client left. Nothing more can be sent. */
  left(): void;
}

/** What is written at a time where little is to be left with the runtime. */
const PIECE_BYTES = 64 * 1024;

const KEEP_ALIVE_MS = 60_000;

const NOBODY: SinkEvents = { drained: () => {}, left: () => {} };

/**
 * The client's end of a streamed body. Listens on the response once, however many upstream connections feed it;
 * whoever feeds it at the moment calls `listen`.
 */
export class ClientSink {
  readonly #res: ServerResponse;
  #events = NOBODY;
  #gone = false;
  #accepting = true;
  readonly #held = new HeldBytes();

  constructor(res: ServerResponse) {
    this.#res = res;
    this.#gone = res.destroyed;
    // A player that pauses goes on answering these, and a machine that has vanished does not.
    res.socket?.setKeepAlive(true, KEEP_ALIVE_MS);
    res.on('drain', this.#onDrain);
    res.on('close', this.#onClose);
  }

  /** True until the client leaves. */
  get open(): boolean {
    return !this.#gone;
  }

  /** Whether the client has taken what was written so far. */
  get ready(): boolean {
    return this.#accepting && !this.#res.writableNeedDrain;
  }

  /** Replaces the listener; without one, nobody hears. */
  listen(events: SinkEvents = NOBODY): void {
    this.#events = events;
  }

  /** Hands the chunk on by reference. False when the client is slower: wait for `drained`. */
  write(chunk: Uint8Array): boolean {
    return this.#held.isEmpty ? this.#res.write(chunk) : this.hold(chunk);
  }

  /**
   * The same for a client that is likely to be slower, at less memory: only what its connection takes is handed on, the rest is copied into
   * a buffer that is used again and again.
   */
  hold(chunk: Uint8Array): boolean {
    let sent = 0;
    while (this.#held.isEmpty && this.#accepting && sent < chunk.length) {
      const piece = chunk.subarray(sent, sent + PIECE_BYTES);
      sent += piece.length;
      this.#accepting = this.#res.write(piece);
    }
    this.#held.push(chunk.subarray(sent));
    return this.#accepting;
  }

  /** Resolves when the client can take more, or has left. Replaces the listener. */
  async writable(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.listen({ drained: resolve, left: resolve });
    if (!this.#gone && !this.ready) await promise;
  }

  /** Ends a body that was sent whole; resolves when it is handed to the network or the client has left. */
  async end(): Promise<void> {
    if (!this.#held.isEmpty) await this.writable();
    if (this.#gone) return;
    await new Promise<void>((resolve) => {
      this.listen({ drained: () => {}, left: resolve });
      this.#res.end(resolve);
    });
  }

  /** Cuts the connection, so that the client sees that the body is not whole. */
  cut(): void {
    this.#res.destroy();
  }

  /** Takes the listeners off. */
  release(): void {
    this.listen();
    this.#res.off('drain', this.#onDrain);
    this.#res.off('close', this.#onClose);
  }

  readonly #onDrain = (): void => {
    this.#accepting = true;
    this.#held.giveBack();
    while (this.#accepting && !this.#held.isEmpty) {
      this.#accepting = this.#res.write(this.#held.take(PIECE_BYTES));
    }
    if (this.#accepting) this.#events.drained();
  };

  readonly #onClose = (): void => {
    this.#gone = true;
    this.#events.left();
  };
}
