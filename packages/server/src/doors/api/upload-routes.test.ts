import { afterEach, describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { fakeClock } from '../../../testing/fake-clock.ts';
import { Permission } from '../../core/rights.ts';
import type { MemoryTree } from '../../drivers/memory/index.ts';
import { systemRandom } from '../../runtime/system.ts';
import { openMemoryStore } from '../../store/open.ts';
import { createTasks } from '../../tasks/create-tasks.ts';
import type { Tasks } from '../../tasks/task.ts';
import { uploadPayload } from '../../transfers/upload-kind.ts';
import { noLog } from '../../vfs/testing/fake-storage.ts';
import { noSpaceLeft } from '../../uploads/testing/memory-disk.ts';
import type { User } from '../../users/user.ts';
import { userWith as user, type WriteWorld, writeWorld } from '../testing/write-world.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function world(
  mounts: Readonly<Record<string, MemoryTree>> = { '/': {} },
  users: readonly User[] = [],
  tasks?: Tasks,
): Promise<WriteWorld> {
  const made = await writeWorld(mounts, users, tasks);
  cleanups.push(made.close);
  return made;
}

const refused = { code: 403, message: 'file exists', data: null };
const DONE = { code: 200, message: 'success', data: null };

interface Sent {
  readonly body?: string | Uint8Array<ArrayBuffer> | FormData | ReadableStream<Uint8Array>;
  readonly who?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly route?: 'put' | 'form';
}

/** A queue that nobody works off. */
async function uploadTasks(): Promise<{ readonly tasks: Tasks; readonly close: () => void }> {
  const store = await openMemoryStore();
  const { tasks } = createTasks({
    table: store.tasks,
    kinds: [{ kind: 'upload', payload: uploadPayload, maxAttempts: 1, run: () => new Promise(() => {}) }],
    clock: fakeClock(),
    random: systemRandom(),
    log: noLog,
  });
  return { tasks, close: () => void store.close() };
}

async function send(
  { url }: WriteWorld,
  path: string,
  { body = 'hello', who = 'admin', headers = {}, route = 'put' }: Sent = {},
): Promise<unknown> {
  const response = await fetch(`${url}/api/fs/${route}`, {
    method: 'PUT',
    body,
    headers: {
      Authorization: who === '' ? '' : `${who}-token`,
      'File-Path': encodeURIComponent(path),
      ...headers,
    },
  });
  expect(response.status).toBe(200);
  return response.json();
}

/** A request as it goes over the wire, and the envelope that comes back. */
async function raw({ url }: WriteWorld, text: string, encoding: BufferEncoding = 'utf8'): Promise<unknown> {
  const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(Buffer.from(text, encoding));
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
  await once(socket, 'close');
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
}

const HEAD = 'PUT /api/fs/put HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: admin-token\r\n';

function formOf(parts: Readonly<Record<string, string | File>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(parts)) form.append(name, value);
  return form;
}

describe('fs/put', () => {
  test('puts a file where the header says, with the folders on the way', async () => {
    const w = await world();
    expect(await send(w, '/movies/电影/a b.mp4')).toEqual(DONE);
    expect(await w.shape()).toEqual({ movies: { 电影: { 'a b.mp4': 5 } } });
    expect(w.disk.content.size).toBe(0);
  });

  test('takes an empty file and 3 MiB, whole', async () => {
    const w = await world();
    expect(await send(w, '/empty', { body: '' })).toEqual(DONE);
    expect(await send(w, '/large', { body: new Uint8Array(3 * 1024 * 1024) })).toEqual(DONE);
    expect(await w.shape()).toEqual({ empty: 0, large: 3 * 1024 * 1024 });
  });

  test('takes a body whose length nobody knows', async () => {
    const w = await world();
    const body = new Blob(['a'.repeat(100_000)]).stream();
    expect(await send(w, '/chunked', { body })).toEqual(DONE);
    expect(await w.shape()).toEqual({ chunked: 100_000 });
  });

  test.each(['put', 'form'] as const)(
    '%s as a task answers with it when the gateway has the file',
    async (route) => {
      const { tasks, close } = await uploadTasks();
      cleanups.push(close);
      const w = await world({ '/': { a: '1' } }, [], tasks);
      const body = route === 'put' ? 'hello' : formOf({ file: 'hello' });
      const asTask = { 'As-Task': 'true' };
      expect(await send(w, '/new/电影.mp4', { route, body, headers: asTask })).toMatchObject({
        code: 200,
        data: { task: { name: 'upload 电影.mp4 to [/](/new)', state: 0, kind: 'upload', creator: 'admin' } },
      });
      expect([await w.shape(), w.disk.content.size]).toEqual([{ a: 1 }, 1]);
      const overwrite = { ...asTask, Overwrite: 'false' };
      expect(await send(w, '/a', { route, body, headers: overwrite })).toEqual(refused);
      expect(w.disk.content.size).toBe(1);
    },
  );

  test('makes no task for a guest, who has none: the file is stored at once', async () => {
    const scribe: User = { ...user('scribe', Permission.write), role: 'guest' };
    const w = await world({ '/': {} }, [scribe]);
    expect(await send(w, '/a', { who: 'scribe', headers: { 'As-Task': 'true' } })).toEqual(DONE);
    expect(await w.shape()).toEqual({ a: 5 });
  });

  test.each([
    ['false', refused, 1],
    ['true', DONE, 5],
    ['False', DONE, 5],
    ['', DONE, 5],
  ])('Overwrite: %s', async (overwrite, answer, size) => {
    const w = await world({ '/': { a: '1' } });
    expect(await send(w, '/a', { headers: { Overwrite: overwrite } })).toEqual(answer);
    expect(await w.shape()).toEqual({ a: size });
  });

  test.each([
    ['%2Fa%2Fb.txt', { a: { 'b.txt': 2 } }],
    ['/a/b.txt', { a: { 'b.txt': 2 } }],
    ['/100%.txt', { '100%.txt': 2 }],
    ['/a+b%2Bc', { 'a+b+c': 2 }],
    ['/%25zz', { '%zz': 2 }],
  ])('File-Path %s is understood as its client meant it', async (path, shape) => {
    const w = await world();
    expect(await raw(w, `${HEAD}File-Path: ${path}\r\nContent-Length: 2\r\n\r\nhi`)).toEqual(DONE);
    expect(await w.shape()).toEqual(shape);
  });

  test('File-Path may hold UTF-8 as it is', async () => {
    const w = await world();
    expect(await raw(w, `${HEAD}File-Path: /电影/é.txt\r\nContent-Length: 2\r\n\r\nhi`)).toEqual(DONE);
    expect(await w.shape()).toEqual({ 电影: { 'é.txt': 2 } });
  });

  test('hashes that the client vouches for must be those of what comes', async () => {
    const w = await world();
    const sha256 = createHash('sha256').update('hello').digest('hex');
    const right = { 'X-File-Sha256': sha256.toUpperCase(), 'X-File-Md5': '' };
    expect(await send(w, '/right', { headers: right })).toEqual(DONE);
    const wrong = await send(w, '/wrong', { headers: { 'X-File-Sha1': '0'.repeat(40) } });
    expect(wrong).toMatchObject({ code: 400, message: expect.stringContaining('another sha1') as unknown });
    const nonsense = await send(w, '/wrong', { headers: { 'X-File-Md5': 'xyz' } });
    expect(nonsense).toMatchObject({ code: 400 });
    expect(await w.shape()).toEqual({ right: 5 });
    expect(w.disk.content.size).toBe(0);
  });

  test('a body that ends early makes no file', async () => {
    const w = await world();
    const socket = net.connect(Number(new URL(w.url).port), '127.0.0.1');
    socket.write(`${HEAD}File-Path: /a\r\nContent-Length: 9\r\n\r\nhi`);
    while (w.disk.content.size === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    socket.destroy();
    while (w.disk.content.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await w.shape()).toEqual({});
  });

  test('a lie about the length of a chunked body makes no file', async () => {
    const w = await world();
    const body = '2\r\nhi\r\n0\r\n\r\n';
    const sized = (size: string): string =>
      `${HEAD}File-Path: /a\r\nX-File-Size: ${size}\r\nTransfer-Encoding: chunked\r\n\r\n${body}`;
    for (const size of ['1', '3', '-1', 'x', '99999999999999999999']) {
      expect(await raw(w, sized(size))).toMatchObject({ code: 400 });
    }
    expect([await w.shape(), w.disk.content.size]).toEqual([{}, 0]);
    expect(await raw(w, sized('2'))).toEqual(DONE);
  });

  test('a full disk is told of, and leaves nothing', async () => {
    const w = await world();
    w.disk.beforeWrite = () => {
      throw noSpaceLeft();
    };
    expect(await send(w, '/a')).toMatchObject({
      code: 500,
      message: expect.stringContaining('Free space on the disk') as unknown,
    });
    expect([await w.shape(), w.disk.content.size]).toEqual([{}, 0]);
  });

  test('a refusal reaches a client that is still sending', async () => {
    const w = await world({ '/': { a: '1' } });
    const body = new Uint8Array(20 * 1024 * 1024);
    expect(await send(w, '/a', { body, headers: { Overwrite: 'false' } })).toEqual(refused);
  });

  test('a storage that takes no files says so', async () => {
    const w = await world({ '/m': {} });
    expect(await send(w, '/a')).toMatchObject({ code: 500, message: 'upload not supported' });
  });
});

describe('fs/form', () => {
  test('puts the part named file, and reads the others away', async () => {
    const w = await world();
    const file = new File(['x'.repeat(200_000)], 'other name');
    const body = formOf({ before: 'x', file, after: 'y' });
    expect(await send(w, '/a/b', { route: 'form', body })).toEqual(DONE);
    expect([await w.shape(), w.disk.content.size]).toEqual([{ a: { b: 200_000 } }, 0]);
  });

  test('takes the first of several, and a part without a name of a file', async () => {
    const w = await world();
    const two = formOf({});
    two.append('file', 'first');
    two.append('file', new File(['second!'], 'x'));
    expect(await send(w, '/a', { route: 'form', body: two })).toEqual(DONE);
    expect(await w.shape()).toEqual({ a: 5 });
  });

  test('tells what is wrong', async () => {
    const w = await world({ '/m': {}, '/n': { a: '1' } });
    const form = { route: 'form', body: formOf({ file: 'x' }) } as const;
    expect(await send(w, '/m/a', { route: 'form', body: formOf({ other: 'x' }) })).toEqual({
      code: 500,
      message: 'http: no such file',
      data: null,
    });
    expect(await send(w, '/m/a', { route: 'form' })).toMatchObject({ code: 400 });
    const noBoundary = { 'Content-Type': 'multipart/form-data' };
    expect(await send(w, '/m/a', { route: 'form', headers: noBoundary })).toMatchObject({ code: 400 });
    expect(await send(w, '/a', form)).toEqual({
      code: 405,
      message: "Current storage doesn't support upload",
      data: null,
    });
    expect(await send(w, '/n/a', { ...form, headers: { Overwrite: 'false' } })).toEqual({
      code: 403,
      message: 'file exists',
      data: null,
    });
    expect([await w.shape(), w.disk.content.size]).toEqual([{ m: {}, n: { a: 1 } }, 0]);
  });

  test('that breaks off behind its file makes no file', async () => {
    const w = await world();
    const headers = { 'Content-Type': 'multipart/form-data; boundary=b' };
    const body =
      '--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nhello\r\n--b\r\nContent-';
    expect(await send(w, '/a', { route: 'form', body, headers })).toMatchObject({ code: 400 });
    expect([await w.shape(), w.disk.content.size]).toEqual([{}, 0]);
  });

  test('passes on why its file was not taken', async () => {
    const w = await world();
    w.disk.beforeWrite = () => {
      throw noSpaceLeft();
    };
    const body = formOf({ file: new File([new Uint8Array(5_000_000)], 'x') });
    expect(await send(w, '/a', { route: 'form', body })).toMatchObject({
      code: 500,
      message: expect.stringContaining('Free space') as unknown,
    });
  });
});

describe('who may upload, and where to', () => {
  const ALL = 0xff;
  const bob = user('bob', ALL, '/users/bob');
  const TREE: MemoryTree = { users: { bob: {}, bobby: {} } };

  test.each([
    '/../bobby/evil',
    '..%2Fbobby%2Fevil',
    '/a/../../bobby/evil',
    '/..\\bobby\\evil',
    '%2e%2e/bobby/evil',
  ])('path traversal: the header File-Path %s leads nowhere', async (path) => {
    const w = await world({ '/': TREE }, [bob]);
    const head = HEAD.replace('admin', 'bob');
    expect(await raw(w, `${head}File-Path: ${path}\r\nContent-Length: 2\r\n\r\nhi`)).toMatchObject({
      code: 403,
    });
    expect(await w.shape()).toEqual({ users: { bob: {}, bobby: {} } });
  });

  test('path traversal: an escape is decoded once', async () => {
    const w = await world({ '/': TREE }, [bob]);
    const head = HEAD.replace('admin', 'bob');
    await raw(w, `${head}File-Path: /%252e%252e%252fevil\r\nContent-Length: 2\r\n\r\nhi`);
    expect(await w.shape()).toEqual({ users: { bob: { '%2e%2e%2fevil': 2 }, bobby: {} } });
  });

  test.each(['../../bobby/evil', '/users/bobby/evil', '..\\evil', 'a\0b'])(
    'CVE-2026-25059: the name %j of a form’s file counts for nothing',
    async (name) => {
      const w = await world({ '/': TREE }, [bob]);
      const headers = { 'Content-Type': 'multipart/form-data; boundary=b' };
      const body = `--b\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\nhello\r\n--b--\r\n`;
      expect(await send(w, '/mine', { route: 'form', body, headers, who: 'bob' })).toEqual(DONE);
      expect(await w.shape()).toEqual({ users: { bob: { mine: 5 }, bobby: {} } });
    },
  );

  test.each(['put', 'form'] as const)(
    'fs/%s needs the right to write, and takes no byte without',
    async (route) => {
      const reader = user('reader', ALL & ~Permission.write);
      const w = await world({ '/': {} }, [reader]);
      w.disk.beforeWrite = () => {
        throw new Error('a byte was taken');
      };
      const body = formOf({ file: 'x' });
      const answer = { code: 403, message: 'permission denied', data: null };
      expect(await send(w, '/a', { who: 'reader', route, body })).toEqual(answer);
      expect(await send(w, '/a', { who: '', route, body })).toEqual(answer);
      expect(await send(w, '/a', { who: 'nobody', route, body })).toMatchObject({ code: 401 });
      expect(await w.shape()).toEqual({});
    },
  );

  test('replacing a file needs the right to remove', async () => {
    const writer = user('writer', Permission.write);
    const w = await world({ '/': { a: '1' } }, [writer]);
    expect(await send(w, '/a', { who: 'writer' })).toMatchObject({ code: 403 });
    expect(await send(w, '/b', { who: 'writer' })).toEqual(DONE);
    expect(await w.shape()).toEqual({ a: 1, b: 5 });
  });

  test('header injection: line ends in an escaped path are no name', async () => {
    const w = await world();
    const answer = await send(w, '/a\r\nSet-Cookie: x=1\0');
    expect(answer).toMatchObject({ code: 400 });
    expect(await w.shape()).toEqual({});
  });

  test('a form with thousands of parts or a huge head is refused', async () => {
    const w = await world();
    const headers = { 'Content-Type': 'multipart/form-data; boundary=b' };
    const part = '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n';
    const many = `${part.repeat(5_000)}--b--\r\n`;
    expect(await send(w, '/a', { route: 'form', body: many, headers })).toMatchObject({ code: 500 });
    const huge = `--b\r\nX: ${'a'.repeat(1_000_000)}\r\nContent-Disposition: form-data; name="file"\r\n\r\ny\r\n--b--\r\n`;
    expect(await send(w, '/a', { route: 'form', body: huge, headers })).toMatchObject({ data: null });
    expect(w.disk.content.size).toBe(0);
  });
});
