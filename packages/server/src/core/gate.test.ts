import { describe, expect, test } from 'bun:test';
import { settle } from '../../testing/fake-clock.ts';
import { createGate, type Gate, GateFullError } from './gate.ts';

/** Jobs that run until they are ended by hand. */
function jobs(gate: Gate) {
  const running: (() => void)[] = [];
  let most = 0;
  const start = (signal?: AbortSignal): Promise<string> =>
    gate(
      () =>
        new Promise<string>((resolve) => {
          running.push(() => resolve('done'));
          most = Math.max(most, running.length);
        }),
      signal,
    );
  const endOne = async (): Promise<void> => {
    running.shift()?.();
    await settle();
  };
  return { running, start, endOne, most: () => most };
}

describe('createGate', () => {
  test('only so many run at once, and all have their turn', async () => {
    const { start, endOne, most } = jobs(createGate({ atOnce: 2 }));
    const all = Promise.all(Array.from({ length: 7 }, () => start()));
    await settle();
    for (let i = 0; i < 7; i++) await endOne();
    expect(await all).toHaveLength(7);
    expect(most()).toBe(2);
  });

  test('they run in the order in which they came', async () => {
    const gate = createGate({ atOnce: 1 });
    const order: number[] = [];
    await Promise.all([1, 2, 3].map((n) => gate(async () => void order.push(n))));
    expect(order).toEqual([1, 2, 3]);
  });

  test('when too many wait the next is refused, and later there is room again', async () => {
    const { start, endOne } = jobs(createGate({ atOnce: 1, maxWaiting: 1 }));
    const first = start();
    const second = start();
    await settle();
    expect(start()).rejects.toBeInstanceOf(GateFullError);
    await endOne();
    await endOne();
    expect(await Promise.all([first, second])).toEqual(['done', 'done']);
    const third = start();
    await settle();
    await endOne();
    expect(await third).toBe('done');
  });

  test('who leaves while waiting gives up the turn, and no listener stays', async () => {
    const { start, endOne, running } = jobs(createGate({ atOnce: 1 }));
    const first = start();
    const gone = new AbortController();
    const second = start(gone.signal).catch((error: unknown) => error);
    const third = start();
    await settle();
    gone.abort();
    expect(await second).toMatchObject({ name: 'AbortError' });
    await endOne();
    expect(running).toHaveLength(1);
    await endOne();
    expect(await Promise.all([first, third])).toEqual(['done', 'done']);
  });

  test('who has left already does not enter', () => {
    const gate = createGate({ atOnce: 1 });
    expect(gate(async () => 'ran', AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('a job that fails, or throws at once, frees its place', async () => {
    const gate = createGate({ atOnce: 1 });
    expect(gate(() => Promise.reject(new Error('late')))).rejects.toThrow('late');
    expect(
      gate(() => {
        throw new Error('at once');
      }),
    ).rejects.toThrow('at once');
    expect(await gate(async () => 'ran')).toBe('ran');
  });
});
