import { describe, expect, test } from 'bun:test';
import { isAbort, StorageError } from './errors.ts';

describe('StorageError', () => {
  test('it stays for good unless it says otherwise', () => {
    const error = new StorageError('not_found', 'object not found');
    expect(error).toMatchObject({ name: 'StorageError', code: 'not_found', retry: 'never', detail: {} });
    expect(error.retryAfterMs).toBeUndefined();
    expect(error).toBeInstanceOf(Error);
  });

  test('detail is added, and what is there already wins', () => {
    const cause = new Error('socket');
    const error = new StorageError('rate_limited', 'wait', {
      retry: 'later',
      retryAfterMs: 5,
      detail: { op: 'list', remedy: 'Wait.' },
      cause,
    });
    const named = error.withDetail({ op: 'stat', storage: '/pikpak' });
    expect(named).toMatchObject({
      code: 'rate_limited',
      message: 'wait',
      retry: 'later',
      retryAfterMs: 5,
      detail: { op: 'list', storage: '/pikpak', remedy: 'Wait.' },
      cause,
    });
    expect(named.stack).toBe(error.stack);
    expect(error.detail).toEqual({ op: 'list', remedy: 'Wait.' });
  });
});

test('isAbort knows the errors of aborted web and node calls, and no others', () => {
  expect(isAbort(new DOMException('gone', 'AbortError'))).toBe(true);
  expect(isAbort(AbortSignal.abort().reason)).toBe(true);
  expect(isAbort(new StorageError('timeout', 'late'))).toBe(false);
  expect(isAbort(undefined)).toBe(false);
  expect(isAbort({ name: 'AbortError' })).toBe(false);
});
