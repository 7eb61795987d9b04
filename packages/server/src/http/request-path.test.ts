import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { normalizePath } from '../core/path.ts';
import { decodeRequestPath, encodePath, parseTarget } from './request-path.ts';

describe('parseTarget', () => {
  test('the query is split off and nothing is decoded', () => {
    const { rawPath, query } = parseTarget('/d/a%20b/../c?sign=abc%3D:0&type=preview');
    expect(rawPath).toBe('/d/a%20b/../c');
    expect(query.get('sign')).toBe('abc=:0');
    expect(query.get('type')).toBe('preview');
  });

  test('the absolute form loses its origin', () => {
    expect(parseTarget('http://host:5244/d/a?x=1').rawPath).toBe('/d/a');
    expect(parseTarget('http://host').rawPath).toBe('/');
  });

  test('a query may contain question marks', () => {
    expect(parseTarget('/a?b=c?d').query.get('b')).toBe('c?d');
  });
});

describe('decodeRequestPath', () => {
  const path = (raw: string): string => decodeRequestPath(raw, '/d');

  test.each([
    ['/d/movies/hello%20world.mp4', '/movies/hello world.mp4'],
    ["/d/a!~*'().mp4", "/a!~*'().mp4"],
    ['/d/a%21%7E%2A%27%28%29.mp4', "/a!~*'().mp4"],
    ['/d/$&+=:@,;', '/$&+=:@,;'],
    ['/d/%24%26%2B%3D%3A%40%2C', '/$&+=:@,'],
    ['/d/a+b', '/a+b'],
    ['/d/%E7%94%B5%E5%BD%B1/a&b%20%231%20100%25.mkv', '/电影/a&b #1 100%.mkv'],
    ['/d/%e7%94%b5', '/电'],
    ['/d/100%2541', '/100%41'],
    ['/d/\u00e7\u0094\u00b5', '/电'],
    ['/d//a///b/', '/a/b'],
    ['/d/./a', '/a'],
    ['/d/file..name', '/file..name'],
    ['/d/...', '/...'],
    ['/d', '/'],
    ['/d/', '/'],
  ])('%s is %s', (raw, expected) => {
    expect(path(raw)).toBe(expected);
  });

  test.each([
    '/d/%',
    '/d/%4',
    '/d/%zz',
    '/d/%ff',
    '/d/%c0%af',
    '/d/%c0%ae%c0%ae/x',
    '/d/%ed%a0%80',
    '/d/%e7%94',
    '/d/\u00ff',
    '/d/a%00b',
    '/d/a%2Fb',
    '/d/a%2fb',
    '/d/..%2f..%2fetc',
    '/d/a\\b',
    '/d/a%5Cb',
    '/d/..\\..',
  ])('%s is refused as malformed', (raw) => {
    expect(() => path(raw)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
  });

  test.each(['/d/..', '/d/a/../b', '/d/a/..', '/d/%2e%2e', '/d/%2E./b', '/d/.%2e/'])(
    '%s is refused as an escape',
    (raw) => {
      expect(() => path(raw)).toThrow(expect.objectContaining({ code: 'forbidden' }));
    },
  );
});

describe('encodePath', () => {
  test('leaves bare what AList leaves bare', () => {
    expect(encodePath("/电影/a&b #1 100%.mkv/-_.~$&+=:@!*'(),;?[]")).toBe(
      '/%E7%94%B5%E5%BD%B1/a&b%20%231%20100%25.mkv/-_.~$&+=:@%21%2A%27%28%29%2C%3B%3F%5B%5D',
    );
  });

  test('any name comes back from its URL', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((s) => s.isWellFormed() && !/[/\\\0]/.test(s) && s !== '.' && s !== '..');
    fc.assert(
      fc.property(fc.array(name, { maxLength: 4 }), (names) => {
        const tree = normalizePath(`/${names.join('/')}`);
        expect(decodeRequestPath(parseTarget(`/d${encodePath(tree)}?a=b`).rawPath, '/d')).toBe(tree);
      }),
    );
  });
});
