import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { StorageError } from './errors.ts';
import {
  baseName,
  childPath,
  isWithin,
  joinPath,
  normalizePath,
  parentOf,
  relativeTo,
  ROOT,
  segmentsOf,
  type TreePath,
} from './path.ts';

/** Strings that are likely to hurt. */
const raw = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '/',
        '\\',
        '.',
        '..',
        '...',
        '\0',
        '%2e',
        '%2F',
        ' ',
        '\ud800',
        '名字',
        'é',
        'a',
        '//',
        './',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 10 },
  )
  .map((parts) => parts.join(''));

const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
  .filter((text) => !/[/\\\0]/.test(text) && text !== '.' && text !== '..');

const path = fc.array(name, { maxLength: 5 }).map((names) => normalizePath(`/${names.join('/')}`));

function codeOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error instanceof StorageError ? error.code : error;
  }
}

describe('normalizePath', () => {
  test('whatever comes in, what comes out is a clean absolute path, or nothing does', () => {
    fc.assert(
      fc.property(raw, (input) => {
        const result = codeOf(() => normalizePath(input));
        if (result === 'forbidden' || result === 'invalid_argument') return;
        expect(result).toBeString();
        const text = String(result);
        expect(text.startsWith('/')).toBe(true);
        expect(text).not.toMatch(/[\\\0]/);
        if (text === '/') return;
        for (const segment of text.slice(1).split('/')) expect(['', '.', '..']).not.toContain(segment);
      }),
      { numRuns: 2000 },
    );
  });

  test('a clean path stays as it is', () => {
    fc.assert(
      fc.property(raw, (input) => {
        const once = codeOf(() => normalizePath(input));
        if (typeof once === 'string' && once.startsWith('/')) expect<string>(normalizePath(once)).toBe(once);
      }),
    );
  });

  test.each([
    ['', '/'],
    ['/', '/'],
    ['a', '/a'],
    ['/a/', '/a'],
    ['//a///b', '/a/b'],
    ['/./a/.', '/a'],
    ['\\a\\b', '/a/b'],
    ['/...', '/...'],
    ['/ a ', '/ a '],
    ['/a..b/..c', '/a..b/..c'],
    ['/%2e%2e', '/%2e%2e'],
  ])('%p is %p', (input, wanted) => {
    expect<string>(normalizePath(input)).toBe(wanted);
  });

  test.each([['/..'], ['..'], ['/a/../b'], ['/a/..'], ['\\..\\a'], ['/a\\..'], ['a/..\\..']])(
    'a way up is refused, never resolved: %p',
    (input) => {
      expect(codeOf(() => normalizePath(input))).toBe('forbidden');
    },
  );

  test('what is no path is refused', () => {
    for (const input of ['/a\0', '/\ud800', `/${'a'.repeat(4096)}`]) {
      expect(codeOf(() => normalizePath(input))).toBe('invalid_argument');
    }
  });

  test('the longest path is counted in bytes', () => {
    expect(normalizePath(`/${'é'.repeat(2047)}`)).toHaveLength(2048);
    expect(codeOf(() => normalizePath(`/${'é'.repeat(2048)}`))).toBe('invalid_argument');
  });
});

describe('paths', () => {
  test('parent and name make the path again', () => {
    fc.assert(
      fc.property(path, (at) => {
        expect(at === ROOT ? at : childPath(parentOf(at), baseName(at))).toBe(at);
        expect<string>(`/${segmentsOf(at).join('/')}`).toBe(at);
      }),
    );
  });

  test('what is joined lies within, and relative to it is what was joined', () => {
    fc.assert(
      fc.property(path, path, (base, below) => {
        const joined = joinPath(base, below);
        expect(isWithin(joined, base)).toBe(true);
        expect(relativeTo(joined, base)).toBe(below);
      }),
    );
  });

  test('a path lies within another when all segments of that lead to it', () => {
    fc.assert(
      fc.property(path, path, (a, b) => {
        const [segments, prefix] = [segmentsOf(a), segmentsOf(b)];
        expect(isWithin(a, b)).toBe(prefix.every((segment, index) => segments[index] === segment));
      }),
    );
  });

  test('a name that begins alike is no parent (OpenList GHSA-86cx-wwf4-phq4)', () => {
    expect(isWithin(normalizePath('/ab'), normalizePath('/a'))).toBe(false);
    expect(isWithin(normalizePath('/a/b'), normalizePath('/a'))).toBe(true);
  });

  test('the root has no name, is its own parent and holds everything', () => {
    expect(baseName(ROOT)).toBe('');
    expect(parentOf(ROOT)).toBe(ROOT);
    expect(parentOf(normalizePath('/a'))).toBe(ROOT);
    expect(segmentsOf(ROOT)).toEqual([]);
    expect(isWithin(normalizePath('/a'), ROOT)).toBe(true);
  });

  test.each([[''], ['.'], ['..'], ['a/b'], ['a\\b'], ['a\0']])('%p is no name of a child', (bad) => {
    expect(codeOf(() => childPath(ROOT, bad))).toBe('invalid_name');
  });

  test('a child that was made is a path that needs no cleaning', () => {
    fc.assert(
      fc.property(path, name, (dir, child) => {
        const made: TreePath = childPath(dir, child);
        expect(normalizePath(made)).toBe(made);
      }),
    );
  });
});
