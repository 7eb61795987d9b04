import { describe, expect, test } from 'bun:test';
import { array, assert, integer, property, uint8Array } from 'fast-check';
import { createUnframer } from './framing.ts';
import { parseHead } from './head.ts';

function chunked(pieces: readonly Uint8Array[]): Buffer {
  const parts = pieces
    .filter((piece) => piece.length > 0)
    .flatMap((piece) => [Buffer.from(`${piece.length.toString(16)};x=1\r\n`), piece, Buffer.from('\r\n')]);
  return Buffer.concat([...parts, Buffer.from('0\r\nTrailer: 1\r\n\r\n')]);
}

/** Feeds bytes in steps of one length. */
function unframed(bytes: Buffer, step: number) {
  const unframer = createUnframer('chunked');
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += step) {
    const whole = unframer.feed(bytes.subarray(at, at + step), (piece) => out.push(Buffer.from(piece)));
    if (whole) return { body: Buffer.concat(out), read: at + step, surplus: unframer.surplus };
  }
  return { body: Buffer.concat(out), read: undefined, surplus: false };
}

describe('a body in chunks', () => {
  test('comes out whole however the network cuts it', () => {
    assert(
      property(array(uint8Array({ maxLength: 40 })), integer({ min: 1, max: 50 }), (pieces, step) => {
        const bytes = chunked(pieces);
        const { body, read, surplus } = unframed(bytes, step);
        expect(body.equals(Buffer.concat(pieces))).toBe(true);
        expect(read).toBeGreaterThanOrEqual(bytes.length);
        expect(surplus).toBe(false);
      }),
    );
  });

  test.each(['g\r\nx', '-1\r\n', '5\nhello', '\r\n', '1\r\nab\r\n', 'fffffffffffff\r\n', '1'.repeat(9000)])(
    'that begins %j is refused',
    (text) => {
      expect(() => unframed(Buffer.from(text), 3)).toThrow('chunks');
    },
  );

  test('tells of bytes that follow it', () => {
    expect(unframed(Buffer.concat([chunked([Buffer.from('a')]), Buffer.from('more')]), 1000).surplus).toBe(
      true,
    );
  });
});

describe('a body of known length', () => {
  test('ends there, and what follows is not its', () => {
    const unframer = createUnframer(3);
    const out: string[] = [];
    expect(unframer.feed(Buffer.from('ab'), (piece) => out.push(String(piece)))).toBe(false);
    expect(unframer.feed(Buffer.from('cdef'), (piece) => out.push(String(piece)))).toBe(true);
    expect(out.join('')).toBe('abc');
    expect(unframer.surplus).toBe(true);
  });

  test('of nothing is whole at once', () => {
    expect(createUnframer(0).feed(Buffer.alloc(0), () => {})).toBe(true);
  });
});

describe('the head of an answer', () => {
  test('is read with names in lower case and repeated ones joined', () => {
    const head = parseHead('HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\nX-A: 1\r\nx-a:  2 ');
    expect(head).toEqual({
      status: 206,
      headers: { 'content-length': '5', 'x-a': '1, 2' },
      framing: 5,
      keepAlive: true,
    });
  });

  test.each([
    ['HTTP/1.0 200 OK\r\nContent-Length: 1', false],
    ['HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1', false],
    ['HTTP/1.1 200 OK', false],
    ['HTTP/1.1 200\r\nTransfer-Encoding: chunked', true],
  ])('%j: its connection may be used again: %p', (text, keepAlive) => {
    expect(parseHead(text).keepAlive).toBe(keepAlive);
  });

  test.each([
    'ICY 200 OK',
    'HTTP/2 200',
    'HTTP/1.1 999 No',
    'HTTP/1.1 200 OK\r\nNo colon',
    'HTTP/1.1 200 OK\r\n folded: 1',
    'HTTP/1.1 200 OK\r\nA: b\nB: c',
    'HTTP/1.1 200 OK\r\nContent-Length: 1, 2',
    'HTTP/1.1 200 OK\r\nContent-Length: -1',
    'HTTP/1.1 200 OK\r\nContent-Length: 0x10',
    'HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked',
  ])('%j is refused', (text) => {
    expect(() => parseHead(text)).toThrow("can't be read");
  });
});
