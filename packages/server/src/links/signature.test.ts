import { describe, expect, test } from 'bun:test';
import { fakeClock } from '../../testing/fake-clock.ts';
import { normalizePath } from '../core/path.ts';
import { checkSign, createLinkSigner, signPath } from './signature.ts';

const KEY = 'alist-test-token';
const a = normalizePath('/a.txt');

/** API reference §4.2, Unix seconds of 2026-01-01. */
const NOW = 1_767_225_600;
const VECTORS: [string, string, number, string][] = [
  [KEY, '/movies/hello world.mp4', 0, '5gOJsPhiVh3c_l5YKYznWukwFnJikaJZ1Ex97jNoryg=:0'],
  [KEY, '/电影/a&b #1 100%.mkv', 1_767_225_600, '0kPBfjPrT5XeZKrQk_Cp9MKx5UGTjHybnnJupRcwHrg=:1767225600'],
  [`${KEY}-archive`, '/zips/a.zip', 0, 'gsWwrfkDkJcf2EGe4itp6CWmWMmvWNdVDEmWosuGOxw=:0'],
  [KEY, '/', 0, 'uLsYLFYkQJDtB5aKYDg-aNNOcdjXmkoWPiu7Ub3BOFo=:0'],
  [KEY, '/a.txt', 0, '1qP0Ko1rvgH7cnZFw2EScM2RxyCsgktA82KUsuwEgUY=:0'],
  [KEY, '/a.txt', 4_102_444_800, '2KCElyMQcQBJ0q7nlTK6yrw-jnw4IuxdJiBuSQdZG8U=:4102444800'],
];

describe('AList’s sign', () => {
  test.each(VECTORS)('key %p, path %p, expire %p', (key, path, expire, sign) => {
    expect(signPath(key, normalizePath(path), expire)).toBe(sign);
    expect(checkSign([key], normalizePath(path), sign, NOW)).toBeUndefined();
  });

  test('vector 2 has expired one second later', () => {
    const [key, path, , sign] = VECTORS[1] ?? [KEY, '/', 0, ''];
    expect(checkSign([key], normalizePath(path), sign, NOW + 1)).toBe('sign expired');
  });

  test.each([
    ['', 'expire missing'],
    ['abc:', 'expire missing'],
    ['abc', 'expire invalid'],
    ['abc:x', 'expire invalid'],
    ['abc:1.5', 'expire invalid'],
    ['abc: 1', 'expire invalid'],
    [`abc:${'9'.repeat(400)}`, 'expire invalid'],
    ['abc:1', 'sign expired'],
    ['abc:-5', 'sign expired'],
    ['abc:0', 'sign invalid'],
    [':0', 'sign invalid'],
  ] as const)('%p is %p', (sign, problem) => {
    expect(checkSign([KEY], a, sign, NOW)).toBe(problem);
  });

  test('only the canonical spelling holds', () => {
    const sign = signPath(KEY, a, 0);
    expect(checkSign([KEY], a, sign, NOW)).toBeUndefined();
    for (const other of ['+0', '-0', '00']) {
      expect(checkSign([KEY], a, sign.replace(/0$/, other), NOW)).toBe('sign invalid');
    }
    for (const other of [
      sign.replace('=', ''),
      sign.replace('=', '=='),
      `x:${sign}`,
      sign.replaceAll('_', '/'),
    ]) {
      if (other !== sign) expect(checkSign([KEY], a, other, NOW)).toBe('sign invalid');
    }
  });

  test('a slash at the end is not part of it', () => {
    expect(checkSign([KEY], a, `${signPath(KEY, a, 0)}/`, NOW)).toBeUndefined();
  });

  test('a sign holds for its path, its expiry and its key alone', () => {
    const sign = signPath(KEY, a, NOW + 10);
    expect(checkSign([KEY], normalizePath('/a.txt2'), sign, NOW)).toBe('sign invalid');
    expect(checkSign([KEY], normalizePath('/A.txt'), sign, NOW)).toBe('sign invalid');
    expect(checkSign([KEY], a, sign.replace(/\d+$/, String(NOW + 11)), NOW)).toBe('sign invalid');
    expect(checkSign(['another key'], a, sign, NOW)).toBe('sign invalid');
  });
});

describe('createLinkSigner', () => {
  const clock = fakeClock(NOW * 1000);
  const signer = (keys: [string, ...string[]], hours = 0) =>
    createLinkSigner({ keys, clock, hours: () => hours, refuse: (problem) => new RangeError(problem) });

  test('signs never expire unless the settings say so', () => {
    expect(signer([KEY]).sign(a)).toBe(signPath(KEY, a, 0));
    expect(signer([KEY], 2).sign(a)).toBe(signPath(KEY, a, NOW + 7200));
  });

  test('the newest key signs, and older ones still hold until they are dropped', () => {
    const old = signer(['old']).sign(a);
    const rotated = signer(['new', 'old']);
    expect(rotated.sign(a)).toBe(signPath('new', a, 0));
    expect(() => rotated.verify(a, old)).not.toThrow();
    expect(() => signer(['new']).verify(a, old)).toThrow(new RangeError('sign invalid'));
  });
});
