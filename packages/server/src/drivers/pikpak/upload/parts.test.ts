import { expect, test } from 'bun:test';
import { assert, integer, property } from 'fast-check';
import { gcidBlockSize } from './gcid.ts';
import { partsOf } from './parts.ts';

const MIB = 1024 * 1024;

test('up to 10 MiB go in one piece', () => {
  for (const size of [0, 1, 10 * MIB]) expect(partsOf(size)).toEqual([{ number: 1, start: 0, end: size }]);
  expect(partsOf(10 * MIB + 1)).toHaveLength(3);
});

test('parts cover a file without gaps, are not too many nor too small, and begin where blocks do', () => {
  assert(
    property(integer({ min: 10 * MIB + 1, max: 2 ** 43 }), (size) => {
      const parts = partsOf(size);
      expect(parts.length).toBeLessThanOrEqual(1000);
      expect(parts.map(({ number }) => number)).toEqual(parts.map((_, index) => index + 1));
      expect(parts.map(({ start }) => start)).toEqual([0, ...parts.slice(0, -1).map(({ end }) => end)]);
      expect(parts.at(-1)?.end).toBe(size);
      for (const { start, end } of parts.slice(0, -1)) expect(end - start).toBeGreaterThanOrEqual(5 * MIB);
      expect(parts.every(({ start }) => start % gcidBlockSize(size) === 0)).toBe(true);
      expect(parts.every(({ start, end }) => end > start)).toBe(true);
    }),
    { numRuns: 100 },
  );
});
