import { describe, expect, test } from 'bun:test';
import { isAbort } from '../src/core/errors.ts';
import { fakeClock, fakeRandom } from './fake-clock.ts';

const forever = new AbortController().signal;

describe('fakeClock', () => {
  test('time stands still until it is moved', async () => {
    const clock = fakeClock(1000);
    await clock.advance(5);
    expect(clock.now()).toBe(1005);
  });

  test('sleepers wake in the order they are due, at their own time', async () => {
    const clock = fakeClock(0);
    const woken: [string, number][] = [];
    const sleep = async (name: string, ms: number): Promise<void> => {
      await clock.sleep(ms, forever);
      woken.push([name, clock.now()]);
    };
    const all = [sleep('late', 30), sleep('early', 10), sleep('never', 100)];
    await clock.advance(50);
    expect(woken).toEqual([
      ['early', 10],
      ['late', 30],
    ]);
    expect(clock.sleepers()).toBe(1);
    await clock.advance(50);
    await Promise.all(all);
  });

  test('a sleeper that sleeps again within the time wakes again', async () => {
    const clock = fakeClock(0);
    let woken = 0;
    const loop = (async () => {
      for (; woken < 3; woken++) await clock.sleep(10, forever);
    })();
    await clock.advance(30);
    await loop;
    expect(woken).toBe(3);
  });

  test('a sleep rejects when its signal aborts, and is forgotten', async () => {
    const clock = fakeClock();
    const stop = new AbortController();
    const sleeping = clock.sleep(10, stop.signal).catch((error: unknown) => error);
    stop.abort();
    expect(isAbort(await sleeping)).toBe(true);
    expect(clock.sleepers()).toBe(0);
  });
});

test('fakeRandom draws the same in every run', () => {
  const random = fakeRandom(0.25);
  expect(random.fraction()).toBe(0.25);
  expect([...random.bytes(3), ...random.bytes(2)]).toEqual([0, 1, 2, 3, 4]);
});
