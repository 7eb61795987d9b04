import type { ServerResponse } from 'node:http';

/** What a sender wants to hear of while it writes to a client. */
export interface SinkEvents {
  /** The client has taken what was buffered; writing may go on. */
  drained(): void;
  /** The client left. Nothing more can be sent. */
  left(): void;
}

const NOBODY: SinkEvents = { drained: () => {}, left: () => {} };

/**
 * The client's end of a streamed body. Listens on the response once, however many upstream connections feed it;
 * whoever feeds it at the moment calls `listen`.
 */
export class ClientSink {
  readonly #res: ServerResponse;
  #events = NOBODY;
  #gone = false;

  constructor(res: ServerResponse) {
    this.#res = res;
    this.#gone = res.destroyed;
    res.on('drain', this.#onDrain);
    res.on('close', this.#onClose);
  }

  /** True until the client leaves. */
  get open(): boolean {
    return !this.#gone;
  }

  /** Replaces the listener; without one, nobody hears. */
  listen(events: SinkEvents = NOBODY): void {
    this.#events = events;
  }

  /** Hands the chunk on by reference. False when the client is slower: wait for `drained`. */
  write(chunk: Uint8Array): boolean {
    return this.#res.write(chunk);
  }

  /** Resolves when the client can take more, or has left. */
  writable(): Promise<void> {
    if (this.#gone || !this.#res.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => this.listen({ drained: resolve, left: resolve }));
  }

  /** Ends a body that was sent whole; resolves when it is handed to the network or the client has left. */
  end(): Promise<void> {
    if (this.#gone) return Promise.resolve();
    return new Promise((resolve) => {
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

  readonly #onDrain = (): void => this.#events.drained();

  readonly #onClose = (): void => {
    this.#gone = true;
    this.#events.left();
  };
}
