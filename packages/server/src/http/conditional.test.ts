import { describe, expect, test } from 'bun:test';
import type { IncomingHttpHeaders } from 'node:http';
import type { Entry } from '../core/entry.ts';
import { evaluatePreconditions, rangeHolds, validatorsOf } from './conditional.ts';

const MODIFIED = Date.UTC(2024, 4, 1, 12, 0, 0, 700);
const SAME = 'Wed, 01 May 2024 12:00:00 GMT';
const EARLIER = 'Wed, 01 May 2024 11:59:59 GMT';
const LATER = 'Wed, 01 May 2024 12:00:01 GMT';
const file: Entry = { id: '1', name: 'a.mp4', kind: 'file', size: 734003200, modified: MODIFIED };

describe('validatorsOf', () => {
  test('without a hash the time and size make the tag, as in the reference §13.14', () => {
    expect(validatorsOf(file)).toEqual({ etag: '"66322ec0-2bc00000"', modified: MODIFIED });
  });

  test('the lexicographically largest hash is the tag', () => {
    const hashes = { md5: 'aa11', sha1: 'bb22', gcid: 'AB' };
    expect(validatorsOf({ ...file, hashes }).etag).toBe('"bb22"');
  });

  test('a hash that could break out of the header is not used', () => {
    expect(validatorsOf({ ...file, hashes: { md5: 'x"\r\nSet-Cookie: a=b' } }).etag).toBe(
      '"66322ec0-2bc00000"',
    );
  });

  test('a file without hash and time has no validators', () => {
    expect(validatorsOf({ id: '1', name: 'a', kind: 'file', size: 5 })).toEqual({});
  });
});

describe('evaluatePreconditions', () => {
  const current = { etag: '"v1"', modified: MODIFIED };
  const cases: [name: string, headers: IncomingHttpHeaders, outcome: string][] = [
    ['nothing asked', {}, 'go'],
    ['If-Match with the tag', { 'if-match': '"v0", "v1"' }, 'go'],
    ['If-Match with any', { 'if-match': '*' }, 'go'],
    ['If-Match with another tag', { 'if-match': '"v2"' }, 'failed'],
    ['If-Match with a weak tag', { 'if-match': 'W/"v1"' }, 'failed'],
    ['If-Unmodified-Since before the change', { 'if-unmodified-since': EARLIER }, 'failed'],
    ['If-Unmodified-Since at the change', { 'if-unmodified-since': SAME }, 'go'],
    ['If-Match wins over If-Unmodified-Since', { 'if-match': '"v1"', 'if-unmodified-since': EARLIER }, 'go'],
    ['If-None-Match with the tag', { 'if-none-match': '"v1"' }, 'not_modified'],
    ['If-None-Match with the weak tag', { 'if-none-match': 'W/"v1"' }, 'not_modified'],
    ['If-None-Match with a list', { 'if-none-match': '"a,b", "v1"' }, 'not_modified'],
    ['If-None-Match with any', { 'if-none-match': '*' }, 'not_modified'],
    ['If-None-Match with another tag', { 'if-none-match': '"v2"' }, 'go'],
    ['If-Modified-Since before the change', { 'if-modified-since': EARLIER }, 'go'],
    ['If-Modified-Since at the change', { 'if-modified-since': SAME }, 'not_modified'],
    ['If-Modified-Since after the change', { 'if-modified-since': LATER }, 'not_modified'],
    ['an unreadable date', { 'if-modified-since': 'yesterday', 'if-unmodified-since': '-' }, 'go'],
    ['If-None-Match wins over the date', { 'if-none-match': '"v2"', 'if-modified-since': LATER }, 'go'],
  ];
  test.each(cases)('%s', (_name, headers, outcome) => {
    expect<string>(evaluatePreconditions(headers, current)).toBe(outcome);
  });

  test('a file without validators is always sent', () => {
    expect(evaluatePreconditions({ 'if-none-match': '"v1"', 'if-modified-since': LATER }, {})).toBe('go');
  });
});

describe('rangeHolds', () => {
  const current = { etag: '"v1"', modified: MODIFIED };
  test.each([
    [undefined, true],
    ['"v1"', true],
    ['W/"v1"', false],
    ['"v2"', false],
    [SAME, true],
    [LATER, false],
    ['nonsense', false],
  ] as const)('If-Range %p → %p', (header, holds) => {
    expect(rangeHolds(header, current)).toBe(holds);
  });

  test('a file without validators is sent whole', () => {
    expect(rangeHolds('"v1"', {})).toBe(false);
  });
});
