import { describe, expect, test } from 'bun:test';
import { FaultFormatError, parseFault } from './parse-fault.ts';

describe('a fault from the control interface', () => {
  test.each([
    [
      {
        kind: 'status',
        status: 429,
        retry_after: 2,
        times: 3,
        match: { method: 'get', path: '/drive/*' },
      },
      {
        kind: 'status',
        status: 429,
        retryAfterSeconds: 2,
        times: 3,
        match: { method: 'GET', path: '/drive/*' },
      },
    ],
    [
      { kind: 'vendor_error', status: 400, error: 'x', code: 9, text: 'y' },
      { kind: 'vendor_error', status: 400, error: 'x', code: 9, text: 'y', times: 1, match: {} },
    ],
    [
      { kind: 'captcha_invalid', times: 'forever' },
      { kind: 'captcha_invalid', times: Number.POSITIVE_INFINITY, match: {} },
    ],
    [
      { kind: 'short_page', items: 5 },
      { kind: 'short_page', items: 5, times: 1, match: {} },
    ],
    [{ kind: 'hang_up' }, { kind: 'hang_up', when: 'before', times: 1, match: {} }],
    [
      { kind: 'hang_up', when: 'after' },
      { kind: 'hang_up', when: 'after', times: 1, match: {} },
    ],
    [
      { kind: 'task_error', message: 'Save failed, retry please' },
      { kind: 'task_error', message: 'Save failed, retry please', times: 1, match: {} },
    ],
    [
      { kind: 'slow_task', delay_ms: 60_000 },
      { kind: 'slow_task', delayMs: 60_000, times: 1, match: {} },
    ],
    [
      { kind: 'store_error', status: 503, code: 'SlowDown' },
      { kind: 'store_error', status: 503, code: 'SlowDown', times: 1, match: {} },
    ],
    [{ kind: 'store_hang_up' }, { kind: 'store_hang_up', times: 1, match: {} }],
    [
      { kind: 'store_hang_up', after_bytes: 5 },
      { kind: 'store_hang_up', afterBytes: 5, times: 1, match: {} },
    ],
    [
      { kind: 'slow_body', bytes_per_second: 1000 },
      { kind: 'slow_body', bytesPerSecond: 1000, times: 1, match: {} },
    ],
    [
      { kind: 'cut_body', after_bytes: 0 },
      { kind: 'cut_body', afterBytes: 0, times: 1, match: {} },
    ],
    [
      { kind: 'wrong_size', delta: -1 },
      { kind: 'wrong_size', delta: -1, times: 1, match: {} },
    ],
    [
      { kind: 'cdn_status', status: 503 },
      { kind: 'cdn_status', status: 503, times: 1, match: {} },
    ],
  ])('%p is read', (json, rule) => {
    expect(parseFault(json)).toEqual(rule as ReturnType<typeof parseFault>);
  });

  test.each([
    ['nothing', null, 'a fault must be a JSON object'],
    ['an array', [], 'a fault must be a JSON object'],
    ['no kind', {}, 'kind must be one of'],
    ['an unknown kind', { kind: 'toString' }, 'kind must be one of'],
    [
      'a status out of range',
      { kind: 'status', status: 200 },
      'status must be a whole number from 400 to 599',
    ],
    ['a text for a number', { kind: 'status', status: '429' }, 'status must be'],
    ['times 0', { kind: 'token_expired', times: 0 }, 'times must be'],
    ['a broken match', { kind: 'token_expired', match: 'x' }, 'match must be a JSON object'],
    ['an empty path', { kind: 'token_expired', match: { path: '' } }, 'path must be a text'],
    ['an unknown body', { kind: 'status', status: 500, body: 'xml' }, 'body must be one of'],
    ['an unknown moment', { kind: 'hang_up', when: 'never' }, 'when must be one of'],
    ['a missing member', { kind: 'cut_body' }, 'after_bytes must be'],
  ])('with %s is refused with what is wrong', (_name, json, message) => {
    expect(() => parseFault(json)).toThrow(FaultFormatError);
    expect(() => parseFault(json)).toThrow(message);
  });
});
