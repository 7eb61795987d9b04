import { describe, expect, test } from 'bun:test';
import { fakeClock, fakeRandom, settle } from '../../testing/fake-clock.ts';
import type { Driver } from '../core/driver.ts';
import type { EntryPage } from '../core/entry.ts';
import { StorageError } from '../core/errors.ts';
import { applyLayers } from './apply.ts';
import { pace } from './pace.ts';
import { standardLayers, type StandardOptions } from './standard.ts';
import { ctxOf, errorOf, fileEntry, pageOf, upstream } from './testing/calls.ts';
import type { TraceEvent } from './trace.ts';

function layered(options: Partial<StandardOptions> = {}) {
  const clock = fakeClock(0);
  const { call, calls } = upstream<EntryPage>();
  const seen: TraceEvent[] = [];
  const upstreamSeen: TraceEvent[] = [];
  const pacing = pace({ clock });
  const stack = standardLayers({
    clock,
    random: fakeRandom(0),
    cache: { listTtlMs: 60_000 },
    pace: pacing,
    onCall: (event) => seen.push(event),
    onUpstream: (event) => upstreamSeen.push(event),
    ...options,
  });
  const bare: Driver = {
    kind: 'Fake',
    root: 'd',
    traits: { duplicateNames: false, caseSensitive: true, listTtlMs: 0, localSort: true },
    list: call,
    stat: async ({ id }) => fileEntry(id),
    close: async () => {},
  };
  return { clock, calls, seen, upstreamSeen, stack, pacing, driver: applyLayers(bare, stack.layers) };
}

describe('standardLayers', () => {
  test('a hundred requests for one folder are one call, and so are a hundred more', async () => {
    const { driver, calls, seen, upstreamSeen } = layered();
    const answers = Array.from({ length: 100 }, () => driver.list({ dir: 'd' }, ctxOf()));
    await settle();
    expect(calls).toHaveLength(1);
    calls[0]?.answer.resolve(pageOf('a'));
    await Promise.all(answers);
    for (let more = 0; more < 100; more++) await driver.list({ dir: 'd' }, ctxOf());
    expect(calls).toHaveLength(1);
    expect(seen).toHaveLength(200);
    expect(upstreamSeen).toHaveLength(1);
  });

  test('each attempt of a flight has its own time, and the flight counts once', async () => {
    const { clock, driver, calls, upstreamSeen } = layered({ timeouts: { list: 1000 } });
    const answer = driver.list({ dir: 'd' }, ctxOf());
    await clock.advance(1000 + 250);
    expect(calls).toHaveLength(2);
    expect(calls.map((made) => made.ctx.signal.aborted)).toEqual([true, false]);
    calls[1]?.answer.resolve(pageOf('a'));
    expect(await answer).toEqual(pageOf('a'));
    expect(upstreamSeen).toEqual([{ op: 'list', ms: 1250, outcome: 'ok' }]);
  });

  test('a cloud that says “too frequent” is left alone, and memory goes on serving', async () => {
    const { driver, calls, pacing, upstreamSeen } = layered();
    const known = driver.list({ dir: 'd' }, ctxOf());
    await settle();
    calls[0]?.answer.resolve(pageOf('a'));
    await known;
    const failure = errorOf(driver.list({ dir: 'e' }, ctxOf()));
    await settle();
    calls[1]?.answer.reject(
      new StorageError('rate_limited', 'too frequent', { retry: 'later', retryAfterMs: 60_000 }),
    );
    await failure;
    expect(await errorOf(driver.list({ dir: 'f' }, ctxOf()))).toMatchObject({ retryAfterMs: 60_000 });
    expect(await driver.list({ dir: 'd' }, ctxOf())).toEqual(pageOf('a'));
    expect(calls).toHaveLength(2);
    expect(pacing.state().breaker).toBe('open');
    expect(upstreamSeen.map((event) => event.outcome)).toEqual(['ok', 'failed', 'failed']);
  });

  test('a refresh reaches upstream, and does not join what ran before it', async () => {
    const { driver, calls, stack } = layered();
    const old = driver.list({ dir: 'd' }, ctxOf());
    await settle();
    stack.invalidate('d');
    const fresh = driver.list({ dir: 'd' }, ctxOf());
    await settle();
    expect(calls).toHaveLength(2);
    calls[1]?.answer.resolve(pageOf('new'));
    calls[0]?.answer.resolve(pageOf('old'));
    expect(await fresh).toEqual(pageOf('new'));
    expect(await old).toEqual(pageOf('old'));
  });

  test('when the only client leaves, the call upstream is aborted', async () => {
    const { driver, calls } = layered();
    const leave = new AbortController();
    const failure = errorOf(driver.list({ dir: 'd' }, ctxOf(leave.signal)));
    await settle();
    leave.abort();
    await failure;
    expect(calls[0]?.ctx.signal.aborted).toBe(true);
  });

  test('a client that leaves between two attempts ends the flight, without another call', async () => {
    const { clock, driver, calls } = layered();
    const leave = new AbortController();
    const failure = errorOf(driver.list({ dir: 'd' }, ctxOf(leave.signal)));
    await settle();
    calls[0]?.answer.reject(new StorageError('unavailable', 'down', { retry: 'later' }));
    await settle();
    leave.abort();
    await failure;
    await clock.advance(60_000);
    expect(calls).toHaveLength(1);
    expect(clock.sleepers()).toBe(0);
  });

  test('without listeners and pace there are only the layers that are needed', () => {
    const { stack } = layered();
    expect(stack.layers).toHaveLength(7);
    const bare = standardLayers({ clock: fakeClock(), random: fakeRandom(), cache: { listTtlMs: 0 } });
    expect(bare.layers).toHaveLength(4);
  });
});
