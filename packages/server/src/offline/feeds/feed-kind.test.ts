import { afterEach, describe, expect, test } from 'bun:test';
import { Readable } from 'node:stream';
import { createPublicClient } from '../../accounts/public-client.ts';
import { StorageError } from '../../core/errors.ts';
import type { HttpClient, HttpRequest } from '../../core/http-client.ts';
import { MEI, quiet, type TaskWorld, taskWorld } from '../../tasks/testing/task-world.ts';
import { type FakeClock, fakeClock } from '../../../testing/fake-clock.ts';
import { feedKind } from './feed-kind.ts';

const MINUTE = 60_000;
const URL_WITH_KEY = 'https://feed.example/rss?passkey=secret';
const FEED = { name: 'Films', url: URL_WITH_KEY, path: '/cloud/Inbox', tool: 'Cloud', from_now: false };

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server of a feed, and whoever begins downloads. Both outlive gateways. */
class Place {
  items: { title: string; id?: string; link: string; size?: number }[] = [];
  answers: Answer[] = [];
  readonly asked: HttpRequest[] = [];
  readonly begun: string[] = [];
  refuse: StorageError | undefined;

  readonly client: HttpClient = {
    request: async (request) => {
      this.asked.push(request);
      const { status, headers = {} } = this.answers.shift() ?? { status: 200 };
      return { status, headers, body: Readable.from(status === 200 ? [Buffer.from(this.#text())] : []) };
    },
  };

  /** The newest first, as feeds have it. */
  #text(): string {
    const items = this.items
      .toReversed()
      .map(
        ({ title, id = '', link, size = 0 }) =>
          `<item><title>${title}</title><guid>${id}</guid><enclosure url="${link}" length="${size}"/></item>`,
      );
    return `<rss><channel>${items.join('')}</channel></rss>`;
  }

  kind(clock: FakeClock | { now(): number; sleep(ms: number, signal: AbortSignal): Promise<void> }) {
    const add = async (_: unknown, { urls }: { readonly urls: readonly string[] }): Promise<void> => {
      if (this.refuse !== undefined) throw this.refuse;
      this.begun.push(...urls);
    };
    return feedKind({ client: this.client, clock, add });
  }
}

const worlds: TaskWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

async function watching(place: Place, feed: object = {}): Promise<{ world: TaskWorld; id: string }> {
  let clock: FakeClock = fakeClock();
  const late = {
    now: () => clock.now(),
    sleep: (ms: number, signal: AbortSignal) => clock.sleep(ms, signal),
  };
  const world = await taskWorld([place.kind(late)]);
  clock = world.clock;
  worlds.push(world);
  world.worker.start();
  const { task } = await world.tasks
    .of(MEI)
    .enqueue('feed', { ...FEED, ...feed }, { name: 'feed Films to (/x)' });
  await quiet();
  return { world, id: task.id };
}

async function pass({ clock }: TaskWorld, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    await clock.advance(MINUTE);
    await quiet();
  }
}

describe('a feed that is watched', () => {
  test('has what is new downloaded, the oldest first, and nothing twice', async () => {
    const place = new Place();
    place.items = [
      { title: 'one', link: 'https://h.example/1' },
      { title: 'two', link: 'https://h.example/2' },
    ];
    const { world, id } = await watching(place);
    expect(place.begun).toEqual(['https://h.example/1', 'https://h.example/2']);
    place.items.push({ title: 'three', link: 'https://h.example/3' });
    await pass(world, 29);
    expect(place.begun.length).toBe(2);
    await pass(world, 2);
    expect(place.begun.slice(2)).toEqual(['https://h.example/3']);
    expect(await world.tasks.of(MEI).get(id)).toMatchObject({
      state: 'waiting',
      status: '3 downloads so far',
    });
  });

  test('knows an item again by its id or by its link', async () => {
    const place = new Place();
    place.items = [{ title: 'one', id: 'a', link: 'https://h.example/1?token=1' }];
    const { world } = await watching(place);
    place.items = [
      { title: 'one, with another token', id: 'a', link: 'https://h.example/1?token=2' },
      { title: 'one, under another id', id: 'b', link: 'https://h.example/1?token=1' },
    ];
    await pass(world, 31);
    expect(place.asked.length).toBe(2);
    expect(place.begun.length).toBe(1);
  });

  test('passes over what it holds at first, unless that is wanted', async () => {
    const place = new Place();
    place.items = [{ title: 'old', link: 'https://h.example/old' }];
    const { world } = await watching(place, { from_now: true });
    expect(place.begun).toEqual([]);
    place.items.push({ title: 'new', link: 'https://h.example/new' });
    await pass(world, 31);
    expect(place.begun).toEqual(['https://h.example/new']);
  });

  test('takes titles and sizes that are wanted, and sizes that nobody tells', async () => {
    const place = new Place();
    place.items = [
      { title: 'Film 1080p', link: 'https://h.example/good', size: 500 },
      { title: 'film 1080P unknown size', link: 'https://h.example/unknown' },
      { title: 'Film 720p', link: 'https://h.example/720', size: 500 },
      { title: 'Film 1080p CAM', link: 'https://h.example/cam', size: 500 },
      { title: 'Film 1080p', link: 'https://h.example/small', size: 5 },
      { title: 'Film 1080p', link: 'https://h.example/large', size: 5000 },
    ];
    await watching(place, { include: '1080p', exclude: '\\bcam\\b', smallest: 100, largest: 1000 });
    expect(place.begun).toEqual(['https://h.example/good', 'https://h.example/unknown']);
  });

  test('asks the server only for what has changed', async () => {
    const place = new Place();
    place.answers = [
      { status: 200, headers: { etag: '"1"', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' } },
      { status: 304 },
    ];
    const { world } = await watching(place);
    await pass(world, 31);
    expect(place.asked[1]?.headers).toMatchObject({
      'If-None-Match': '"1"',
      'If-Modified-Since': 'Thu, 01 Jan 2026 00:00:00 GMT',
    });
  });

  test('stays away for as long as the server asks', async () => {
    const place = new Place();
    place.answers = [{ status: 429, headers: { 'retry-after': '7200' } }];
    const { world, id } = await watching(place);
    expect(await world.tasks.of(MEI).get(id)).toMatchObject({ state: 'retrying' });
    await pass(world, 119);
    expect(place.asked.length).toBe(1);
    await pass(world, 2);
    expect(place.asked.length).toBe(2);
  });

  test('goes on after a restart where it was', async () => {
    const place = new Place();
    place.items = [{ title: 'one', link: 'https://h.example/1' }];
    const { world } = await watching(place);
    await world.worker.stop();
    place.items.push({ title: 'two', link: 'https://h.example/2' });
    const next = world.again([place.kind(world.clock)]);
    next.worker.start();
    await pass(world, 40);
    expect(place.begun).toEqual(['https://h.example/1', 'https://h.example/2']);
  });

  test('with a hundred new items at once begins the rest at the next look', async () => {
    const place = new Place();
    place.items = Array.from({ length: 130 }, (_, i) => ({ title: `n${i}`, link: `https://h.example/${i}` }));
    place.answers = [{ status: 200, headers: { etag: '"1"' } }];
    const { world } = await watching(place);
    expect(place.begun.length).toBe(100);
    await pass(world, 31);
    expect(place.asked[1]?.headers?.['If-None-Match']).toBeUndefined();
    expect(new Set(place.begun).size).toBe(130);
  });

  test('a link that can’t be downloaded is passed over, and the log says so', async () => {
    const place = new Place();
    place.items = [{ title: 'one', link: 'https://h.example/1' }];
    place.refuse = new StorageError('invalid_argument', 'this is no link');
    const { world, id } = await watching(place);
    expect((await world.tasks.of(MEI).get(id)).log.join()).toContain('Passed over one: this is no link');
  });

  test('rights: an owner who may not any more stops it, with the reason', async () => {
    const place = new Place();
    place.items = [{ title: 'one', link: 'https://h.example/1' }];
    place.refuse = new StorageError('forbidden', 'the user whose task this is may no longer sign in');
    const { world, id } = await watching(place);
    const task = await world.tasks.of(MEI).get(id);
    expect(task.state).toBe('failed');
    expect(task.error).toContain('may no longer sign in');
  });

  test('nothing of its address is told, in no error and no log', async () => {
    const place = new Place();
    place.answers = [{ status: 404 }];
    const { world, id } = await watching(place);
    const told = JSON.stringify(await world.tasks.of(MEI).get(id));
    expect(told).toContain('status 404');
    expect(told).not.toContain('secret');
  });
});

describe('SSRF', () => {
  test.each([
    ['http://127.0.0.1/'],
    ['http://[::1]/'],
    ['http://169.254.169.254/'],
    ['https://rebound.example/'],
  ])('SSRF: a feed at %p is not asked for', async (url) => {
    const place = new Place();
    const client = createPublicClient({ resolve: async () => ['10.0.0.7'] });
    const add = async (): Promise<void> => void place.begun.push('x');
    const world = await taskWorld([feedKind({ client, clock: fakeClock(), add })]);
    worlds.push(world);
    world.worker.start();
    const { task } = await world.tasks.of(MEI).enqueue('feed', { ...FEED, url }, { name: 'feed' });
    await quiet();
    expect((await world.tasks.of(MEI).get(task.id)).error).not.toBe('');
  });

  test('SSRF: a feed that redirects is followed by a request that is looked at anew', async () => {
    const place = new Place();
    place.answers = [{ status: 302, headers: { location: 'http://127.0.0.1/rss' } }];
    await watching(place);
    expect(place.asked.map(({ url }) => url)).toEqual([URL_WITH_KEY, 'http://127.0.0.1/rss']);
    const place2 = new Place();
    place2.answers = [{ status: 302, headers: { location: 'file:///etc/passwd' } }];
    const { world, id } = await watching(place2);
    expect((await world.tasks.of(MEI).get(id)).error).toContain('leads to an address that is none');
  });
});
