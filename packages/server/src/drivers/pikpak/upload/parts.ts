import { gcidBlockSize } from './gcid.ts';

const MIB = 1024 * 1024;
/** Up to here one request carries the file (protocol reference §4.7). */
const MAX_SINGLE = 10 * MIB;
const LEAST_PART = 5 * MIB;
const MAX_PARTS = 1000;

/** Bytes `start` to `end` (exclusive) of a file. */
export interface Part {
  /** From 1. */
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

/**
 * A file of `size` bytes in the parts in which it is sent: one up to 10 MiB, otherwise at most 1000 of at least 5 MiB, the last one
 * excepted. Each begins where a block of the content's hash does.
 */
export function partsOf(size: number): readonly Part[] {
  if (size <= MAX_SINGLE) return [{ number: 1, start: 0, end: size }];
  const block = gcidBlockSize(size);
  const length = Math.ceil(Math.max(LEAST_PART, size / MAX_PARTS) / block) * block;
  return Array.from({ length: Math.ceil(size / length) }, (_, index) => ({
    number: index + 1,
    start: index * length,
    end: Math.min(size, (index + 1) * length),
  }));
}
