import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { entryOf, folderOf } from './entry-fixture.ts';
import { compareEntries, createPageSorter, nameCollator, type Sort } from './sorting.ts';

const NAME: Sort = { key: 'name', direction: 'asc' };

function sorted(entries: ReturnType<typeof entryOf>[], sort: Sort): string[] {
  return [...entries].sort(compareEntries(sort, nameCollator('en'))).map((entry) => entry.name);
}

describe('the order of a folder', () => {
  const at = (day: number) => `2026-01-0${day}T00:00:00Z`;

  test('numbers in names count as numbers, and case does not matter', () => {
    const names = ['Episode 10', 'episode 2', 'Episode 1', 'élan', 'Elf', 'eel'];
    expect(
      sorted(
        names.map((name) => entryOf(name)),
        NAME,
      ),
    ).toEqual(['eel', 'élan', 'Elf', 'Episode 1', 'episode 2', 'Episode 10']);
  });

  test('folders come first in both directions', () => {
    const entries = [entryOf('a'), folderOf('z'), entryOf('b'), folderOf('y')];
    expect(sorted(entries, NAME)).toEqual(['y', 'z', 'a', 'b']);
    expect(sorted(entries, { key: 'name', direction: 'desc' })).toEqual(['z', 'y', 'b', 'a']);
    expect(sorted(entries, { key: 'size', direction: 'desc' })).toEqual(['y', 'z', 'a', 'b']);
  });

  test('equal sizes are ordered by name in both directions', () => {
    const entries = [entryOf('b', { size: 5 }), entryOf('c', { size: 9 }), entryOf('a', { size: 5 })];
    expect(sorted(entries, { key: 'size', direction: 'asc' })).toEqual(['a', 'b', 'c']);
    expect(sorted(entries, { key: 'size', direction: 'desc' })).toEqual(['c', 'a', 'b']);
  });

  test('entries without a time come last in both directions', () => {
    const entries = [
      entryOf('none'),
      entryOf('old', { modified: at(1) }),
      entryOf('new', { modified: at(2) }),
    ];
    expect(sorted(entries, { key: 'modified', direction: 'asc' })).toEqual(['old', 'new', 'none']);
    expect(sorted(entries, { key: 'modified', direction: 'desc' })).toEqual(['new', 'old', 'none']);
  });

  test('names that differ by case alone still have one order', () => {
    expect(sorted([entryOf('a'), entryOf('A')], NAME)).toEqual(sorted([entryOf('A'), entryOf('a')], NAME));
  });
});

describe('the page sorter', () => {
  const entry = fc
    .record({ name: fc.string(), size: fc.nat(9) })
    .map(({ name, size }) => entryOf(name, { size }));
  const sort = fc.record({
    key: fc.constantFrom('name' as const, 'size' as const),
    direction: fc.constantFrom('asc' as const, 'desc' as const),
  });

  test('pages that come one by one end in the same order as all at once', () => {
    fc.assert(
      fc.property(fc.array(fc.array(entry, { maxLength: 8 }), { maxLength: 6 }), sort, (pages, sort) => {
        const sorter = createPageSorter('en');
        for (let count = 0; count < pages.length; count += 1) sorter(pages.slice(0, count), sort);
        const names = sorter(pages, sort).map((e) => e.name);
        const whole = pages.flat().sort(compareEntries(sort, nameCollator('en')));
        expect(names).toEqual(whole.map((e) => e.name));
      }),
    );
  });

  test('another order, or pages that were replaced, start anew', () => {
    const sorter = createPageSorter('en');
    const page = [entryOf('b', { size: 1 }), entryOf('a', { size: 2 })];
    expect(sorter([page], NAME).map((e) => e.name)).toEqual(['a', 'b']);
    expect(sorter([page], { key: 'size', direction: 'asc' }).map((e) => e.name)).toEqual(['b', 'a']);
    expect(sorter([[entryOf('c')]], NAME).map((e) => e.name)).toEqual(['c']);
  });

  test('the same pages give the same array, so that nothing is drawn again', () => {
    const sorter = createPageSorter('en');
    const pages = [[entryOf('a')]];
    expect(sorter(pages, NAME)).toBe(sorter([...pages], NAME));
  });
});
