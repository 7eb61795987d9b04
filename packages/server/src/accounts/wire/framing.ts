import { StorageError } from '../../core/errors.ts';
import type { Framing } from './head.ts';

/** Takes a body out of what a connection brings. */
export interface Unframer {
  /**
   * Hands on what of `bytes` belongs to the body.
   * @returns whether the body is whole: bytes beyond it belong to nobody, and `surplus` says that there were some
   * @throws StorageError `protocol`
   */
  feed(bytes: Buffer, out: (piece: Buffer) => void): boolean;
  readonly surplus: boolean;
  /** Whether the body may end with its connection. */
  readonly endsByClose: boolean;
}

export function createUnframer(framing: Framing): Unframer {
  if (framing === 'chunked') return new Chunks();
  return new Counted(framing === 'close' ? Number.POSITIVE_INFINITY : framing);
}

/** A body of known length, or one as long as its connection. */
class Counted implements Unframer {
  #left: number;
  surplus = false;
  readonly endsByClose: boolean;

  constructor(length: number) {
    this.#left = length;
    this.endsByClose = length === Number.POSITIVE_INFINITY;
  }

  feed(bytes: Buffer, out: (piece: Buffer) => void): boolean {
    const piece = bytes.length > this.#left ? bytes.subarray(0, this.#left) : bytes;
    this.surplus = piece !== bytes;
    this.#left -= piece.length;
    if (piece.length > 0) out(piece);
    return this.#left === 0;
  }
}

/** Longest line of a chunked body that is read: a size with extensions, or a trailer. */
const MAX_LINE_BYTES = 8_192;
const MAX_TRAILERS = 64;
const LF = 10;

/** A body in chunks (RFC 9112 §7.1). Trailers are read over. */
class Chunks implements Unframer {
  #state: 'size' | 'data' | 'data-end' | 'trailer' = 'size';
  #line = '';
  #left = 0;
  #trailers = 0;
  surplus = false;
  readonly endsByClose = false;

  feed(bytes: Buffer, out: (piece: Buffer) => void): boolean {
    for (let at = 0; at < bytes.length; ) {
      if (this.#state === 'data') {
        const piece = bytes.subarray(at, at + this.#left);
        at += piece.length;
        this.#left -= piece.length;
        if (this.#left === 0) this.#state = 'data-end';
        out(piece);
        continue;
      }
      const end = bytes.indexOf(LF, at);
      const stop = end < 0 ? bytes.length : end + 1;
      this.#line += bytes.toString('latin1', at, stop);
      at = stop;
      if (this.#line.length > MAX_LINE_BYTES) throw badChunk();
      if (end < 0) return false;
      if (this.#take()) {
        this.surplus = at < bytes.length;
        return true;
      }
    }
    return false;
  }

  /** Makes sense of a line. @returns whether it was the last */
  #take(): boolean {
    const line = this.#line;
    this.#line = '';
    if (!line.endsWith('\r\n')) throw badChunk();
    const text = line.slice(0, -2);
    if (this.#state === 'trailer') {
      this.#trailers += 1;
      if (this.#trailers > MAX_TRAILERS) throw badChunk();
      return text === '';
    }
    if (this.#state === 'data-end') {
      if (text !== '') throw badChunk();
      this.#state = 'size';
      return false;
    }
    const size = /^([0-9a-f]{1,12})[\t ]*(?:;.*)?$/i.exec(text)?.[1];
    if (size === undefined) throw badChunk();
    this.#left = parseInt(size, 16);
    this.#state = this.#left === 0 ? 'trailer' : 'data';
    return false;
  }
}

function badChunk(): StorageError {
  return new StorageError('protocol', "the server's answer can't be read: its chunks are not valid HTTP", {
    retry: 'later',
  });
}
