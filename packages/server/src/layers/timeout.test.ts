import { describe, expect, test } from 'bun:test';
import { fakeClock, settle } from '../../testing/fake-clock.ts';
import type { EntryPage } from '../core/entry.ts';
import { isAbort } from '../core/errors.ts';
import { ctxOf, errorOf, pageOf, upstream } from './testing/calls.ts';
import { timeout } from './timeout.ts';

describe('timeout', () => {
  test('an answer in time is passed on, and no timer is left', async () => {
    const clock = fakeClock();
    const { call, calls } = upstream<EntryPage>();
    const answer = timeout({ clock })('list', call)({ dir: 'd' }, ctxOf());
    await clock.advance(29_999);
    calls[0]?.answer.resolve(pageOf('a'));
    expect(await answer).toEqual(pageOf('a'));
    await settle();
    expect(clock.sleepers()).toBe(0);
  });

  test('a call that takes too long is ended, and its signal aborted', async () => {
    const clock = fakeClock();
    const { call, calls } = upstream<EntryPage>();
    const failure = errorOf(timeout({ clock, timeouts: { list: 50 } })('list', call)({ dir: 'd' }, ctxOf()));
    await clock.advance(50);
    expect(await failure).toMatchObject({ code: 'timeout', retry: 'later', detail: { op: 'list' } });
    expect(calls[0]?.ctx.signal.aborted).toBe(true);
  });

  test('a client that leaves gets an AbortError at once, even from a driver that does not listen', async () => {
    const clock = fakeClock();
    const leave = new AbortController();
    const { call, calls } = upstream<EntryPage>();
    const failure = errorOf(timeout({ clock })('list', call)({ dir: 'd' }, ctxOf(leave.signal)));
    leave.abort();
    expect(isAbort(await failure)).toBe(true);
    expect(calls[0]?.ctx.signal.aborted).toBe(true);
    await settle();
    expect(clock.sleepers()).toBe(0);
  });

  test('a stream that comes too late is let go of', async () => {
    const clock = fakeClock();
    const { call, calls } = upstream<ReadableStream<Uint8Array>>();
    const args = { id: 'f', start: 0, end: 1 };
    const failure = errorOf(timeout({ clock, timeouts: { read: 50 } })('read', call)(args, ctxOf()));
    await clock.advance(50);
    await failure;
    let cancelled = false;
    calls[0]?.answer.resolve(new ReadableStream({ cancel: () => void (cancelled = true) }));
    await settle();
    expect(cancelled).toBe(true);
  });

  test('the bytes of a stream may take as long as they like, and still end when the client leaves', async () => {
    const clock = fakeClock();
    const leave = new AbortController();
    const { call, calls } = upstream<ReadableStream<Uint8Array>>();
    const args = { id: 'f', start: 0, end: 1 };
    const answer = timeout({ clock, timeouts: { read: 50 } })('read', call)(args, ctxOf(leave.signal));
    calls[0]?.answer.resolve(new ReadableStream());
    await answer;
    await clock.advance(10_000);
    expect(calls[0]?.ctx.signal.aborted).toBe(false);
    Bun.gc(true);
    leave.abort();
    expect(calls[0]?.ctx.signal.aborted).toBe(true);
  });

  test('an upload has no limit unless it is given one', async () => {
    const clock = fakeClock();
    const { call } = upstream<never>();
    const source = { size: 0, open: () => new ReadableStream<Uint8Array>(), hash: async () => '' };
    const leave = new AbortController();
    const failure = errorOf(
      timeout({ clock })('upload', call)({ dir: 'd', name: 'n', source }, ctxOf(leave.signal)),
    );
    await clock.advance(86_400_000);
    expect(clock.sleepers()).toBe(0);
    leave.abort();
    expect(isAbort(await failure)).toBe(true);
  });

  test('a limit that makes no sense is refused when the layer is made', () => {
    expect(() => timeout({ clock: fakeClock(), timeouts: { list: 0 } })).toThrow('list');
    expect(() => timeout({ clock: fakeClock(), timeouts: { stat: Number.NaN } })).toThrow('stat');
  });
});
