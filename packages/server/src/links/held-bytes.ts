/** No buffer is made larger than this ahead of need. */
const ROOMY_BYTES = 2 ** 20;

/**
 * Bytes that wait for a slow client, in one buffer that is used again: chunks that wait as they came would grow old in the collector's eyes, which
 * lets old ones lie until their sum has doubled.
 *
 * The runtime keeps what its socket has not taken yet by reference (`testing/runtime-facts.test.ts`): what was taken out is not written over
 * before it is given back.
 */
export class HeldBytes {
  #buffer = Buffer.alloc(0);
  #from = 0;
  #to = 0;
  #lent = false;

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

  /** The first bytes, at most `most`. They stay as they are until `giveBack`. */
  take(most: number): Uint8Array {
    this.#lent = true;
    const piece = this.#buffer.subarray(this.#from, Math.min(this.#to, this.#from + most));
    this.#from += piece.length;
    return piece;
  }

  /** Everything that was taken out has been sent. */
  giveBack(): void {
    this.#lent = false;
    if (this.isEmpty) this.#from = this.#to = 0;
  }

  /** While a part is lent out, more room is a new buffer, large enough that the next such run fits. */
  #makeRoom(bytes: number): void {
    const waiting = this.#to - this.#from;
    const { length } = this.#buffer;
    if (this.#to + bytes <= length) return;
    const inPlace = !this.#lent && waiting + bytes <= length;
    const size = Math.max(waiting + bytes, Math.min(2 * length, ROOMY_BYTES));
    const target = inPlace ? this.#buffer : Buffer.allocUnsafeSlow(size);
    this.#buffer.copy(target, 0, this.#from, this.#to);
    this.#buffer = target;
    this.#from = 0;
    this.#to = waiting;
  }
}
