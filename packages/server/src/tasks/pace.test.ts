import { expect, test } from 'bun:test';
import { Pace } from './pace.ts';

/** How many runs begin in a time, looking again as soon as it says. */
function begun(pace: Pace, from: number, until: number): number {
  let count = 0;
  for (let now = from; now < until; ) {
    const wait = pace.waitMs(now);
    if (wait === 0) {
      pace.took();
      count += 1;
    }
    now += wait;
  }
  return count;
}

test('some runs begin at once, and after that 50 in a second, however many are due', () => {
  const pace = new Pace(1000);
  expect(begun(pace, 1000, 1001)).toBe(16);
  const next = begun(pace, 1001, 2001);
  expect(next).toBeGreaterThanOrEqual(48);
  expect(next).toBeLessThanOrEqual(51);
});

test('a clock that is set back does not stop it for longer than a run takes', () => {
  const pace = new Pace(1_000_000);
  begun(pace, 1_000_000, 1_000_001);
  expect(pace.waitMs(5)).toBeLessThanOrEqual(20);
  expect(begun(pace, 5, 1005)).toBeGreaterThanOrEqual(48);
});
