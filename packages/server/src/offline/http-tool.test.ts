import { afterEach, describe, expect, test } from 'bun:test';
import { Readable } from 'node:stream';
import { StorageError } from '../core/errors.ts';
import type { HttpClient, HttpRequest } from '../core/http-client.ts';
import { noLog } from '../vfs/testing/fake-storage.ts';
import { quiet } from '../tasks/testing/task-world.ts';
import { createSpool } from '../uploads/spool.ts';
import { memoryDisk, NO_LIMITS } from '../uploads/testing/memory-disk.ts';
import { memoryRecords } from '../uploads/testing/memory-records.ts';
import { createHttpTool } from './http-tool.ts';
import { type OfflineWorld, offlineWorld } from './testing/offline-world.ts';
import { fakeClock } from '../../testing/fake-clock.ts';

interface Page {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const worlds: OfflineWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

/** A gateway that fetches from servers in memory. */
async function start(pages: Readonly<Record<string, Page>>) {
  const asked: string[] = [];
  const client: HttpClient = {
    async request({ url }: HttpRequest) {
      asked.push(url);
      const page = pages[url];
      if (page === undefined)
        throw new StorageError('forbidden', 'This address does not lead to the public internet.');
      const { status = 200, headers = {}, body = '' } = page;
      return { status, headers, body: Readable.from([Buffer.from(body)]) };
    },
  };
  const spool = await createSpool({
    disk: memoryDisk(),
    records: memoryRecords(),
    clock: fakeClock(),
    limits: () => NO_LIMITS,
    log: noLog,
  });
  const world = await offlineWorld([createHttpTool({ client, spool, clock: fakeClock() })]);
  worlds.push(world);
  const add = async (url: string): Promise<string> => {
    const id = await world.add(url, { path: '/disk/Inbox', tool: 'simplehttp' });
    for (let i = 0; i < 10; i++) await quiet();
    return id;
  };
  return { world, asked, add, names: () => world.names('/disk/Inbox') };
}

describe('a link that the gateway fetches', () => {
  test('ends as a file of the folder, under the name that the server gives', async () => {
    const { world, add, names } = await start({
      'https://h.example/get?id=1': {
        headers: {
          'content-disposition': "attachment; filename*=UTF-8''%E5%90%8D.txt",
          'content-length': '5',
        },
        body: 'hello',
      },
    });
    const id = await add('https://h.example/get?id=1');
    expect(await world.tasks.get(id)).toMatchObject({
      state: 'succeeded',
      status: '名.txt',
      progress: { bytes: 5, totalBytes: 5 },
    });
    expect(await names()).toEqual(['名.txt']);
  });

  test('is followed where it leads, each step looked at anew', async () => {
    const { world, add, asked } = await start({
      'https://h.example/a': { status: 302, headers: { location: '/b/film.mp4' } },
      'https://h.example/b/film.mp4': { status: 301, headers: { location: 'http://127.0.0.1/secret' } },
    });
    const id = await add('https://h.example/a');
    expect(asked).toEqual(['https://h.example/a', 'https://h.example/b/film.mp4', 'http://127.0.0.1/secret']);
    expect(await world.tasks.get(id)).toMatchObject({
      state: 'failed',
      error: 'This address does not lead to the public internet.',
    });
  });

  test('that leads in circles, to another scheme or with a password in it comes to an end', async () => {
    const { world, add, asked } = await start({
      'https://h.example/round': { status: 302, headers: { location: '/round' } },
      'https://h.example/file': { status: 302, headers: { location: 'file:///etc/passwd' } },
      'https://h.example/user': { status: 302, headers: { location: 'https://u:p@h.example/x' } },
    });
    const round = await add('https://h.example/round');
    expect(asked.length).toBe(11);
    for (const id of [round, await add('https://h.example/file'), await add('https://h.example/user')]) {
      expect((await world.tasks.get(id)).state).toBe('failed');
    }
  });

  test('that is cut short, or longer than said, leaves nothing', async () => {
    const { world, add, names } = await start({
      'https://h.example/short': { headers: { 'content-length': '10' }, body: 'hello' },
      'https://h.example/long': { headers: { 'content-length': '2' }, body: 'hello' },
    });
    for (const url of ['https://h.example/short', 'https://h.example/long']) {
      expect((await world.tasks.get(await add(url))).state).toBe('failed');
    }
    expect(await names()).toEqual([]);
  });

  test('of a name that is taken gets a number', async () => {
    const page = { body: 'x' };
    const { add, names } = await start({
      'https://h.example/1/a.txt': page,
      'https://h.example/2/a.txt': page,
    });
    await add('https://h.example/1/a.txt');
    await add('https://h.example/2/a.txt');
    expect(await names()).toEqual(['a(1).txt', 'a.txt']);
  });

  test('path traversal: a server can not choose another folder', async () => {
    const { add, names } = await start({
      'https://h.example/x': {
        headers: { 'content-disposition': 'attachment; filename="../../etc/passwd"' },
        body: 'x',
      },
      'https://h.example/..%2f..%2fy': { body: 'y' },
    });
    await add('https://h.example/x');
    await add('https://h.example/..%2f..%2fy');
    expect(await names()).toEqual(['passwd', 'y']);
  });

  test('of which the storing was under way when the gateway ended is not stored twice', async () => {
    const { world, add, names, asked } = await start({ 'https://h.example/a.txt': { body: 'hello' } });
    const id = await add('https://h.example/a.txt');
    const again = { state: 'waiting', endedAt: undefined, runAt: world.clock.now() } as const;
    await world.store.tasks.change(id, ['succeeded'], again);
    await world.pass(16_000);
    expect(await world.tasks.get(id)).toMatchObject({ state: 'succeeded', status: 'a.txt' });
    expect(asked.length).toBe(1);
    expect(await names()).toEqual(['a.txt']);
  });

  test('magnets are refused before a task exists', async () => {
    const { world, add } = await start({});
    expect(add('magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567')).rejects.toMatchObject({
      code: 'unsupported',
    });
    await quiet();
    expect((await world.tasks.list({})).total).toBe(0);
  });
});
