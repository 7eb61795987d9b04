import { describe, expect, test } from 'bun:test';
import { readTask, type Task } from '../../api/tasks.ts';
import { timeLeft, withChange, withPace } from './live-tasks.ts';

function taskOf(id: string, wire: Readonly<Record<string, unknown>> = {}): Task {
  return readTask({ id, kind: 'copy', phase: 'running', total_bytes: 1000, ...wire });
}

describe('the tasks under way', () => {
  const start = withPace(undefined, [taskOf('a'), taskOf('b')], 0);

  test('a changed one stays in its place', () => {
    const next = withChange(start, taskOf('b', { status: 'on' }), 1000);
    expect(next.map(({ id, status }) => [id, status])).toEqual([
      ['a', ''],
      ['b', 'on'],
    ]);
  });

  test('a new one comes first, an ended one goes', () => {
    expect(withChange(start, taskOf('c'), 1000).map(({ id }) => id)).toEqual(['c', 'a', 'b']);
    expect(withChange(start, taskOf('a', { phase: 'failed' }), 1000).map(({ id }) => id)).toEqual(['b']);
  });

  test('one that ended unseen leaves the list as it is', () => {
    expect(withChange(start, taskOf('z', { phase: 'succeeded' }), 1000)).toBe(start);
  });
});

describe('the pace', () => {
  test('is what came in the time between, and tells how long it will take', () => {
    const start = withPace(undefined, [taskOf('a')], 0);
    const [next] = withPace(start, [taskOf('a', { bytes: 200 })], 2000);
    expect(next?.speed).toBe(100);
    expect(next && timeLeft(next)).toBe(8000);
  });

  test('follows slowly, so that the figure can be read', () => {
    const start = withPace(undefined, [taskOf('a')], 0);
    const then = withPace(start, [taskOf('a', { bytes: 100 })], 1000);
    const [next] = withPace(then, [taskOf('a', { bytes: 300 })], 2000);
    expect(next?.speed).toBeCloseTo(130);
  });

  test('is unknown when nothing has moved for long, and after a new beginning', () => {
    const start = withPace(undefined, [taskOf('a')], 0);
    const then = withPace(start, [taskOf('a', { bytes: 100 })], 1000);
    expect(withPace(then, [taskOf('a', { bytes: 100 })], 60_000)[0]?.speed).toBeUndefined();
    expect(withPace(then, [taskOf('a', { bytes: 0 })], 2000)[0]?.speed).toBeUndefined();
  });
});
