import { describe, expect, test } from 'bun:test';
import { StorageError } from '../../core/errors.ts';
import {
  attempted,
  failed,
  freshHistory,
  type SignInHistory,
  succeeded,
  outOfOrder,
  unreached,
  waitFor,
} from './sign-in-window.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 0, 1);
const refused = new StorageError('bad_credentials', 'No.', { detail: { remedy: 'Do.' } });

function fail(history: SignInHistory, now: number): SignInHistory {
  return failed(attempted(history, now), refused);
}

function succeed(history: SignInHistory, now: number): SignInHistory {
  return succeeded(attempted(history, now), now);
}

describe('the distance of sign-ins', () => {
  test('the first goes at once', () => {
    expect(waitFor(freshHistory('p'), NOW)).toBe(0);
  });

  test('after failures it doubles from 5 minutes to 6 hours', () => {
    let history = freshHistory('p');
    const waits: number[] = [];
    for (let now = NOW, i = 0; i < 9; i += 1) {
      history = fail(history, now);
      waits.push(waitFor(history, now) / MINUTE);
      now += waitFor(history, now);
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 360, 360]);
    expect(history.refusal).toEqual({ code: 'bad_credentials', message: 'No.', remedy: 'Do.' });
  });

  test('an attempt that nobody finished counts as failed', () => {
    expect(waitFor(attempted(freshHistory('p'), NOW), NOW)).toBe(5 * MINUTE);
  });

  test('one repeat after a success is free, the next ones wait longer and longer', () => {
    const first = succeed(freshHistory('p'), NOW);
    const second = succeed(first, NOW + 1000);
    const third = succeed(second, NOW + 5 * MINUTE + 1000);
    expect(waitFor(first, NOW)).toBe(0);
    expect(waitFor(second, NOW + 1000)).toBe(5 * MINUTE);
    expect(waitFor(third, NOW + 5 * MINUTE + 1000)).toBe(10 * MINUTE);
  });

  test('an hour without any gives the free repeat back', () => {
    const busy = succeed(succeed(freshHistory('p'), NOW), NOW + 1000);
    expect(waitFor(succeed(busy, NOW + 2 * HOUR), NOW + 2 * HOUR)).toBe(0);
  });

  test('a success wipes out failures', () => {
    const history = succeed(fail(fail(freshHistory('p'), NOW), NOW + 5 * MINUTE), NOW + 15 * MINUTE);
    expect([history.failures, history.refusal]).toEqual([0, undefined]);
  });

  test('when PikPak was not reached it is half a minute, and no failure', () => {
    const history = unreached(fail(freshHistory('p'), NOW), NOW + 5 * MINUTE, refused);
    expect([waitFor(history, NOW + 5 * MINUTE), history.failures]).toEqual([30_000, 1]);
  });

  test('while PikPak is out of order it is longer and longer, up to a quarter of an hour, and no failure', () => {
    let history = freshHistory('p');
    const waits: number[] = [];
    for (let now = NOW; waits.length < 7; now = history.nextAt) {
      history = outOfOrder(history, now, refused);
      waits.push(waitFor(history, now) / 1000);
    }
    expect(waits).toEqual([30, 60, 120, 240, 480, 900, 900]);
    expect(history.failures).toBe(0);
    expect(outOfOrder(succeed(history, NOW), NOW, refused).broken).toBe(1);
  });

  test('a clock that was set back locks nobody out', () => {
    expect(waitFor(fail(freshHistory('p'), NOW), NOW - HOUR)).toBe(0);
  });
});
