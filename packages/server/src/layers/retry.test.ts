import { describe, expect, test } from 'bun:test';
import { fakeClock, fakeRandom } from '../../testing/fake-clock.ts';
import type { OpName } from '../core/driver.ts';
import type { EntryPage } from '../core/entry.ts';
import { isAbort, StorageError } from '../core/errors.ts';
import { retry, type RetryOptions } from './retry.ts';
import { ctxOf, errorOf, pageOf } from './testing/calls.ts';

const later = (retryAfterMs?: number): StorageError =>
  new StorageError('unavailable', 'down', {
    retry: 'later',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

/** A call that fails with these errors in turn and then succeeds, and the moments at which it was made. */
function failing(errors: readonly unknown[], options: Partial<RetryOptions> = {}, op: OpName = 'list') {
  const clock = fakeClock(0);
  const at: number[] = [];
  const leave = new AbortController();
  const layer = retry({ clock, random: fakeRandom(0), ...options });
  const call = async (): Promise<EntryPage> => {
    const error = errors[at.push(clock.now()) - 1];
    if (error !== undefined) throw error;
    return pageOf('a');
  };
  const run = (): Promise<unknown> =>
    op === 'list'
      ? layer('list', call)({ dir: 'd' }, ctxOf(leave.signal))
      : layer('remove', async () => void (await call()))({ ids: ['d'], mode: 'trash' }, ctxOf(leave.signal));
  return { clock, at, leave, run };
}

describe('retry', () => {
  test('a failure that may pass is tried again, later each time', async () => {
    const { clock, at, run } = failing([later(), later()]);
    const answer = run();
    await clock.advance(10_000);
    expect(await answer).toEqual(pageOf('a'));
    expect(at).toEqual([0, 250, 750]);
  });

  test('the wait is spread, so that many do not come back together', async () => {
    const { clock, at, run } = failing([later()], { random: fakeRandom(0.5) });
    const answer = run();
    await clock.advance(10_000);
    await answer;
    expect(at).toEqual([0, 375]);
  });

  test('after the last attempt the error is passed on as it is', async () => {
    const errors = [later(), later(), later(), later()];
    const { clock, at, run } = failing(errors);
    const failure = errorOf(run());
    await clock.advance(60_000);
    expect(await failure).toBe(errors[2]);
    expect(at).toHaveLength(3);
  });

  test('what the storage asks for is waited, when it is longer', async () => {
    const { clock, at, run } = failing([later(4000)]);
    const answer = run();
    await clock.advance(3999);
    expect(at).toHaveLength(1);
    await clock.advance(1);
    await answer;
    expect(at).toEqual([0, 4000]);
  });

  test('a storage that asks for too much gets no further call', async () => {
    const { at, run } = failing([later(10_001)]);
    expect(await errorOf(run())).toMatchObject({ retryAfterMs: 10_001 });
    expect(at).toHaveLength(1);
  });

  test.each([
    ['what is gone', new StorageError('not_found', 'gone')],
    ['a mistake', new TypeError('a mistake')],
  ])('a failure that stays is not tried again: %s', async (_, error) => {
    const { at, run } = failing([error]);
    expect(await errorOf(run())).toBe(error);
    expect(at).toHaveLength(1);
  });

  test('what is not safe to repeat is not repeated', async () => {
    const { at, run } = failing([later()], {}, 'remove');
    expect(await errorOf(run())).toMatchObject({ code: 'unavailable' });
    expect(at).toHaveLength(1);
  });

  test('a client that leaves ends the waiting at once', async () => {
    const { clock, at, leave, run } = failing([later()]);
    const failure = errorOf(run());
    await clock.advance(10);
    leave.abort();
    expect(isAbort(await failure)).toBe(true);
    expect(at).toHaveLength(1);
    expect(clock.sleepers()).toBe(0);
  });

  test('options that make no sense are refused when the layer is made', () => {
    const base = { clock: fakeClock(), random: fakeRandom() };
    expect(() => retry({ ...base, attempts: 0 })).toThrow('attempts');
    expect(() => retry({ ...base, attempts: 1.5 })).toThrow('attempts');
    expect(() => retry({ ...base, baseMs: -1 })).toThrow('waits');
  });
});
