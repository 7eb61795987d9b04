import { createHash } from 'node:crypto';
import type { Blob } from '../../types.ts';

const WHOLE_UP_TO = 61_440;
const PIECE = 20_480;

/** The service's quick hash (protocol reference §4.2, R): SHA-1 of all, or of three pieces; upper-case hex. */
export async function cidOf(blob: Blob): Promise<string> {
  const hash = createHash('sha1');
  for (const [start, end] of piecesOf(blob.size))
    for await (const chunk of blob.slice(start, end)) hash.update(chunk);
  return hash.digest('hex').toUpperCase();
}

function piecesOf(size: number): readonly (readonly [number, number])[] {
  if (size <= WHOLE_UP_TO) return [[0, size]];
  return [0, Math.floor(size / 3), size - PIECE].map((start) => [start, start + PIECE] as const);
}
