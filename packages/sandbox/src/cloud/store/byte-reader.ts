import { StoreRefusal } from './store-errors.ts';

const LINE_FEED = 10;

/** Reads a stream of bytes by lines and by counts. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(body: AsyncIterable<Uint8Array>) {
    this.#source = body[Symbol.asyncIterator]();
  }

  /** The text up to the next CRLF, which is dropped; '' at the end of the stream. @throws StoreRefusal beyond `max` characters */
  async line(max: number): Promise<string> {
    let text = '';
    for (;;) {
      const end = this.#rest.indexOf(LINE_FEED);
      const part = end === -1 ? this.#rest : this.#rest.subarray(0, end + 1);
      text += Buffer.from(part).toString('latin1');
      this.#rest = this.#rest.subarray(part.length);
      if (text.length > max + 2) throw new StoreRefusal('IncompleteBody', 'A line is too long.');
      if (end !== -1 || !(await this.#fill())) return text.replace(/\r?\n$/, '');
    }
  }

  /** Exactly `count` bytes. @throws StoreRefusal when the stream ends before */
  async *take(count: number): AsyncGenerator<Uint8Array> {
    let left = count;
    while (left > 0) {
      if (this.#rest.length === 0 && !(await this.#fill()))
        throw new StoreRefusal('IncompleteBody', 'The body ended too early.');
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  async #fill(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done === true) return false;
    this.#rest = next.value;
    return true;
  }
}
