import { afterEach, describe, expect, test } from 'bun:test';
import { Permission } from '../../core/rights.ts';
import type { MemoryTree } from '../../drivers/memory/index.ts';
import { noSpaceLeft } from '../../uploads/testing/memory-disk.ts';
import type { User } from '../../users/user.ts';
import { userWith as user, type WriteWorld, writeWorld } from '../testing/write-world.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function world(tree: MemoryTree = {}, users: readonly User[] = []): Promise<WriteWorld> {
  const made = await writeWorld({ '/': tree }, users);
  cleanups.push(made.close);
  return made;
}

interface Call {
  readonly who?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function tus(w: WriteWorld, method: string, path: string, call: Call = {}): Promise<Response> {
  return fetch(w.url + path, {
    method,
    headers: { Authorization: `${call.who ?? 'admin'}-token`, 'Tus-Resumable': '1.0.0', ...call.headers },
    ...(call.body === undefined ? {} : { body: call.body }),
  });
}

function metadata(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');
}

function begin(
  w: WriteWorld,
  size: number,
  fields: Readonly<Record<string, string>>,
  who = 'admin',
): Promise<Response> {
  const headers = { 'Upload-Length': String(size), 'Upload-Metadata': metadata(fields) };
  return tus(w, 'POST', '/api/fs/tus', { who, headers });
}

async function begun(w: WriteWorld, size: number, fields: Readonly<Record<string, string>>): Promise<string> {
  const response = await begin(w, size, fields);
  expect(response.status).toBe(201);
  return response.headers.get('location') ?? '';
}

function piece(
  w: WriteWorld,
  at: string,
  [offset, body]: readonly [number, string],
  who = 'admin',
): Promise<Response> {
  const headers = { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(offset) };
  return tus(w, 'PATCH', at, { who, headers, body });
}

describe('a resumable upload', () => {
  test('comes in pieces, tells where it stands, and is there after the last', async () => {
    const w = await world();
    const at = await begun(w, 10, { path: '/新/a b.bin', modified: '1714564800000' });
    expect((await piece(w, at, [0, 'hello'])).headers.get('upload-offset')).toBe('5');
    expect(await w.shape()).toEqual({});
    const told = await tus(w, 'HEAD', at);
    expect([told.status, told.headers.get('upload-offset'), told.headers.get('upload-length')]).toEqual([
      200,
      '5',
      '10',
    ]);
    expect(told.headers.get('upload-expires')).toContain('GMT');
    expect(told.headers.get('cache-control')).toBe('no-store');
    const last = await piece(w, at, [5, 'world']);
    expect([last.status, last.headers.get('upload-offset')]).toEqual([204, '10']);
    expect([await w.shape(), w.disk.content.size]).toEqual([{ 新: { 'a b.bin': 10 } }, 0]);
    expect((await tus(w, 'HEAD', at)).headers.get('upload-offset')).toBe('10');
  });

  test('of nothing is there at once', async () => {
    const w = await world();
    await begun(w, 0, { path: '/empty' });
    expect(await w.shape()).toEqual({ empty: 0 });
  });

  test('says what it can without a sign-in', async () => {
    const w = await world();
    const response = await fetch(`${w.url}/api/fs/tus`, { method: 'OPTIONS' });
    expect([
      response.status,
      response.headers.get('tus-version'),
      response.headers.get('tus-extension'),
    ]).toEqual([204, '1.0.0', 'creation,termination,expiration']);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('takes a piece only where it stands, and no more bytes than it has', async () => {
    const w = await world();
    const at = await begun(w, 4, { path: '/a' });
    expect((await piece(w, at, [2, 'xy'])).status).toBe(409);
    expect((await piece(w, at, [0, 'too long'])).status).toBe(400);
    expect((await tus(w, 'PATCH', at, { headers: { 'Upload-Offset': '0' }, body: 'x' })).status).toBe(415);
    expect((await tus(w, 'HEAD', at)).headers.get('upload-offset')).toBe('0');
    expect((await piece(w, at, [0, 'abcd'])).status).toBe(204);
    expect(await w.shape()).toEqual({ a: 4 });
  });

  test('can be cancelled, and leaves nothing', async () => {
    const w = await world();
    const at = await begun(w, 4, { path: '/a' });
    await piece(w, at, [0, 'ab']);
    expect((await tus(w, 'DELETE', at)).status).toBe(204);
    expect((await tus(w, 'HEAD', at)).status).toBe(404);
    expect([await w.shape(), w.disk.content.size]).toEqual([{}, 0]);
  });

  test('meets a taken name before its first byte, and when it was taken meanwhile', async () => {
    const w = await world({ a: '1' });
    const refused = await begin(w, 4, { path: '/a' });
    expect([refused.status, await refused.json()]).toMatchObject([
      422,
      { code: 403, data: { reason: 'exists' } },
    ]);
    const at = await begun(w, 4, { path: '/a', overwrite: 'true' });
    expect((await piece(w, at, [0, 'abcd'])).status).toBe(204);
    const [one, two] = [await begun(w, 2, { path: '/b' }), await begun(w, 3, { path: '/b' })];
    expect((await piece(w, one, [0, 'ab'])).status).toBe(204);
    const late = await piece(w, two, [0, 'abc']);
    expect([late.status, await late.json()]).toMatchObject([422, { data: { reason: 'exists' } }]);
    expect((await tus(w, 'HEAD', two)).status).toBe(404);
    expect([await w.shape(), w.disk.content.size]).toEqual([{ a: 4, b: 2 }, 0]);
  });

  test('goes on after the disk was full', async () => {
    const w = await world();
    const at = await begun(w, 4, { path: '/a' });
    w.disk.beforeWrite = () => {
      throw noSpaceLeft();
    };
    const full = await piece(w, at, [0, 'abcd']);
    expect([full.status, await full.json()]).toMatchObject([422, { data: { reason: 'quota_exceeded' } }]);
    w.disk.beforeWrite = () => {};
    expect((await piece(w, at, [0, 'abcd'])).status).toBe(204);
    expect(await w.shape()).toEqual({ a: 4 });
  });

  test.each([
    ['no length', { 'Upload-Metadata': metadata({ path: '/a' }) }, 400],
    ['a length that is none', { 'Upload-Length': '-1', 'Upload-Metadata': metadata({ path: '/a' }) }, 400],
    ['no path', { 'Upload-Length': '1' }, 400],
    ['metadata that is none', { 'Upload-Length': '1', 'Upload-Metadata': 'path ////' }, 400],
    ['another version', { 'Upload-Length': '1', 'Tus-Resumable': '0.2.2' }, 412],
  ])('is refused with %s', async (_, headers, status) => {
    const w = await world();
    expect((await tus(w, 'POST', '/api/fs/tus', { headers })).status).toBe(status);
    expect(w.disk.content.size).toBe(0);
  });
});

describe('who may upload by tus', () => {
  const ALL = 0xff;
  const bob = user('bob', ALL, '/users/bob');
  const eve = { ...user('eve', ALL), id: 10 };
  const reader = { ...user('reader', ALL & ~Permission.write), id: 11 };

  test.each(['/../bobby/evil', '/..\\bobby\\evil', '/a/../../x'])(
    'path traversal: %s leads nowhere',
    async (path) => {
      const w = await world({ users: { bob: {}, bobby: {} } }, [bob]);
      expect((await begin(w, 1, { path }, 'bob')).status).toBe(403);
    },
  );

  test('needs the right to write, from the first call on', async () => {
    const w = await world({}, [reader]);
    expect((await begin(w, 1, { path: '/a' }, 'reader')).status).toBe(403);
    expect((await begin(w, 1, { path: '/a' }, 'nobody')).status).toBe(401);
    expect(w.disk.content.size).toBe(0);
  });

  test('others see, feed and cancel nobody’s upload', async () => {
    const w = await world({}, [eve]);
    const at = await begun(w, 4, { path: '/a' });
    expect((await tus(w, 'HEAD', at, { who: 'eve' })).status).toBe(404);
    expect((await piece(w, at, [0, 'evil'], 'eve')).status).toBe(404);
    expect((await tus(w, 'DELETE', at, { who: 'eve' })).status).toBe(404);
    expect((await piece(w, at, [0, 'mine'])).status).toBe(204);
    expect((await tus(w, 'HEAD', at, { who: 'eve' })).status).toBe(404);
  });

  test.each(['/api/fs/tus/../../../etc/passwd', `/api/fs/tus/${'0'.repeat(31)}%2e`, '/api/fs/tus/x'])(
    'the address %s is none',
    async (path) => {
      const w = await world();
      expect((await tus(w, 'HEAD', path)).status).toBe(404);
    },
  );
});
