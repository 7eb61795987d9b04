import { describe, expect, test } from 'bun:test';
import { fakeClock } from '../../testing/fake-clock.ts';
import { createTolls } from './toll.ts';

/** Passes bytes in chunks as fast as the toll lets them, and tells how many seconds that took. */
async function secondsFor(
  bytes: number,
  limits: { total: number; perClient: number; perUser?: number },
  clients = ['a'],
) {
  const clock = fakeClock();
  const tolls = createTolls(clock, () => ({ perUser: 0, ...limits }));
  const began = clock.now();
  for (let sent = 0; sent < bytes; sent += 50_000) {
    for (const client of clients) await clock.advance(tolls.spend({ address: client, user: 7 }, 50_000));
  }
  return (clock.now() - began) / 1000;
}

describe('a limit of bandwidth', () => {
  test('is off by default', async () => {
    expect(await secondsFor(1e9 / 100, { total: 0, perClient: 0 })).toBe(0);
  });

  test('holds for a client, after a second’s worth at once', async () => {
    expect(await secondsFor(10_000_000, { total: 0, perClient: 1_000_000 })).toBeCloseTo(9, 0);
  });

  test('holds for all together', async () => {
    expect(await secondsFor(5_000_000, { total: 1_000_000, perClient: 0 }, ['a', 'b'])).toBeCloseTo(9, 0);
  });

  test('does not make one client pay for another', () => {
    const tolls = createTolls(fakeClock(), () => ({ total: 0, perClient: 1000, perUser: 0 }));
    expect(tolls.spend({ address: 'a' }, 100_000)).toBeGreaterThan(0);
    expect(tolls.spend({ address: 'b' }, 100)).toBe(0);
  });

  test('holds for a user from all addresses together, and for nobody who has not signed in', async () => {
    const limits = { total: 0, perClient: 0, perUser: 1_000_000 };
    expect(await secondsFor(5_000_000, limits, ['a', 'b'])).toBeCloseTo(9, 0);
    const tolls = createTolls(fakeClock(), () => limits);
    expect(tolls.spend({ address: 'a', user: 1 }, 9_000_000)).toBeGreaterThan(0);
    expect(tolls.spend({ address: 'a', user: 2 }, 1000)).toBe(0);
    expect(tolls.spend({ address: 'a' }, 9_000_000)).toBe(0);
  });

  test('rules where it is the tightest of all', async () => {
    const narrow = 1_000_000;
    const wide = 50_000_000;
    for (const limits of [
      { total: narrow, perClient: wide, perUser: wide },
      { total: wide, perClient: narrow, perUser: wide },
      { total: wide, perClient: wide, perUser: narrow },
    ]) {
      expect(await secondsFor(10_000_000, limits)).toBeCloseTo(9, 0);
    }
  });
});
