import { describe, expect, test } from 'bun:test';
import { fakeClock } from '../../testing/fake-clock.ts';
import { createFailedRedirects } from './failed-redirects.ts';

const FILM = { client: '10.0.0.1 Player/1', file: '/a.mkv', range: 'bytes=0-' };

describe('a client that comes back from a redirect', () => {
  test('twice for the same range within seconds has failed with it, for a day', async () => {
    const clock = fakeClock();
    const failed = createFailedRedirects(clock);
    expect(failed.cameBack(FILM)).toBe(false);
    await clock.advance(1500);
    expect(failed.cameBack(FILM)).toBe(false);
    await clock.advance(1500);
    expect(failed.cameBack(FILM)).toBe(true);
    expect(failed.has(FILM.client)).toBe(true);
    expect(failed.has('10.0.0.1 Player/2')).toBe(false);
    await clock.advance(25 * 3_600_000);
    expect(failed.has(FILM.client)).toBe(false);
  });

  test.each([
    ['another range', { ...FILM, range: 'bytes=900-' }],
    ['another file', { ...FILM, file: '/b.mkv' }],
    ['another client', { ...FILM, client: '10.0.0.2 Player/1' }],
  ])('for %s has not', async (_, next) => {
    const clock = fakeClock();
    const failed = createFailedRedirects(clock);
    failed.cameBack(FILM);
    await clock.advance(1500);
    failed.cameBack(FILM);
    await clock.advance(1500);
    expect(failed.cameBack(next)).toBe(false);
  });

  test('after it went on to another range has not failed', async () => {
    const clock = fakeClock();
    const failed = createFailedRedirects(clock);
    for (const range of ['bytes=0-', 'bytes=0-', 'bytes=900-', 'bytes=0-', 'bytes=0-']) {
      expect(failed.cameBack({ ...FILM, range })).toBe(false);
      await clock.advance(1500);
    }
  });

  test('after a while just wants it again', async () => {
    const clock = fakeClock();
    const failed = createFailedRedirects(clock);
    for (let i = 0; i < 5; i += 1) {
      expect(failed.cameBack(FILM)).toBe(false);
      await clock.advance(10_001);
    }
  });

  test('without a range may want a file twice', async () => {
    const clock = fakeClock();
    const failed = createFailedRedirects(clock);
    const whole = { ...FILM, range: undefined };
    for (let i = 0; i < 5; i += 1) {
      expect(failed.cameBack(whole)).toBe(false);
      await clock.advance(1500);
    }
  });

  test('faster than anyone can fail is a loop that never meant to follow, and stays one', async () => {
    const clock = fakeClock();
    const failed = createFailedRedirects(clock);
    for (let i = 0; i < 50; i += 1) {
      expect(failed.cameBack(FILM)).toBe(false);
      await clock.advance(5);
    }
    await clock.advance(3_000);
    expect(failed.cameBack(FILM)).toBe(false);
  });

  test('is forgotten when too many others do', async () => {
    const clock = fakeClock();
    const failed = createFailedRedirects(clock);
    for (let round = 0; round < 2; round += 1) {
      for (let i = 0; i <= 5_000; i += 1) failed.cameBack({ ...FILM, client: String(i) });
      await clock.advance(1_000);
    }
    for (let i = 0; i <= 5_000; i += 1) failed.cameBack({ ...FILM, client: String(i) });
    expect(failed.has('0')).toBe(false);
    expect(failed.has('5000')).toBe(true);
  });
});
