import type { Blob } from '../types.ts';

const FREE_BOX_HEADER = 8;
const CHUNK = 65_536;

/** A blob of the given text in UTF-8. */
export function textBlob(text: string, mimeType = 'text/plain'): Blob {
  return bytesBlob(new TextEncoder().encode(text), mimeType);
}

/** A blob held in memory. */
export function bytesBlob(bytes: Uint8Array, mimeType: string): Blob {
  return {
    size: bytes.length,
    mimeType,
    async *slice(start, end) {
      if (end > start) yield bytes.subarray(start, end);
    },
  };
}

/**
 * `blob` with `padding` more bytes at its end, as an MP4 `free` box that players skip: another size and another hash,
 * the same film. `padding` is at least 8.
 */
export function withFreeBox(blob: Blob, padding: number): Blob {
  if (padding < FREE_BOX_HEADER) throw new RangeError('an MP4 box is at least 8 bytes long');
  const header = new Uint8Array(FREE_BOX_HEADER);
  new DataView(header.buffer).setUint32(0, padding);
  header.set(new TextEncoder().encode('free'), 4);
  const box = [bytesBlob(header, blob.mimeType), zeroBlob(padding - FREE_BOX_HEADER)];
  return concatBlobs([blob, ...box], blob.mimeType);
}

function zeroBlob(size: number): Blob {
  const zeros = new Uint8Array(Math.min(size, CHUNK));
  return {
    size,
    mimeType: 'application/octet-stream',
    async *slice(start, end) {
      for (let at = start; at < end; at += CHUNK) yield zeros.subarray(0, Math.min(CHUNK, end - at));
    },
  };
}

/** The blobs one after the other. */
export function concatBlobs(parts: readonly Blob[], mimeType: string): Blob {
  return {
    size: parts.reduce((sum, part) => sum + part.size, 0),
    mimeType,
    async *slice(start, end) {
      let offset = 0;
      for (const part of parts) {
        const from = Math.max(start - offset, 0);
        const to = Math.min(end - offset, part.size);
        if (from < to) yield* part.slice(from, to);
        offset += part.size;
      }
    },
  };
}

/** The whole content in memory; for small blobs. */
export async function readBlob(blob: Blob): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of blob.slice(0, blob.size)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
