import { describe, expect, test } from 'bun:test';
import { type FakeClock, fakeClock } from '../../testing/fake-clock.ts';
import { createThrottle, type Throttle, type ThrottleLimits } from './throttle.ts';

const MINUTE = 60_000;
const limits: ThrottleLimits = { perPair: 3, perNetwork: 6, perAccount: 8, windowMs: 5 * MINUTE };

function start(): { clock: FakeClock; throttle: Throttle } {
  const clock = fakeClock();
  return { clock, throttle: createThrottle(clock, limits) };
}

/** How many of `times` failing sign-ins get through. */
function fail(throttle: Throttle, user: string, address: string, times: number): number {
  let through = 0;
  for (let i = 0; i < times; i++) if (!('waitMs' in throttle.admit(user, address))) through++;
  return through;
}

function succeed(throttle: Throttle, user: string, address: string): boolean {
  const attempt = throttle.admit(user, address);
  if ('waitMs' in attempt) return false;
  attempt.succeeded();
  return true;
}

describe('createThrottle', () => {
  test('one account from one address is stopped at its limit, and told how long', async () => {
    const { clock, throttle } = start();
    expect(fail(throttle, 'ann', '192.0.2.1', 10)).toBe(3);
    await clock.advance(MINUTE);
    expect(throttle.admit('ann', '192.0.2.1')).toEqual({ waitMs: 4 * MINUTE });
  });

  test('attempts while stopped do not prolong it, and failures age', async () => {
    const { clock, throttle } = start();
    fail(throttle, 'ann', '192.0.2.1', 3);
    await clock.advance(4 * MINUTE);
    fail(throttle, 'ann', '192.0.2.1', 50);
    await clock.advance(MINUTE);
    expect(fail(throttle, 'ann', '192.0.2.1', 10)).toBe(3);
  });

  test('an address is stopped whatever names it tries', () => {
    const { throttle } = start();
    const through = Array.from({ length: 20 }, (_, i) => fail(throttle, `user${i}`, '192.0.2.1', 1));
    expect(through.filter((n) => n === 1)).toHaveLength(6);
    expect(fail(throttle, 'user1', '192.0.2.2', 1)).toBe(1);
  });

  test('an IPv6 network counts as one address', () => {
    const { throttle } = start();
    const through = Array.from({ length: 20 }, (_, i) => fail(throttle, 'ann', `2001:db8:1:2::${i}`, 1));
    expect(through.filter((n) => n === 1)).toHaveLength(3);
  });

  test('an account is stopped whatever addresses guess at it', () => {
    const { throttle } = start();
    const through = Array.from({ length: 20 }, (_, i) => fail(throttle, 'ann', `192.0.2.${i}`, 1));
    expect(through.filter((n) => n === 1)).toHaveLength(8);
  });

  test('guesses from elsewhere do not lock out who has signed in before', () => {
    const { throttle } = start();
    expect(succeed(throttle, 'ann', '198.51.100.1')).toBe(true);
    for (let i = 0; i < 50; i++) fail(throttle, 'ann', `192.0.2.${i}`, 1);
    expect(succeed(throttle, 'ann', '203.0.113.1')).toBe(false);
    expect(succeed(throttle, 'ann', '198.51.100.1')).toBe(true);
  });

  test('a success clears the failures of that account from that address', () => {
    const { throttle } = start();
    fail(throttle, 'ann', '192.0.2.1', 2);
    expect(succeed(throttle, 'ann', '192.0.2.1')).toBe(true);
    expect(fail(throttle, 'ann', '192.0.2.1', 10)).toBe(3);
  });

  test('signing in with an account of one’s own does not buy guesses at others', () => {
    const { throttle } = start();
    let guesses = 0;
    for (let i = 0; i < 30; i++) {
      guesses += fail(throttle, `victim${i}`, '192.0.2.1', 1);
      succeed(throttle, 'mallory', '192.0.2.1');
    }
    expect(guesses).toBeLessThanOrEqual(limits.perNetwork);
  });

  test('attempts that run at once count before any has ended', () => {
    const { throttle } = start();
    const attempts = Array.from({ length: 10 }, () => throttle.admit('ann', '192.0.2.1'));
    expect(attempts.filter((a) => 'waitMs' in a)).toHaveLength(7);
  });

  test('an attempt that was dropped does not count', () => {
    const { throttle } = start();
    for (let i = 0; i < 20; i++) {
      const attempt = throttle.admit('ann', '192.0.2.1');
      if ('dropped' in attempt) attempt.dropped();
    }
    expect(fail(throttle, 'ann', '192.0.2.1', 10)).toBe(3);
  });
});
