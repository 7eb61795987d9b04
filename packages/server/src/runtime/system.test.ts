import { describe, expect, test } from 'bun:test';
import { isAbort } from '../core/errors.ts';
import { systemClock, systemRandom } from './system.ts';

describe('systemClock', () => {
  test('a sleep ends after its time', async () => {
    const start = performance.now();
    await systemClock().sleep(5, new AbortController().signal);
    expect(performance.now() - start).toBeGreaterThanOrEqual(5);
  });

  test('a sleep rejects as soon as its signal aborts', async () => {
    const stop = new AbortController();
    const sleeping = systemClock().sleep(2 ** 40, stop.signal);
    stop.abort();
    expect(isAbort(await sleeping.catch((error: unknown) => error))).toBe(true);
  });

  test('nothing is slept under a signal that has aborted', async () => {
    const error = await systemClock()
      .sleep(2 ** 40, AbortSignal.abort())
      .catch((error: unknown) => error);
    expect(isAbort(error)).toBe(true);
  });

  test('a sleep longer than a timer can be does not end at once', async () => {
    const stop = new AbortController();
    let ended = false;
    const sleeping = systemClock()
      .sleep(2 ** 33, stop.signal)
      .then(() => (ended = true));
    await systemClock().sleep(5, new AbortController().signal);
    expect(ended).toBe(false);
    stop.abort();
    await sleeping.catch(() => {});
  });
});

describe('systemRandom', () => {
  test('bytes have the length asked for and differ', () => {
    const random = systemRandom();
    expect(random.bytes(16)).toHaveLength(16);
    expect(random.bytes(16)).not.toEqual(random.bytes(16));
  });

  test('fractions lie in [0, 1) and spread', () => {
    const random = systemRandom();
    const drawn = Array.from({ length: 1000 }, () => random.fraction());
    expect(drawn.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(drawn.some((x) => x < 0.1) && drawn.some((x) => x > 0.9)).toBe(true);
  });
});
