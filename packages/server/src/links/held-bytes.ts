/**
 * Bytes that wait for a slow client, in one buffer that is used again: chunks that wait as they came would grow old in the collector's eyes, which
 * lets old ones lie until their sum has doubled.
 */
export class HeldBytes {
  #buffer = Buffer.alloc(0);
  #from = 0;
  #to = 0;

  get isEmpty(): boolean {
    return this.#from === this.#to;
  }

  /** Copies bytes behind those that wait. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#makeRoom(bytes.length);
    this.#buffer.set(bytes, this.#to);
    this.#to += bytes.length;
  }

  /** The first bytes, at most `most`. They are valid until the next `push`. */
  take(most: number): Uint8Array {
    const piece = this.#buffer.subarray(this.#from, Math.min(this.#to, this.#from + most));
    this.#from += piece.length;
    return piece;
  }

  #makeRoom(bytes: number): void {
    const waiting = this.#to - this.#from;
    if (this.#to + bytes <= this.#buffer.length) return;
    const target =
      waiting + bytes <= this.#buffer.length ? this.#buffer : Buffer.allocUnsafeSlow(waiting + bytes);
    this.#buffer.copy(target, 0, this.#from, this.#to);
    this.#buffer = target;
    this.#from = 0;
    this.#to = waiting;
  }
}
