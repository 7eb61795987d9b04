import { describe, expect, test } from 'bun:test';
import { fakeClock } from '../../testing/fake-clock.ts';
import type { Call, OpName, OpTable } from '../core/driver.ts';
import { isAbort, StorageError } from '../core/errors.ts';
import type { Link } from '../core/link.ts';
import { cache, type CacheOptions } from './cache.ts';
import { createCacheStore } from './cache-store.ts';
import { ctxOf, errorOf, fileEntry, pageOf, upstream } from './testing/calls.ts';

const HOUR = 3_600_000;

function caching(options: Partial<CacheOptions> = {}) {
  const clock = fakeClock(0);
  const memory = cache({ clock, listTtlMs: 60_000, ...options });
  /** A layered call that counts how often it reaches upstream. */
  const counted = <K extends OpName>(op: K, answer: (args: OpTable[K]['args']) => OpTable[K]['result']) => {
    let reached = 0;
    const call: Call<K> = memory.layer(op, async (args) => {
      reached++;
      return answer(args);
    });
    return { call: (args: OpTable[K]['args']) => call(args, ctxOf()), reached: () => reached };
  };
  return { clock, memory, counted };
}

const linkOf = (expiresAt?: number): Link => ({
  url: 'https://cdn.test/f',
  headers: {},
  boundTo: 'egress',
  variant: 'original',
  ...(expiresAt === undefined ? {} : { expiresAt }),
});

describe('cache', () => {
  test('each page of a folder is asked for once while it is fresh', async () => {
    const { clock, counted } = caching();
    const list = counted('list', ({ cursor }) =>
      cursor === undefined ? { ...pageOf('a'), next: '1' } : pageOf('b'),
    );
    for (let round = 0; round < 3; round++) {
      expect(await list.call({ dir: 'd' })).toEqual({ ...pageOf('a'), next: '1' });
      expect(await list.call({ dir: 'd', cursor: '1' })).toEqual(pageOf('b'));
    }
    expect(list.reached()).toBe(2);
    await clock.advance(59_999);
    await list.call({ dir: 'd' });
    expect(list.reached()).toBe(2);
    await clock.advance(1);
    await list.call({ dir: 'd' });
    expect(list.reached()).toBe(3);
  });

  test('a time of 0 keeps nothing', async () => {
    const { counted } = caching({ listTtlMs: 0 });
    const list = counted('list', () => pageOf('a'));
    const stat = counted('stat', () => fileEntry('a'));
    for (let round = 0; round < 2; round++)
      await Promise.all([list.call({ dir: 'd' }), stat.call({ id: 'a' })]);
    expect([list.reached(), stat.reached()]).toEqual([2, 2]);
  });

  test('entries and free space have times of their own', async () => {
    const { clock, counted } = caching({ listTtlMs: HOUR });
    const stat = counted('stat', () => fileEntry('a'));
    const quota = counted('quota', () => ({ used: 1 }));
    const both = (): Promise<unknown> => Promise.all([stat.call({ id: 'a' }), quota.call({})]);
    await both();
    await clock.advance(29_999);
    await both();
    expect([stat.reached(), quota.reached()]).toEqual([1, 1]);
    await clock.advance(1);
    await both();
    expect([stat.reached(), quota.reached()]).toEqual([2, 1]);
    await clock.advance(30_000);
    await both();
    expect([stat.reached(), quota.reached()]).toEqual([3, 2]);
  });

  test('failures are not kept', async () => {
    const { counted } = caching();
    let fails = true;
    const list = counted('list', () => {
      if (fails) throw new StorageError('unavailable', 'down');
      return pageOf('a');
    });
    await errorOf(list.call({ dir: 'd' }));
    fails = false;
    expect(await list.call({ dir: 'd' })).toEqual(pageOf('a'));
  });

  test('who has left gets an AbortError, not an answer from memory', async () => {
    const { memory } = caching();
    const list = memory.layer('list', async () => pageOf('a'));
    await list({ dir: 'd' }, ctxOf());
    expect(isAbort(await errorOf(list({ dir: 'd' }, ctxOf(AbortSignal.abort()))))).toBe(true);
  });

  test('streams are passed on', async () => {
    const { counted } = caching();
    const read = counted('read', () => new ReadableStream());
    const args = { id: 'f', start: 0, end: 1 };
    expect(await read.call(args)).not.toBe(await read.call(args));
  });

  test('times that make no sense are refused when the layer is made', () => {
    expect(() => cache({ clock: fakeClock(), listTtlMs: -1 })).toThrow('negative');
    expect(() => cache({ clock: fakeClock(), listTtlMs: Number.NaN })).toThrow('negative');
  });
});

describe('links in the cache', () => {
  test('a thousand ranges of one file need one link', async () => {
    const { clock, counted } = caching();
    const link = counted('link', () => linkOf(24 * HOUR));
    for (let range = 0; range < 1000; range++) {
      await link.call({ id: 'f', purpose: 'play' });
      await clock.advance(1000);
    }
    expect(link.reached()).toBe(1);
  });

  test('file and purpose make a link', async () => {
    const { counted } = caching();
    const link = counted('link', () => linkOf(HOUR));
    await link.call({ id: 'f', purpose: 'play' });
    await link.call({ id: 'f', purpose: 'download' });
    await link.call({ id: 'g', purpose: 'play' });
    expect(link.reached()).toBe(3);
  });

  test.each([
    ['five minutes before the end of a long life', 24 * HOUR, 24 * HOUR - 300_000],
    ['a tenth of its life before the end of a short one', 60_000, 54_000],
  ])('a link is used no more %s', async (_, life, lastUse) => {
    const { clock, counted } = caching();
    const ends = [life, life, 3 * life, 4 * life];
    const link = counted('link', () => linkOf(ends.shift()));
    const expiry = async (id: string) => (await link.call({ id, purpose: 'play' })).expiresAt;
    expect([await expiry('f'), await expiry('g')]).toEqual([life, life]);
    await clock.advance(lastUse - 1);
    expect(await expiry('f')).toBe(life);
    await clock.advance(1);
    expect(await expiry('g')).toBe(4 * life);
  });

  test('a link that is asked for towards its end is renewed meanwhile, once, and nobody waits', async () => {
    const { clock, counted } = caching();
    let made = 0;
    const link = counted('link', () => ({
      ...linkOf((made + 1) * 24 * HOUR),
      url: `https://cdn.test/${++made}`,
    }));
    const url = async () => (await link.call({ id: 'f', purpose: 'play' })).url;
    const waits: string[] = [];
    for (let minute = 0; minute < 72 * 60; minute += 1) {
      const before = link.reached();
      const given = url();
      if (minute > 0 && link.reached() > before) waits.push(await given); // served at once, while the next is fetched
      await given;
      await clock.advance(60_000);
    }
    expect(waits).toEqual(['https://cdn.test/1', 'https://cdn.test/2', 'https://cdn.test/3']);
    expect(link.reached()).toBe(4);
  });

  test('renewing that fails is tried again in a minute, and the link serves as long as it lasts', async () => {
    const { clock, memory } = caching();
    let reached = 0;
    const call = memory.layer('link', async () => {
      reached += 1;
      if (reached > 1) throw new StorageError('unavailable', 'down');
      return linkOf(24 * HOUR);
    });
    const ask = () => call({ id: 'f', purpose: 'play' }, ctxOf());
    await ask();
    await clock.advance(24 * HOUR - 20 * 60_000);
    for (let i = 0; i < 50; i += 1) expect((await ask()).expiresAt).toBe(24 * HOUR);
    expect(reached).toBe(2);
    await clock.advance(60_000);
    await ask();
    expect(reached).toBe(3);
    await clock.advance(20 * 60_000);
    expect(await errorOf(ask())).toMatchObject({ code: 'unavailable' });
  });

  test('a link that is forgotten while it is renewed does not come back', async () => {
    const { clock, memory } = caching();
    const renewal = Promise.withResolvers<Link>();
    const answers = [Promise.resolve(linkOf(HOUR)), renewal.promise, Promise.resolve(linkOf(9 * HOUR))];
    const call = memory.layer('link', async () => answers.shift() ?? linkOf());
    const ask = () => call({ id: 'f', purpose: 'play' }, ctxOf());
    await ask();
    await clock.advance(50 * 60_000);
    await ask();
    memory.forgetLinks('f');
    renewal.resolve(linkOf(5 * HOUR));
    await renewal.promise;
    expect((await ask()).expiresAt).toBe(9 * HOUR);
  });

  test('a link that has expired is not kept; one that says nothing is kept for ten minutes', async () => {
    const { clock, counted } = caching();
    await clock.advance(1000);
    const expired = counted('link', () => linkOf(500));
    await expired.call({ id: 'f', purpose: 'play' });
    await expired.call({ id: 'f', purpose: 'play' });
    expect(expired.reached()).toBe(2);
    const silent = counted('link', () => linkOf());
    await silent.call({ id: 'g', purpose: 'play' });
    await clock.advance(479_999);
    await silent.call({ id: 'g', purpose: 'play' });
    expect(silent.reached()).toBe(1);
    await clock.advance(120_001);
    await silent.call({ id: 'g', purpose: 'play' });
    expect(silent.reached()).toBe(2);
  });

  test('forgotten links are asked for again, those of other files are not', async () => {
    const { memory, counted } = caching();
    const link = counted('link', () => linkOf(HOUR));
    await link.call({ id: 'f', purpose: 'play' });
    await link.call({ id: 'g', purpose: 'play' });
    memory.forgetLinks('f');
    await link.call({ id: 'f', purpose: 'play' });
    await link.call({ id: 'g', purpose: 'play' });
    expect(link.reached()).toBe(3);
  });
});

describe('what makes the cache forget', () => {
  test('invalidate drops all pages of a folder and the entries in them, nothing else', async () => {
    const { memory, counted } = caching();
    const list = counted('list', ({ dir, cursor }) =>
      cursor === undefined ? { ...pageOf(`${dir}1`), next: 'c' } : pageOf(`${dir}2`),
    );
    const stat = counted('stat', ({ id }) => fileEntry(id));
    const link = counted('link', () => linkOf(HOUR));
    const all = async (): Promise<void> => {
      for (const dir of ['d', 'e']) {
        await list.call({ dir });
        await list.call({ dir, cursor: 'c' });
        await stat.call({ id: `${dir}2` });
      }
      await link.call({ id: 'd1', purpose: 'play' });
    };
    await all();
    memory.invalidate('d');
    await all();
    expect([list.reached(), stat.reached(), link.reached()]).toEqual([6, 3, 1]);
  });

  test('an answer that was under way is not kept, because it may be from before', async () => {
    const { memory } = caching();
    const { call, calls } = upstream<ReturnType<typeof pageOf>>();
    const list = memory.layer('list', call);
    const before = list({ dir: 'd' }, ctxOf());
    memory.invalidate('d');
    calls[0]?.answer.resolve(pageOf('old'));
    expect(await before).toEqual(pageOf('old'));
    const after = list({ dir: 'd' }, ctxOf());
    calls[1]?.answer.resolve(pageOf('new'));
    expect(await after).toEqual(pageOf('new'));
  });

  test('a new entry shows in its folder, even when making it seemed to fail', async () => {
    const { memory, counted } = caching();
    const list = counted('list', () => pageOf('a'));
    const mkdir = memory.layer('mkdir', () => Promise.reject(new StorageError('timeout', 'late')));
    await list.call({ dir: 'd' });
    await list.call({ dir: 'e' });
    await errorOf(mkdir({ dir: 'd', name: 'x' }, ctxOf()));
    await list.call({ dir: 'd' });
    await list.call({ dir: 'e' });
    expect(list.reached()).toBe(3);
  });

  test('what is moved leaves its old folder, shows in the new one, and its own tree is looked at again', async () => {
    const { memory, counted } = caching();
    const content: Record<string, string[]> = {
      from: ['x', 'y'],
      x: ['x1'],
      x1: ['x2'],
      to: ['z'],
      else: ['w'],
    };
    const list = counted('list', ({ dir }) => pageOf(...(content[dir] ?? [])));
    const link = counted('link', () => linkOf(HOUR));
    const all = async (): Promise<void> => {
      for (const dir of Object.keys(content)) await list.call({ dir });
      for (const id of ['x2', 'w']) await link.call({ id, purpose: 'play' });
    };
    await all();
    await memory.layer('move', async () => [fileEntry('x')])({ ids: ['x'], to: 'to' }, ctxOf());
    await all();
    expect(list.reached()).toBe(5 + 4); // all but 'else'
    expect(link.reached()).toBe(2 + 1); // all but 'w'
  });

  test('a write makes free space be asked for again', async () => {
    const { memory, counted } = caching();
    const quota = counted('quota', () => ({ used: 1 }));
    await quota.call({});
    await memory.layer('remove', async () => {})({ ids: ['x'], mode: 'trash' }, ctxOf());
    await quota.call({});
    expect(quota.reached()).toBe(2);
  });

  test('clear drops everything of one cache and nothing of another in the same store', async () => {
    const store = createCacheStore();
    const [one, two] = [caching({ store }), caching({ store })];
    const lists = [one, two].map(({ counted }) => counted('list', () => pageOf('a')));
    for (const list of lists) await list.call({ dir: 'd' });
    one.memory.clear();
    expect(store.size()).toBe(1);
    for (const list of lists) await list.call({ dir: 'd' });
    expect(lists.map((list) => list.reached())).toEqual([2, 1]);
  });
});

describe('the store of caches', () => {
  test('it holds no more entries than it is made for, and keeps what was used last', async () => {
    const { counted } = caching({ store: createCacheStore(10) });
    const list = counted('list', ({ dir }) => pageOf(`${dir}1`, `${dir}2`));
    for (const dir of ['a', 'b', 'c', 'a', 'd']) await list.call({ dir });
    expect(list.reached()).toBe(4);
    await list.call({ dir: 'a' });
    expect(list.reached()).toBe(4);
    await list.call({ dir: 'b' });
    expect(list.reached()).toBe(5);
  });

  test('a page that is too big for it is served all the same', async () => {
    const { counted } = caching({ store: createCacheStore(2) });
    const list = counted('list', () => pageOf('a', 'b', 'c'));
    expect((await list.call({ dir: 'd' })).entries).toHaveLength(3);
    expect((await list.call({ dir: 'd' })).entries).toHaveLength(3);
    expect(list.reached()).toBe(2);
  });

  test('a size that makes no sense is refused', () => {
    expect(() => createCacheStore(0)).toThrow();
    expect(() => createCacheStore(1.5)).toThrow();
  });
});
