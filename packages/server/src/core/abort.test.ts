import { describe, expect, test } from 'bun:test';
import { getEventListeners } from 'node:events';
import { abortError, throwIfAborted, waitOrAbort } from './abort.ts';
import { isAbort } from './errors.ts';

const outcomeOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('abortError', () => {
  test('it is known as what it is, and remembers why', () => {
    expect(isAbort(abortError())).toBe(true);
    expect(abortError('too late')).toMatchObject({ name: 'AbortError', cause: 'too late' });
  });

  test('an AbortError is not wrapped again', () => {
    const error = abortError();
    expect(abortError(error)).toBe(error);
  });
});

test('throwIfAborted lets a live signal pass', () => {
  throwIfAborted(new AbortController().signal);
  expect(() => throwIfAborted(AbortSignal.abort())).toThrow('aborted');
});

describe('waitOrAbort', () => {
  test('the value or failure of the promise is passed on', async () => {
    const { signal } = new AbortController();
    expect(await waitOrAbort(Promise.resolve(1), signal)).toBe(1);
    const failure = new Error('no');
    expect(await outcomeOf(waitOrAbort(Promise.reject(failure), signal))).toBe(failure);
  });

  test('an abort ends the waiting at once, and the value that comes late is handed over', async () => {
    const stop = new AbortController();
    const { promise, resolve } = Promise.withResolvers<string>();
    const late: string[] = [];
    const waiting = outcomeOf(waitOrAbort(promise, stop.signal, (value) => late.push(value)));
    stop.abort();
    expect(isAbort(await waiting)).toBe(true);
    resolve('late');
    await promise;
    expect(late).toEqual(['late']);
  });

  test('a failure that comes late has no reader and breaks nothing', async () => {
    const stop = new AbortController();
    const { promise, reject } = Promise.withResolvers<string>();
    const waiting = outcomeOf(waitOrAbort(promise, stop.signal));
    stop.abort();
    expect(isAbort(await waiting)).toBe(true);
    reject(new Error('late'));
    await outcomeOf(promise);
  });

  test('a signal that has fired already wins', async () => {
    expect(isAbort(await outcomeOf(waitOrAbort(Promise.resolve(1), AbortSignal.abort())))).toBe(true);
  });

  test('a failure that nobody waits for, because the signal had fired before, breaks nothing', async () => {
    const failing = Promise.reject(new Error('no'));
    expect(isAbort(await outcomeOf(waitOrAbort(failing, AbortSignal.abort())))).toBe(true);
    await new Promise(setImmediate); // an unhandled rejection would be reported here
  });

  test('no listener stays on the signal', async () => {
    const { signal } = new AbortController();
    const { promise, resolve } = Promise.withResolvers<number>();
    const waiting = waitOrAbort(promise, signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    resolve(1);
    await waiting;
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
