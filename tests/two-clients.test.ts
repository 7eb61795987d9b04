import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gcidOf } from '../packages/server/testing/model/gcid.ts';
import { python, runClient } from './pikpakapi.ts';
import { testWith } from './tools.ts';
import { startWorld, type World } from './world.ts';

/** What either of the two sees of a file. */
interface Seen {
  readonly size: number;
  readonly sha256: string;
}

interface SeenTree {
  [name: string]: SeenTree | Seen;
}

interface Theirs {
  readonly tree: SeenTree;
  readonly trash: readonly string[];
  readonly starred: readonly string[];
  readonly fetched: readonly string[];
}

const TOP = '/drive/Both of us';
const LONG = 'It was a dark and stormy night. '.repeat(5000);
/** More than goes in one put. */
const LARGE = LONG.repeat(70);

let world: World;
const folder = mkdtempSync(join(tmpdir(), 'sluice-two-'));
const caFile = join(folder, 'ca.pem');

beforeAll(async () => {
  world = await startWorld(undefined, { caFile });
  await world.add('/drive', { username: 'demo@sluice.test', password: 'sluice-demo', egress: 'here' });
});

afterAll(async () => {
  await world.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Has the Python client do things below `TOP`, and tell what it sees. */
async function theirs(...acts: unknown[][]): Promise<Theirs> {
  const input = JSON.stringify({ top: '/Both of us', acts });
  const seen: unknown = await runClient('pikpakapi_writes.py', world.sandbox, { caFile, input });
  return seen as Theirs;
}

/** Has Sluice do something. */
async function ours(route: string, body: object): Promise<void> {
  const { code, message } = await world.call(`/fs/${route}`, body);
  expect({ route, code, message }).toEqual({ route, code: 200, message: 'success' });
}

async function upload(
  path: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const answer = await fetch(`${world.url}/api/fs/put`, {
    method: 'PUT',
    headers: { Authorization: world.token(), 'File-Path': encodeURIComponent(`${TOP}/${path}`), ...headers },
    body,
  });
  expect(await answer.json()).toMatchObject({ code: 200 });
}

interface Listed {
  readonly name: string;
  readonly is_dir: boolean;
  readonly size: number;
  readonly sign: string;
}

/** What Sluice shows, past its memory, with the bytes that it serves. */
async function shown(dir = TOP): Promise<SeenTree> {
  const { data } = await world.call('/fs/list', { path: dir, refresh: true });
  const content = (data as unknown as { content: readonly Listed[] | null }).content ?? [];
  const seen: SeenTree = {};
  for (const { name, is_dir, size, sign } of content) {
    if (is_dir) {
      seen[name] = await shown(`${dir}/${name}`);
      continue;
    }
    const answer = await fetch(`${world.url}/p${encodeURI(`${dir}/${name}`)}?sign=${sign}`);
    const body = new Uint8Array(await answer.arrayBuffer());
    seen[name] = { size, sha256: createHash('sha256').update(body).digest('hex') };
  }
  return seen;
}

function file(text: string): Seen & { readonly hash: string } {
  const hash =
    text.length > 262_144 ? (expect.stringMatching(/^[0-9A-F]{40}$/) as unknown as string) : gcidOf(text);
  return { size: text.length, hash, sha256: createHash('sha256').update(text).digest('hex') };
}

/** As Sluice shows it: its listings need not tell hashes. */
function served(text: string): Seen {
  const { size, sha256 } = file(text);
  return { size, sha256 };
}

describe('Sluice and a PikPak client that we did not write', () => {
  testWith(python, 'python3', 'the client sees all that Sluice has written, byte for byte', async () => {
    await ours('mkdir', { path: `${TOP}/in/deep` });
    await upload('empty.txt', '');
    await upload('short.txt', 'hello');
    await upload('long.txt', LONG);
    await upload('large.bin', LARGE);
    await upload('in/the same as short.txt', 'hello');
    await upload('in/名字 é 🎬.txt', 'first');
    await upload('in/名字 é 🎬.txt', 'second', { Overwrite: 'true' });
    await ours('copy', { src_dir: TOP, dst_dir: `${TOP}/in`, names: ['long.txt'] });
    await ours('rename', { path: `${TOP}/in/long.txt`, name: 'renamed.txt' });
    await ours('move', { src_dir: `${TOP}/in`, dst_dir: `${TOP}/in/deep`, names: ['renamed.txt'] });
    await upload('thrown away.txt', 'gone');
    await ours('remove', { dir: TOP, names: ['thrown away.txt'] });
    await ours('star', { dir: TOP, names: ['short.txt'] });
    const { tree, trash, starred } = await theirs();
    expect(tree).toEqual({
      'empty.txt': file(''),
      'short.txt': file('hello'),
      'long.txt': file(LONG),
      'large.bin': file(LARGE),
      in: {
        deep: { 'renamed.txt': file(LONG) },
        'the same as short.txt': file('hello'),
        '名字 é 🎬.txt': file('second'),
      },
    });
    expect(trash).toEqual(expect.arrayContaining(['thrown away.txt']));
    expect(starred).toEqual(expect.arrayContaining(['short.txt']));
  });

  testWith(python, 'python3', 'Sluice sees all that the client has changed, byte for byte', async () => {
    await theirs(
      ['create_folder', '/', 'theirs'],
      ['create_folder', '/theirs', 'inner'],
      ['file_batch_copy', ['/short.txt', '/long.txt'], '/theirs'],
      ['file_rename', '/theirs/short.txt', 'told anew.txt'],
      ['file_batch_move', ['/theirs/long.txt'], '/theirs/inner'],
      ['file_batch_copy', ['/in'], '/theirs/inner'],
      ['delete_to_trash', ['/empty.txt', '/large.bin']],
      ['untrash', 'empty.txt'],
      ['delete_forever', ['/in/the same as short.txt']],
      ['file_batch_star', ['/long.txt']],
    );
    const inner = { 'renamed.txt': served(LONG) };
    expect(await shown()).toEqual({
      'empty.txt': served(''),
      'short.txt': served('hello'),
      'long.txt': served(LONG),
      in: { deep: inner, '名字 é 🎬.txt': served('second') },
      theirs: {
        'told anew.txt': served('hello'),
        inner: {
          'long.txt': served(LONG),
          in: { deep: inner, 'the same as short.txt': served('hello'), '名字 é 🎬.txt': served('second') },
        },
      },
    });
    expect(await names('/fs/trash/list')).toEqual(expect.arrayContaining(['large.bin', 'thrown away.txt']));
    expect(await names('/fs/starred')).toEqual(expect.arrayContaining(['short.txt', 'long.txt']));
  });

  testWith(
    python,
    'python3',
    'each sees what the other takes out of the trash, and what is gone for good',
    async () => {
      const { data } = await world.call('/fs/trash/list', { path: '/drive' });
      const trash = (data as unknown as { content: readonly { id: string; name: string }[] }).content;
      const idsOf = (name: string): string[] => trash.filter((one) => one.name === name).map(({ id }) => id);
      await ours('trash/restore', { path: '/drive', ids: idsOf('large.bin') });
      await ours('trash/purge', { path: '/drive', ids: idsOf('thrown away.txt') });
      const seen = await theirs();
      expect(seen.tree['large.bin']).toEqual(file(LARGE));
      expect(seen.trash).not.toContain('thrown away.txt');
      expect((await shown())['large.bin']).toEqual(served(LARGE));
    },
  );
});

describe('offline downloads of Sluice and of that client', () => {
  const magnet = (name: string): string =>
    `magnet:?xt=urn:btih:${'7'.repeat(40)}&dn=${encodeURIComponent(name)}`;

  testWith(python, 'python3', 'bring files that both see, byte for byte', async () => {
    await ours('mkdir', { path: `${TOP}/fetched` });
    const wish = { path: `${TOP}/fetched`, urls: [magnet('by Sluice')], tool: 'PikPak' };
    const { code, data } = await world.call('/fs/add_offline_download', wish);
    const [{ id } = { id: '' }] = (data as unknown as { tasks: readonly { id: string }[] }).tasks;
    expect(code).toBe(200);
    const task = await endOf(id);
    expect(task).toMatchObject({ state: 2, error: '' });
    const { tree, fetched } = await theirs(['offline_download', magnet('by them'), '/fetched', 'by them']);
    const sides = Object.values(tree['fetched'] ?? {});
    expect(Object.keys(tree['fetched'] ?? {}).toSorted()).toEqual(['by Sluice', 'by them']);
    expect(sides[0]).toEqual(sides[1]);
    expect(fetched).toEqual(expect.arrayContaining(['by Sluice', 'by them']));
    expect(withoutHashes(tree['fetched'] ?? {})).toEqual(await shown(`${TOP}/fetched`));
  });

  async function endOf(id: string): Promise<unknown> {
    for (;;) {
      const { data } = await world.call('/task/list', undefined);
      const { content } = data as unknown as { content: readonly { id: string; end_time: string | null }[] };
      const task = content.find((one) => one.id === id);
      if (task?.end_time != null) return task;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
});

/** Without what the client tells beyond Sluice's listings. */
function withoutHashes(tree: SeenTree | Seen): SeenTree {
  const seen: SeenTree = {};
  for (const [name, one] of Object.entries(tree as SeenTree)) {
    const { size, sha256 } = one;
    seen[name] =
      typeof size === 'number' && typeof sha256 === 'string' ? { size, sha256 } : withoutHashes(one);
  }
  return seen;
}

test('nothing that either of them did has left an unfinished upload behind', () => {
  const unfinished = world.sandbox.cloud.inspect('demo@sluice.test').filter(({ complete }) => !complete);
  expect(unfinished.map(({ name }) => name)).toEqual(['unfinished-upload.bin']); // the seed's own
});

async function names(route: string): Promise<string[]> {
  const { data } = await world.call(route, { path: '/drive' });
  return (data as unknown as { content: readonly { name: string }[] }).content.map(({ name }) => name);
}
