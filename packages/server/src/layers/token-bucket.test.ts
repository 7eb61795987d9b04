import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { fakeClock } from '../../testing/fake-clock.ts';
import { TokenBucket } from './token-bucket.ts';

describe('TokenBucket', () => {
  test('a burst may go at once, then as many as the rate allows', async () => {
    const clock = fakeClock();
    const bucket = new TokenBucket(clock, 10, 3);
    expect([1, 2, 3, 4].map(() => bucket.take())).toEqual([true, true, true, false]);
    expect(bucket.msUntilNext()).toBe(100);
    await clock.advance(100);
    expect([bucket.take(), bucket.take()]).toEqual([true, false]);
  });

  test('a long rest does not save up more than a burst', async () => {
    const clock = fakeClock();
    const bucket = new TokenBucket(clock, 10, 2);
    await clock.advance(3_600_000);
    expect([1, 2, 3].map(() => bucket.take())).toEqual([true, true, false]);
  });

  test('never more tokens than the rate and the burst allow, and always one when it said so', async () => {
    const steps = fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 20 });
    const rates = fc.record({
      perSecond: fc.integer({ min: 1, max: 50 }),
      burst: fc.integer({ min: 1, max: 10 }),
    });
    await fc.assert(
      fc.asyncProperty(steps, rates, async (waits, { perSecond, burst }) => {
        const clock = fakeClock(0);
        const bucket = new TokenBucket(clock, perSecond, burst);
        let taken = 0;
        for (const wait of waits) {
          await clock.advance(wait);
          while (bucket.take()) taken++;
          await clock.advance(bucket.msUntilNext());
          expect(bucket.take()).toBe(true);
          taken++;
        }
        expect(taken).toBeLessThanOrEqual(burst + (clock.now() / 1000) * perSecond + 1e-6);
      }),
      { numRuns: 200 },
    );
  });

  test('a clock that is set back takes nothing away', () => {
    let now = 1000;
    const bucket = new TokenBucket({ now: () => now, sleep: () => Promise.resolve() }, 1, 2);
    now = 0;
    expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([true, true, false]);
  });

  test('rates that make no sense are refused', () => {
    expect(() => new TokenBucket(fakeClock(), 0, 1)).toThrow('rate');
    expect(() => new TokenBucket(fakeClock(), Number.POSITIVE_INFINITY, 1)).toThrow('rate');
    expect(() => new TokenBucket(fakeClock(), 1, 0.5)).toThrow('burst');
  });
});
