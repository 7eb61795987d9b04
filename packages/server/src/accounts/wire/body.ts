import { Readable } from 'node:stream';

/** What a body works on. */
export interface BodySource {
  pause(): void;
  resume(): void;
  /** The reader has left before the end. */
  left(): void;
}

/**
 * The body of an answer. A reader that pauses stops the connection itself at once: nothing but what was on its way to it at that moment is held.
 */
export class WireBody extends Readable {
  readonly #source: BodySource;
  #whole = false;

  constructor(source: BodySource) {
    super();
    this.#source = source;
  }

  override _read(): void {
    if (!this.#whole) this.#source.resume();
  }

  override pause(): this {
    if (!this.#whole) this.#source.pause();
    return super.pause();
  }

  /** Not left to `_read`, which is not called again while it has brought nothing since the last time. */
  override resume(): this {
    if (!this.#whole) this.#source.resume();
    return super.resume();
  }

  /** Takes bytes from the connection. */
  bring(bytes: Buffer): void {
    if (!this.push(bytes) && !this.#whole) this.#source.pause();
  }

  /** All bytes were taken: from now on the connection is not this body's. */
  finish(): void {
    this.#whole = true;
    this.push(null);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (!this.#whole) {
      this.#whole = true;
      this.#source.left();
    }
    callback(error);
  }
}
