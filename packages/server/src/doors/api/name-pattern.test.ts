import { describe, expect, test } from 'bun:test';
import { ApiFailure } from './envelope.ts';
import { MAX_PATTERN_LENGTH, namePattern } from './name-pattern.ts';

describe('a replacement by Go’s rules', () => {
  test.each([
    ['^(\\d+)', 'ep$1', '12 x.mp4', 'ep12 x.mp4'],
    ['(?P<a>\\w+)-(?<b>\\w+)', '${b}-$a', 'left-right', 'right-left'],
    ['(\\d)', '$1x', '1', ''], // the group "1x", which there isn't
    ['(\\d)', '${1}x', '1', '1x'],
    ['a', '$$1', 'banana', 'b$1n$1n$1'],
    ['(a)(z)?', '[$2$9${nobody}$1]', 'a', '[a]'],
    ['x*', '-', 'abxc', '-a-b-c-'],
    ['', '.', 'ab', '.a.b.'],
    ['\\p{Han}+', '字', '名名 x', '字 x'],
    ['🎬', 'film', 'a🎬b', 'afilmb'],
    ['(?i)MP4$', 'mkv', 'a.mp4', 'a.mkv'],
    ['.', '$0$0', 'é🎬', 'éé🎬🎬'],
  ])('%p by %p makes of %p %p', (pattern, replacement, name, expected) => {
    expect(namePattern(pattern, replacement)(name)).toBe(expected);
  });

  test('a name that does not match is told from one that becomes empty', () => {
    expect(namePattern('b', '')('a')).toBeUndefined();
    expect(namePattern('a', '')('a')).toBe('');
  });
});

describe('a hostile pattern', () => {
  test.each([['(a+)+$'], ['(a|a)*$'], ['(.*)*b'], ['(x+x+)+y'], ['(a?){40}a{40}']])(
    '%p takes a moment, where backtracking would take ages',
    (pattern) => {
      const matches = namePattern(pattern, 'x');
      const start = performance.now();
      for (let i = 0; i < 100; i++) matches(`${'a'.repeat(254)}!`);
      expect(performance.now() - start).toBeLessThan(2_000);
    },
  );

  test.each([
    ['a'.repeat(MAX_PATTERN_LENGTH + 1), 400],
    ['(a?){1000}', 400],
    ['((a{100}){100}){100}', 500],
    ['(a)\\1', 500],
    ['([', 500],
  ])('%p is refused', (pattern, code) => {
    try {
      namePattern(pattern, 'x');
      throw new Error('it was taken');
    } catch (error) {
      expect(error).toBeInstanceOf(ApiFailure);
      expect(error).toHaveProperty('code', code);
    }
  });
});
