import type { Blob } from '../types.ts';

const PERIOD = 251;
/** Big enough that the work per chunk is nothing beside sending it. */
const CHUNK = 256 * 1024;

/**
 * Content whose byte i is i mod 251: any part of it can be checked without the rest, and as 251 is prime, a part that is off by a
 * block of any usual size differs. Chunks are views of one pattern; they must not be written to.
 */
export function mod251(size: number): Blob {
  const pattern = new Uint8Array(CHUNK + PERIOD).map((_, i) => i % PERIOD);
  return {
    size,
    mimeType: 'application/octet-stream',
    async *slice(start, end) {
      const stop = Math.min(end, size);
      for (let at = start; at < stop; at += CHUNK) {
        const phase = at % PERIOD;
        yield pattern.subarray(phase, phase + Math.min(CHUNK, stop - at));
      }
    },
  };
}
