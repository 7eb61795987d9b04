import type { Blob } from '../types.ts';

const CHUNK = 65_536;

/** `blob` longer by `delta` zeros at its end, or shorter when `delta` is negative; never shorter than empty. */
export function resizedBlob(blob: Blob, delta: number): Blob {
  const zeros = new Uint8Array(CHUNK);
  return {
    size: Math.max(blob.size + delta, 0),
    mimeType: blob.mimeType,
    async *slice(start, end) {
      const realEnd = Math.min(end, blob.size);
      if (start < realEnd) yield* blob.slice(start, realEnd);
      for (let at = Math.max(start, blob.size); at < end; at += CHUNK)
        yield zeros.subarray(0, Math.min(CHUNK, end - at));
    },
  };
}
