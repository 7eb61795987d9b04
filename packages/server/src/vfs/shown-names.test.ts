import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import type { Entry } from '../core/entry.ts';
import { childPath, normalizePath, ROOT } from '../core/path.ts';
import { ShownNames } from './shown-names.ts';
import { file, folder } from './testing/fake-storage.ts';

const shown = (...pages: readonly (readonly Entry[])[]): string[] => {
  const names = new ShownNames();
  return pages.flatMap((page) => names.add(page)).map(({ id, name }) => `${id}=${name}`);
};

describe('entries of one name', () => {
  test('get numbers before their extension', () => {
    const page = ['1', '2', '3'].map((id) => file('film.mkv', { id }));
    expect(shown(page)).toEqual(['1=film.mkv', '2=film (2).mkv', '3=film (3).mkv']);
  });

  test('folders, hidden files and names without a dot get theirs at the end', () => {
    const twice = (make: typeof file, name: string): string | undefined =>
      shown(['1', '2'].map((id) => make(name, { id })))[1];
    expect(twice(folder, 'v1.2')).toBe('2=v1.2 (2)');
    expect(twice(file, '.bashrc')).toBe('2=.bashrc (2)');
    expect(twice(file, 'README')).toBe('2=README (2)');
  });

  test("are told apart by their ids, whatever the upstream's order", () => {
    const one = file('a.txt', { id: '1' });
    const two = file('a.txt', { id: '2' });
    expect(shown([two, one])).toEqual(['2=a (2).txt', '1=a.txt']);
    expect(shown([one, two])).toEqual(['1=a.txt', '2=a (2).txt']);
  });

  test('keep the names they were given when another page comes', () => {
    const pages = [[file('a.txt', { id: '9' })], [file('a.txt', { id: '1' })]];
    expect(shown(...pages)).toEqual(['9=a.txt', '1=a (2).txt']);
  });

  test("don't take a name that is another entry's own", () => {
    const page = [file('a.txt', { id: '1' }), file('a.txt', { id: '2' }), file('a (2).txt', { id: '3' })];
    expect(shown(page)).toEqual(['1=a.txt', '2=a (3).txt', '3=a (2).txt']);
    const pages = [page.slice(0, 2), page.slice(2)];
    expect(shown(...pages)).toEqual(['1=a.txt', '2=a (2).txt', '3=a (2) (2).txt']);
  });

  test('are one entry when their ids are the same, as when the folder changed between two pages', () => {
    const one = file('a', { id: '1' });
    const two = file('a', { id: '2' });
    expect(shown([one, two, two], [two, one])).toEqual(['1=a', '2=a (2)']);
  });
});

describe('names that cannot stand in a path', () => {
  test.each([
    ['a/b', 'a／b'],
    ['..\\x', '..＼x'],
    ['nul\0', 'nul␀'],
    ['.', '．'],
    ['..', '．．'],
    ['', '_'],
    ['\ud800', '\ufffd'],
  ])('%j is shown as %j, and found again by it', (name, wanted) => {
    const names = new ShownNames();
    names.add([file(name, { id: 'x' })]);
    expect(names.get(wanted)?.id).toBe('x');
  });

  test('ordinary names with dots and spaces stay as they are', () => {
    expect(
      shown([file('file..name', { id: '1' }), file(' a ', { id: '2' }), file('...', { id: '3' })]),
    ).toEqual(['1=file..name', '2= a ', '3=...']);
  });
});

test('no file is lost, no two share a name, and every name is a path segment', () => {
  const name = fc.oneof(
    fc.constantFrom('a.txt', 'a (2).txt', 'a (2) (2).txt', 'a/b', 'a／b', '..', '．．', '', '_', '_ (2)'),
    fc.string({ unit: 'binary', maxLength: 5 }),
  );
  const pages = fc.array(fc.array(name, { maxLength: 12 }), { maxLength: 4 });
  fc.assert(
    fc.property(pages, (named) => {
      let made = 0;
      const names = new ShownNames();
      const all = named.flatMap((page) => names.add(page.map((n) => file(n, { id: `${made++}` }))));
      expect(all).toHaveLength(made);
      expect(new Set(all.map((entry) => entry.name)).size).toBe(made);
      for (const entry of all) {
        expect(String(childPath(ROOT, entry.name))).toBe(String(normalizePath(`/${entry.name}`)));
        expect(names.get(entry.name)?.id).toBe(entry.id);
      }
    }),
  );
});
