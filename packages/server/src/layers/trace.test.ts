import { describe, expect, test } from 'bun:test';
import { fakeClock } from '../../testing/fake-clock.ts';
import { abortError } from '../core/abort.ts';
import { StorageError } from '../core/errors.ts';
import { ctxOf, errorOf } from './testing/calls.ts';
import { trace, type TraceEvent } from './trace.ts';

function traced(outcome: () => Promise<never> | Promise<{ entries: [] }>) {
  const clock = fakeClock();
  const events: TraceEvent[] = [];
  const layer = trace({ clock, listener: (event) => events.push(event) });
  const call = layer('list', async () => {
    await clock.sleep(25, new AbortController().signal);
    return outcome();
  });
  return { clock, events, run: () => call({ dir: 'd' }, ctxOf()) };
}

describe('trace', () => {
  test('a call is reported with its name and duration', async () => {
    const { clock, events, run } = traced(async () => ({ entries: [] }));
    const answer = run();
    await clock.advance(25);
    await answer;
    expect(events).toEqual([{ op: 'list', ms: 25, outcome: 'ok' }]);
  });

  test('a failure is reported and passed on, and says which operation it was', async () => {
    const { clock, events, run } = traced(() =>
      Promise.reject(new StorageError('timeout', 'late', { retry: 'later' })),
    );
    const failure = errorOf(run());
    await clock.advance(25);
    const error = await failure;
    expect(error).toMatchObject({ code: 'timeout', retry: 'later', detail: { op: 'list' } });
    expect(events).toEqual([{ op: 'list', ms: 25, outcome: 'failed', error }]);
  });

  test('a mistake in a driver is passed on as it is', async () => {
    const mistake = new TypeError('undefined is not a function');
    const { clock, events, run } = traced(() => Promise.reject(mistake));
    const failure = errorOf(run());
    await clock.advance(25);
    expect(await failure).toBe(mistake);
    expect(events).toMatchObject([{ outcome: 'failed', error: mistake }]);
  });

  test('a client that left is no failure of the storage', async () => {
    const { clock, events, run } = traced(() => Promise.reject(abortError()));
    const failure = errorOf(run());
    await clock.advance(25);
    await failure;
    expect(events).toEqual([{ op: 'list', ms: 25, outcome: 'aborted' }]);
  });
});
