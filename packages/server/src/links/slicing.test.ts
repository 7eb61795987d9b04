import { describe, expect, test } from 'bun:test';
import { isFast, sliceBytes } from './slicing.ts';

const MIB = 2 ** 20;

describe('a slice', () => {
  test.each([1, 9, 50, 500, 10_000])(
    'of %d streams keeps them within the budget, and is worth a request',
    (open) => {
      const bytes = sliceBytes(open);
      expect(bytes).toBeGreaterThanOrEqual(64 * 1024);
      if (open <= 256) expect(bytes * open).toBeLessThanOrEqual(16 * MIB);
    },
  );

  test('is what the client takes in a moment', () => {
    const pace = (bytesPerSecond: number) => ({
      sentBytes: bytesPerSecond * 10,
      waitedMs: 0,
      elapsedMs: 10_000,
    });
    expect(sliceBytes(50, pace(1))).toBe(64 * 1024);
    expect(sliceBytes(50, pace(MIB))).toBe(Math.floor(MIB * 0.15));
    expect(sliceBytes(50, pace(100 * MIB))).toBe(sliceBytes(50));
  });
});

describe('a client is fast', () => {
  test('when it takes much, or all there is, and has been watched for a while', () => {
    expect(isFast({ sentBytes: 10 * MIB, waitedMs: 4_000, elapsedMs: 5_000 })).toBe(true);
    expect(isFast({ sentBytes: 100_000, waitedMs: 100, elapsedMs: 5_000 })).toBe(true);
    expect(isFast({ sentBytes: 100_000, waitedMs: 4_000, elapsedMs: 5_000 })).toBe(false);
    expect(isFast({ sentBytes: 10 * MIB, waitedMs: 0, elapsedMs: 500 })).toBe(false);
  });
});
