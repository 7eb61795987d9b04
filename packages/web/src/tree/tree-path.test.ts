import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import {
  asSeenBelow,
  childPath,
  encodePath,
  extensionOf,
  isWithin,
  parentOf,
  pathOfSplat,
  splatOf,
  trailOf,
} from './tree-path.ts';

const segment = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .filter((text) => !/[/\\\0]/.test(text) && text !== '.' && text !== '..');
const path = fc.array(segment, { maxLength: 5 }).map((segments) => `/${segments.join('/')}`);

describe('paths', () => {
  test('any path comes back from the address it was put into', () => {
    fc.assert(
      fc.property(path, (p) => {
        const { pathname } = new URL(`http://host/files${encodePath(p)}`);
        const decoded = pathname.slice('/files/'.length).split('/').map(decodeURIComponent).join('/');
        expect(pathOfSplat(decoded)).toBe(p);
        expect(pathOfSplat(splatOf(p))).toBe(p);
      }),
    );
  });

  test('names that look like escapes, queries or fragments are kept', () => {
    expect(encodePath('/100%/a%41b/#1?.txt')).toBe('/100%25/a%2541b/%231%3F.txt');
  });

  test('a child’s parent is the folder', () => {
    fc.assert(fc.property(path, segment, (dir, name) => parentOf(childPath(dir, name)) === dir));
    expect(parentOf('/')).toBe('/');
  });

  test('the trail leads from the root to the path', () => {
    expect(trailOf('/a/b')).toEqual(['/', '/a', '/a/b']);
    expect(trailOf('/')).toEqual(['/']);
  });

  test('a sibling with a longer name is not within', () => {
    expect(isWithin('/ab', '/a')).toBe(false);
    expect(isWithin('/a/b', '/a')).toBe(true);
    expect(isWithin('/a', '/')).toBe(true);
  });

  test('an extension needs a name before it', () => {
    expect(extensionOf('Film.MKV')).toBe('mkv');
    expect(extensionOf('.profile')).toBe('');
    expect(extensionOf('README')).toBe('');
  });
});

test('paths are told as the person sees them, and what lies outside not at all', () => {
  expect(asSeenBelow('/', '/a/b')).toBe('/a/b');
  expect(asSeenBelow('/a', '/a/b')).toBe('/b');
  expect(asSeenBelow('/a', '/a')).toBe('/');
  expect(asSeenBelow('/a', '/ab')).toBeUndefined();
});
