import { type ByteRange, contentRange } from './range.ts';

/** A `multipart/byteranges` body without its bytes (RFC 9110 §14.6). */
export interface Multipart {
  readonly contentType: string;
  /** Of the whole body. */
  readonly length: number;
  /** Each range, and what goes before its bytes. */
  readonly parts: readonly { readonly before: Uint8Array; readonly range: ByteRange }[];
  readonly after: Uint8Array;
}

/**
 * @param boundary text that does not occur in the body: random
 * @param type the `Content-Type` of the file
 */
export function multipartOf(
  ranges: readonly ByteRange[],
  { boundary, type, size }: { readonly boundary: string; readonly type: string; readonly size: number },
): Multipart {
  const parts = ranges.map((range, index) => ({
    before: Buffer.from(
      `${index === 0 ? '' : '\r\n'}--${boundary}\r\nContent-Type: ${type}\r\nContent-Range: ${contentRange(range, size)}\r\n\r\n`,
    ),
    range,
  }));
  const after = Buffer.from(`\r\n--${boundary}--\r\n`);
  const length = parts.reduce(
    (sum, { before, range }) => sum + before.length + range.end - range.start,
    after.length,
  );
  return { contentType: `multipart/byteranges; boundary=${boundary}`, length, parts, after };
}
