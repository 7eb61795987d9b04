import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import type { Entry } from '../core/entry.ts';
import type { SortPolicy } from '../core/storage-record.ts';
import { isSorted, sorted } from './sorting.ts';
import { file, folder } from './testing/fake-storage.ts';

const AS_DELIVERED: SortPolicy = { orderBy: '', orderDirection: '', extractFolder: '' };
const names = (entries: readonly Entry[], policy: Partial<SortPolicy>): string[] =>
  sorted(entries, { ...AS_DELIVERED, ...policy }).map(({ name }) => name);

test('only a policy that asks for something sorts', () => {
  expect(isSorted(AS_DELIVERED)).toBe(false);
  expect(isSorted({ ...AS_DELIVERED, orderDirection: 'desc' })).toBe(false);
  expect(isSorted({ ...AS_DELIVERED, orderBy: 'size' })).toBe(true);
  expect(isSorted({ ...AS_DELIVERED, extractFolder: 'back' })).toBe(true);
});

describe('order by name', () => {
  test('counts: episode 2 comes before episode 10', () => {
    const entries = ['E10', 'E2', 'e1'].map((name) => file(name));
    expect(names(entries, { orderBy: 'name' })).toEqual(['e1', 'E2', 'E10']);
    expect(names(entries, { orderBy: 'name', orderDirection: 'desc' })).toEqual(['E10', 'E2', 'e1']);
  });
});

describe('order by size and time', () => {
  test('equal ones go by name, in both directions', () => {
    const entries = [file('b', { size: 5 }), file('c', { size: 9 }), file('a', { size: 5 })];
    expect(names(entries, { orderBy: 'size' })).toEqual(['a', 'b', 'c']);
    expect(names(entries, { orderBy: 'size', orderDirection: 'desc' })).toEqual(['c', 'a', 'b']);
  });

  test('what has no time is the oldest', () => {
    const entries = [file('new', { modified: 2 }), file('unknown'), file('old', { modified: 1 })];
    expect(names(entries, { orderBy: 'modified' })).toEqual(['unknown', 'old', 'new']);
  });
});

describe('folders', () => {
  const entries = [file('b'), folder('d'), file('a'), folder('c')];

  test('go to the front or the back, and keep the delivered order otherwise', () => {
    expect(names(entries, { extractFolder: 'front' })).toEqual(['d', 'c', 'b', 'a']);
    expect(names(entries, { extractFolder: 'back' })).toEqual(['b', 'a', 'd', 'c']);
  });

  test('stay at their end when the direction is turned', () => {
    const policy = { orderBy: 'name', orderDirection: 'desc', extractFolder: 'front' } as const;
    expect(names(entries, policy)).toEqual(['d', 'c', 'b', 'a']);
  });
});

test('every order is total: however the entries come, they leave in the same order', () => {
  const entry = fc.record({
    name: fc.oneof(fc.constantFrom('1', '01', '001', 'a', 'A', 'é', 'e\u0301', '_', ''), fc.string()),
    kind: fc.constantFrom('file' as const, 'folder' as const),
    size: fc.integer({ min: 0, max: 2 }),
    modified: fc.integer({ min: 0, max: 2 }),
  });
  const policy = fc.record({
    orderBy: fc.constantFrom('name' as const, 'size' as const, 'modified' as const),
    orderDirection: fc.constantFrom('asc' as const, 'desc' as const),
    extractFolder: fc.constantFrom('' as const, 'front' as const, 'back' as const),
  });
  const shuffled = fc
    .uniqueArray(entry, { selector: ({ name }) => name, maxLength: 20 })
    .map((entries) => entries.map((e): Entry => ({ ...e, id: e.name })))
    .chain((entries) =>
      fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length })),
    );
  fc.assert(
    fc.property(shuffled, policy, ([one, other], order) => {
      expect(sorted(other, order)).toEqual(sorted(one, order));
    }),
    { numRuns: 500 },
  );
});
