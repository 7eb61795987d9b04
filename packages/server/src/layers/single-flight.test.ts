import { describe, expect, test } from 'bun:test';
import { settle } from '../../testing/fake-clock.ts';
import type { Entry, EntryPage } from '../core/entry.ts';
import { isAbort, StorageError } from '../core/errors.ts';
import { singleFlight } from './single-flight.ts';
import { ctxOf, errorOf, fileEntry, pageOf, upstream } from './testing/calls.ts';

function flying() {
  const flights = singleFlight();
  const { call, calls } = upstream<EntryPage>();
  return { flights, calls, list: flights.layer('list', call) };
}

describe('singleFlight', () => {
  test('equal calls at the same time are one call', async () => {
    const { list, calls } = flying();
    const answers = Array.from({ length: 100 }, () => list({ dir: 'd' }, ctxOf()));
    const other = list({ dir: 'e' }, ctxOf());
    const paged = list({ dir: 'd', cursor: '1' }, ctxOf());
    expect(calls.map((made) => made.args)).toEqual([{ dir: 'd' }, { dir: 'e' }, { dir: 'd', cursor: '1' }]);
    for (const made of calls) made.answer.resolve(pageOf('a'));
    expect(new Set(await Promise.all(answers)).size).toBe(1);
    await Promise.all([other, paged]);
  });

  test('the order of arguments does not matter, and nothing is lost between operations', async () => {
    const flights = singleFlight();
    const lists = upstream<EntryPage>();
    const stats = upstream<Entry>();
    const list = flights.layer('list', lists.call);
    const stat = flights.layer('stat', stats.call);
    const both = [list({ dir: 'd', cursor: 'c' }, ctxOf()), list({ cursor: 'c', dir: 'd' }, ctxOf())];
    const entry = stat({ id: 'd' }, ctxOf());
    expect(lists.calls).toHaveLength(1);
    lists.calls[0]?.answer.resolve(pageOf('a'));
    stats.calls[0]?.answer.resolve(fileEntry('d'));
    expect(await Promise.all(both)).toEqual([pageOf('a'), pageOf('a')]);
    expect(await entry).toEqual(fileEntry('d'));
  });

  test('a call after the answer is a new call', async () => {
    const { list, calls } = flying();
    const first = list({ dir: 'd' }, ctxOf());
    calls[0]?.answer.resolve(pageOf('a'));
    await first;
    const second = list({ dir: 'd' }, ctxOf());
    calls[1]?.answer.resolve(pageOf('b'));
    expect(await second).toEqual(pageOf('b'));
  });

  test('a failure reaches all who wait, and the next call tries anew', async () => {
    const { list, calls } = flying();
    const failures = [list({ dir: 'd' }, ctxOf()), list({ dir: 'd' }, ctxOf())].map(errorOf);
    calls[0]?.answer.reject(new StorageError('unavailable', 'down'));
    for (const failure of failures) expect(await failure).toMatchObject({ code: 'unavailable' });
    const again = list({ dir: 'd' }, ctxOf());
    calls[1]?.answer.resolve(pageOf('a'));
    expect(await again).toEqual(pageOf('a'));
  });

  test('the first caller’s leaving does not fail the others', async () => {
    const { list, calls } = flying();
    const leave = new AbortController();
    const first = errorOf(list({ dir: 'd' }, ctxOf(leave.signal)));
    const second = list({ dir: 'd' }, ctxOf());
    leave.abort();
    expect(isAbort(await first)).toBe(true);
    expect(calls[0]?.ctx.signal.aborted).toBe(false);
    calls[0]?.answer.resolve(pageOf('a'));
    expect(await second).toEqual(pageOf('a'));
  });

  test('when the last one leaves the call is cancelled, and who comes then starts anew', async () => {
    const { list, calls } = flying();
    const leave = new AbortController();
    const both = [list({ dir: 'd' }, ctxOf(leave.signal)), list({ dir: 'd' }, ctxOf(leave.signal))].map(
      errorOf,
    );
    leave.abort();
    for (const failure of both) expect(isAbort(await failure)).toBe(true);
    expect(calls[0]?.ctx.signal.aborted).toBe(true);
    const next = list({ dir: 'd' }, ctxOf());
    expect(calls).toHaveLength(2);
    calls[0]?.answer.reject(new Error('cancelled'));
    await settle();
    const joined = list({ dir: 'd' }, ctxOf());
    expect(calls).toHaveLength(2); // the end of the cancelled call did not take the new one off
    calls[1]?.answer.resolve(pageOf('a'));
    expect(await Promise.all([next, joined])).toEqual([pageOf('a'), pageOf('a')]);
  });

  test('nothing is called for someone who has left already', async () => {
    const { list, calls } = flying();
    expect(isAbort(await errorOf(list({ dir: 'd' }, ctxOf(AbortSignal.abort()))))).toBe(true);
    expect(calls).toHaveLength(0);
  });

  test('after forget nobody joins what runs already, and those who wait get their answer', async () => {
    const { flights, list, calls } = flying();
    const before = list({ dir: 'd' }, ctxOf());
    flights.forget();
    const after = list({ dir: 'd' }, ctxOf());
    expect(calls).toHaveLength(2);
    calls[0]?.answer.resolve(pageOf('old'));
    calls[1]?.answer.resolve(pageOf('new'));
    expect(await before).toEqual(pageOf('old'));
    expect(await after).toEqual(pageOf('new'));
  });

  test('after a write, even one that failed, nobody joins a call from before it', async () => {
    const { flights, list, calls } = flying();
    const mkdir = flights.layer('mkdir', () => Promise.reject(new StorageError('timeout', 'late')));
    const before = list({ dir: 'd' }, ctxOf());
    await errorOf(mkdir({ dir: 'd', name: 'x' }, ctxOf()));
    const after = list({ dir: 'd' }, ctxOf());
    expect(calls).toHaveLength(2);
    for (const made of calls) made.answer.resolve(pageOf());
    await Promise.all([before, after]);
  });

  test('streams are not shared', async () => {
    const { call, calls } = upstream<ReadableStream<Uint8Array>>();
    const read = singleFlight().layer('read', call);
    const args = { id: 'f', start: 0, end: 1 };
    const both = [read(args, ctxOf()), read(args, ctxOf())];
    expect(calls).toHaveLength(2);
    for (const made of calls) made.answer.resolve(new ReadableStream());
    await Promise.all(both);
  });
});

test('a shared call is as urgent as the most urgent of those who wait for it', async () => {
  const { list, calls } = flying();
  const scan = list({ dir: 'd' }, ctxOf(undefined, 'scan'));
  const left = new AbortController();
  const film = list({ dir: 'd' }, ctxOf(left.signal, 'play')).catch(() => {});
  expect(calls[0]?.ctx.urgency?.priority).toBe('play');
  left.abort();
  await film;
  calls[0]?.answer.resolve(pageOf());
  await scan;
  expect(calls).toHaveLength(1);
});
