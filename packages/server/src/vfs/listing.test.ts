import { describe, expect, test } from 'bun:test';
import { settle } from '../../testing/fake-clock.ts';
import type { EntryPage } from '../core/entry.ts';
import { StorageError } from '../core/errors.ts';
import { Listing } from './listing.ts';
import { ctx, failureOf, type FakeDriver, fakeDriver, file, files } from './testing/fake-storage.ts';

const AS_DELIVERED = { orderBy: '', orderDirection: '', extractFolder: '' } as const;

function listingOf(driver: FakeDriver, maxEntries = 100_000): Listing {
  return new Listing({
    fetch: (cursor, ctx) => driver.list({ dir: 'root', ...(cursor === undefined ? {} : { cursor }) }, ctx),
    maxEntries,
    policy: AS_DELIVERED,
  });
}

const TEN_THOUSAND = files(10_000);

describe('a folder of 10 000 entries, 500 to a page', () => {
  test('gives its first entries after one call, whoever asks for how many', async () => {
    const driver = fakeDriver({ root: TEN_THOUSAND });
    const listing = listingOf(driver);
    await listing.upTo(1, ctx());
    await listing.upTo(500, ctx());
    expect(driver.calls).toEqual(['root']);
    expect(listing.loaded).toHaveLength(500);
    expect(listing.complete).toBe(false);
  });

  test('loads nothing beyond what was asked for while nobody asks', async () => {
    const driver = fakeDriver({ root: TEN_THOUSAND });
    await listingOf(driver).upTo(500, ctx());
    await settle();
    expect(driver.calls).toHaveLength(1);
  });

  test('is whole after 20 calls, and never asks again', async () => {
    const driver = fakeDriver({ root: TEN_THOUSAND });
    const listing = listingOf(driver);
    expect(await listing.all(ctx())).toHaveLength(10_000);
    expect(await listing.all(ctx())).toHaveLength(10_000);
    expect(driver.calls).toHaveLength(20);
  });

  test('finds a name on the third page in three calls, and the next one there in none', async () => {
    const driver = fakeDriver({ root: TEN_THOUSAND });
    const listing = listingOf(driver);
    expect((await listing.find('file-1400', ctx()))?.id).toBe('file-1400');
    expect((await listing.find('file-3', ctx()))?.id).toBe('file-3');
    expect(driver.calls).toEqual(['root', 'root@500', 'root@1000']);
  });

  test('fetches each page once for a hundred who look in it at once', async () => {
    const driver = fakeDriver({ root: TEN_THOUSAND });
    const listing = listingOf(driver);
    const wanted = Array.from({ length: 100 }, (_, i) => `file-${i * 100}`);
    const found = await Promise.all(wanted.map((name) => listing.find(name, ctx())));
    expect(found.map((entry) => entry?.name)).toEqual(wanted);
    expect(driver.calls).toHaveLength(20);
    expect(new Set(driver.calls).size).toBe(20);
  });
});

describe('leaving', () => {
  test('of one who waits does not hurt the others', async () => {
    const driver = fakeDriver({ root: files(3) });
    const listing = listingOf(driver);
    const release = driver.hold();
    const first = new AbortController();
    const leaving = listing.all(ctx(first.signal));
    const staying = listing.all(ctx());
    first.abort();
    expect(await failureOf(leaving)).toHaveProperty('name', 'AbortError');
    await settle();
    release();
    expect(await staying).toHaveLength(3);
    expect(driver.calls).toHaveLength(1);
    expect(driver.cancelled).toBe(0);
  });

  test('of all cancels the call, and the next who comes goes on where they were', async () => {
    const driver = fakeDriver({ root: files(4) }, { pageSize: 2 });
    const listing = listingOf(driver);
    await listing.upTo(1, ctx());
    const release = driver.hold();
    const gone = [new AbortController(), new AbortController()];
    const leaving = gone.map(({ signal }) => listing.all(ctx(signal)));
    for (const one of gone) one.abort();
    expect((await Promise.allSettled(leaving)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await settle();
    expect(driver.cancelled).toBe(1);
    release();
    expect(await listing.all(ctx())).toHaveLength(4);
    expect(driver.calls).toEqual(['root', 'root@2', 'root@2']);
  });

  test('who has left before asking causes no call', async () => {
    const driver = fakeDriver({ root: files(1) });
    expect(await failureOf(listingOf(driver).all(ctx(AbortSignal.abort())))).toHaveProperty(
      'name',
      'AbortError',
    );
    expect(driver.calls).toEqual([]);
  });

  test('a page that comes although all have left is not taken in beside its second copy', async () => {
    const answers: ((page: EntryPage) => void)[] = [];
    const listing = new Listing({
      fetch: () => new Promise((resolve) => answers.push(resolve)), // deaf to its signal
      maxEntries: 10,
      policy: AS_DELIVERED,
    });
    const gone = new AbortController();
    const left = listing.all(ctx(gone.signal));
    gone.abort();
    expect(await failureOf(left)).toHaveProperty('name', 'AbortError');
    const second = listing.all(ctx());
    answers[0]?.({ entries: [file('old')] });
    await settle();
    answers[1]?.({ entries: [file('new')] });
    expect((await second).map(({ name }) => name)).toEqual(['new']);
  });
});

describe('what goes wrong', () => {
  test('a failed page fails for everyone who waits for it', async () => {
    const driver = fakeDriver({ root: files(1) });
    driver.failures.push(new StorageError('unavailable', 'the cloud is gone'));
    const listing = listingOf(driver);
    const outcomes = await Promise.allSettled([listing.all(ctx()), listing.find('file-0', ctx())]);
    expect(outcomes.map((o) => o.status === 'rejected' && String(o.reason))).toEqual([
      'StorageError: the cloud is gone',
      'StorageError: the cloud is gone',
    ]);
    expect(driver.calls).toHaveLength(1);
  });

  test('a call that is broken off while someone waits is a failure of the storage', async () => {
    const driver = fakeDriver({ root: files(1) });
    const broken = new Error('socket');
    broken.name = 'AbortError';
    driver.failures.push(broken);
    expect(await failureOf(listingOf(driver).all(ctx()))).toMatchObject({
      code: 'unavailable',
      cause: broken,
    });
  });

  test('a cursor that comes again ends in an error, not in a loop', async () => {
    const pages: EntryPage[] = [
      { entries: [], next: 'a' },
      { entries: [], next: 'b' },
      { entries: [], next: 'a' },
    ];
    const fetch = async (): Promise<EntryPage> => pages.shift() ?? { entries: [], next: 'a' };
    const listing = new Listing({ fetch, maxEntries: 10, policy: AS_DELIVERED });
    expect(await failureOf(listing.all(ctx()))).toMatchObject({ code: 'protocol' });
  });

  test('empty pages with ever new cursors come to an end', async () => {
    let made = 0;
    const fetch = async (): Promise<EntryPage> => ({ entries: [], next: `${made++}` });
    const listing = new Listing({ fetch, maxEntries: 10, policy: AS_DELIVERED });
    expect(await failureOf(listing.all(ctx()))).toMatchObject({ code: 'unsupported' });
    expect(made).toBe(11);
  });

  test('a folder above the limit is refused by name of the limit', async () => {
    const listing = listingOf(fakeDriver({ root: files(11) }), 10);
    expect(await failureOf(listing.all(ctx()))).toMatchObject({
      message: 'the folder holds more than 10 entries',
    });
  });
});

test('the sorted order is made once', async () => {
  const listing = listingOf(fakeDriver({ root: files(12) }));
  expect(await listing.inOrder(ctx())).toBe(await listing.inOrder(ctx()));
});

describe('a cursor that the storage has forgotten', () => {
  const forgotten = new StorageError('invalid_argument', 'this is no cursor of this storage');

  test('begins the folder anew, as it is by then', async () => {
    const driver = fakeDriver({ root: files(1200) });
    const listing = listingOf(driver);
    await listing.upTo(1, ctx());
    driver.folders.set('root', [...files(600).slice(1), file('new')]);
    driver.failures.push(forgotten);
    expect((await listing.all(ctx())).map(({ id }) => id)).toEqual([
      ...files(600)
        .slice(1)
        .map(({ id }) => id),
      'new',
    ]);
    expect(listing.peek('file-0')).toBeUndefined();
    expect(driver.calls).toEqual(['root', 'root@500', 'root', 'root@500']);
  });

  test('is an error when the storage refuses every one', async () => {
    const driver = fakeDriver({ root: files(1200) });
    const listing = new Listing({
      fetch: async (cursor, ctx) => {
        if (cursor !== undefined) throw forgotten;
        return driver.list({ dir: 'root' }, ctx);
      },
      maxEntries: 100_000,
      policy: AS_DELIVERED,
    });
    expect(await failureOf(listing.all(ctx()))).toHaveProperty('code', 'invalid_argument');
    expect(driver.calls).toHaveLength(4);
  });

  test('is not taken for one when the first page is refused', async () => {
    const driver = fakeDriver({ root: files(3) });
    driver.failures.push(forgotten);
    expect(await failureOf(listingOf(driver).all(ctx()))).toBe(forgotten);
    expect(driver.calls).toEqual(['root']);
  });
});
