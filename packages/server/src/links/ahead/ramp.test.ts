import { describe, expect, test } from 'bun:test';
import { judge, ONE_CONNECTION, refused } from './ramp.ts';

const reading = (bytesPerSecond: number, elapsedMs = 2_000, pausedShare = 0) => ({
  bytesPerSecond,
  elapsedMs,
  pausedShare,
});
const two = { connections: 2, before: { connections: 1, bytesPerSecond: 100 }, over: false };

describe('the number of connections', () => {
  test('is not judged before the window is over', () => {
    expect(judge(ONE_CONNECTION, reading(100, 1_999), 4)).toBeUndefined();
  });

  test('is doubled up to what is allowed', () => {
    expect(judge(ONE_CONNECTION, reading(100), 8)?.ramp.connections).toBe(2);
    expect(judge(two, reading(125), 3)).toEqual({
      ramp: { connections: 3, before: { connections: 2, bytesPerSecond: 125 }, over: false },
      outcome: 'helped',
    });
  });

  test('stays where a quarter more did not come', () => {
    expect(judge(two, reading(124), 8)).toEqual({
      ramp: { connections: 1, over: true },
      outcome: 'no_help',
    });
  });

  test('is final at the most', () => {
    expect(judge(two, reading(200), 2)).toEqual({ ramp: { connections: 2, over: true }, outcome: 'helped' });
    expect(judge({ ...two, over: true }, reading(1), 2)).toBeUndefined();
  });

  test('is not blamed for a client that pauses', () => {
    expect(judge(two, reading(50, 2_000, 0.3), 8)).toEqual({
      ramp: { ...two, over: true },
      outcome: 'client',
    });
    expect(judge(ONE_CONNECTION, reading(50, 2_000, 0.3), 8)).toEqual({ ramp: ONE_CONNECTION });
  });

  test('stays at one where that is fast', () => {
    expect(judge(ONE_CONNECTION, reading(24 * 2 ** 20), 8)).toEqual({ ramp: ONE_CONNECTION });
  });

  test('is at once what helped before, within what is allowed', () => {
    expect(judge(ONE_CONNECTION, reading(100, 500), 4, 8)).toEqual({ ramp: { connections: 4, over: true } });
  });

  test('is the one from before when the cloud refuses', () => {
    expect(refused({ ...two, connections: 4, before: { connections: 2, bytesPerSecond: 1 } })).toEqual({
      connections: 2,
      over: true,
    });
    expect(refused(ONE_CONNECTION)).toEqual({ connections: 1, over: true });
  });
});
