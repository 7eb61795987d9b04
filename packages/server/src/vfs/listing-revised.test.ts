import { describe, expect, test } from 'bun:test';
import type { EntryPage } from '../core/entry.ts';
import { Listing } from './listing.ts';
import { ctx, file, files, folder } from './testing/fake-storage.ts';

/** A listing of these pages, with the first `loaded` of them taken in. */
async function listingOf(pages: readonly EntryPage['entries'][], loaded = pages.length): Promise<Listing> {
  const listing = new Listing({
    fetch: async (cursor) => {
      const at = Number(cursor ?? 0);
      const entries = pages[at] ?? [];
      return at + 1 < pages.length ? { entries, next: String(at + 1) } : { entries };
    },
    maxEntries: 100_000,
    policy: { orderBy: '', orderDirection: '', extractFolder: '' },
  });
  let taken = 0;
  await listing.until(() => ++taken > loaded, ctx());
  return listing;
}

const names = (listing: Listing | undefined): string[] | undefined => listing?.loaded.map(({ name }) => name);

describe('a listing after a change of ours', () => {
  test.each([
    ['without what has gone', { gone: ['b'] }, ['a', 'c']],
    ['with what has come, at the end', { come: [folder('d')] }, ['a', 'b', 'c', 'd']],
    ['with a new name at the old place', { gone: ['b'], come: [file('z', { id: 'b' })] }, ['a', 'z', 'c']],
    ['with a new name under a new id', { gone: ['b'], come: [file('z')] }, ['a', 'z', 'c']],
    ['as it is, when what has gone was not in it', { gone: ['x'] }, ['a', 'b', 'c']],
    ['with what has come once, when it was in it already', { come: [file('c')] }, ['a', 'b', 'c']],
    [
      'with the new name once, when it was in it already',
      { gone: ['x'], come: [file('c', { size: 9 })] },
      ['a', 'b', 'c'],
    ],
  ])('%s', async (_, revision, expected) => {
    const listing = await listingOf([[file('a'), file('b')], [file('c')]]);
    const revised = listing.revised(revision);
    expect(names(revised)).toEqual(expected);
    expect(revised?.complete).toBe(true);
    for (const name of expected) expect(revised?.peek(name)?.name).toBe(name);
    expect(names(listing)).toEqual(['a', 'b', 'c']); // whoever holds the old one keeps it
  });

  test('is not known while pages are missing', async () => {
    const listing = await listingOf([[file('a')], [file('b')]], 1);
    expect(listing.complete).toBe(false);
    expect(listing.revised({ gone: ['a'] })).toBeUndefined();
  });

  test('is not known where names are shown otherwise than they are spelt: numbers would change hands', async () => {
    const twice = await listingOf([[file('a'), file('a', { id: 'a2' })]]);
    expect(names(twice)).toEqual(['a', 'a (2)']);
    expect(twice.revised({ gone: ['a'] })).toBeUndefined();
    const slash = await listingOf([[file('a/b')]]);
    expect(slash.revised({ come: [file('c')] })).toBeUndefined();
  });

  test('is not known when the new name is there already', async () => {
    const listing = await listingOf([[file('a'), file('b')]]);
    expect(listing.revised({ come: [file('a', { id: 'other' })] })).toBeUndefined();
  });

  test('takes a folder of 100 000 entries', async () => {
    const listing = await listingOf([files(100_000 - 1)]);
    expect(listing.revised({ come: [file('new')] })?.loaded).toHaveLength(100_000);
  });
});
