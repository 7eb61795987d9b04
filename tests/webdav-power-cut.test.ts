import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAIN = join(import.meta.dir, '../packages/server/src/main.ts');
const AUTH = `Basic ${btoa('admin:admin-password')}`;
const START_LIMIT_MS = 30_000;

let root: string;
let files: string;
let child: Bun.Subprocess<'ignore', 'pipe', 'inherit'> | undefined;
let url = '';

/** Starts a gateway on the same data folder as before. */
async function start(): Promise<void> {
  const env = {
    ...process.env,
    SLUICE_PORT: '0',
    SLUICE_DATA: join(root, 'data'),
    SLUICE_ADMIN_PASSWORD: 'admin-password',
    SLUICE_LOG: 'error',
  };
  child = Bun.spawn([process.execPath, MAIN, 'serve'], {
    env,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const deadline = Date.now() + START_LIMIT_MS;
  let printed = '';
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    printed += decoder.decode(chunk, { stream: true });
    const found = /(http:\/\/\S+)/.exec(printed)?.[1];
    if (found !== undefined) {
      url = found.replace(/\/$/, '');
      return;
    }
    if (Date.now() > deadline) break;
  }
  throw new Error(`the gateway did not start: ${printed}`);
}

async function cutPower(): Promise<void> {
  child?.kill('SIGKILL');
  await child?.exited;
}

function dav(method: string, path: string, body?: string, headers = {}): Promise<Response> {
  return fetch(`${url}/dav${path}`, {
    method,
    headers: { Authorization: AUTH, ...headers },
    ...(body === undefined ? {} : { body }),
  });
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-cut-'));
  files = join(root, 'files');
  await mkdir(files);
  await start();
  const signIn = await fetch(`${url}/api/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: 'admin-password' }),
  });
  const { data } = (await signIn.json()) as { readonly data: { readonly token: string } };
  const addition = JSON.stringify({ root_folder_path: files, show_hidden: true, mkdir_perm: '777' });
  const made = await fetch(`${url}/api/admin/storage/create`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: data.token },
    body: JSON.stringify({ mount_path: '/m', driver: 'Local', addition }),
  });
  expect(await made.json()).toMatchObject({ code: 200 });
}, 60_000);

afterAll(async () => {
  await cutPower();
  await rm(root, { recursive: true, force: true });
});

test('a power cut in the middle of a PUT leaves the old file whole, and nothing beside it', async () => {
  expect((await dav('PUT', '/m/film.bin', 'the old film')).status).toBe(201);
  const { hostname, port } = new URL(url);
  const socket = net.connect(Number(port), hostname);
  const head = ['PUT /dav/m/film.bin HTTP/1.1', `Host: ${hostname}`, `Authorization: ${AUTH}`];
  socket.write(`${head.join('\r\n')}\r\nContent-Length: 50000000\r\n\r\n`);
  socket.on('error', () => {}); // it will be cut
  const half = Buffer.alloc(20_000_000, 'new');
  // Written out means that the gateway has read most of it: what it has not lies in buffers of a few megabytes.
  await new Promise<void>((resolve) => socket.write(half, () => resolve()));
  await cutPower();
  socket.destroy();
  expect(await readFile(join(files, 'film.bin'), 'utf8')).toBe('the old film');
  expect(await readdir(files)).toEqual(['film.bin']);

  await start();
  expect(await (await dav('GET', '/m/film.bin')).text()).toBe('the old film');
  expect(await readdir(join(root, 'data', 'uploads')).catch(() => [])).toEqual([]);
}, 60_000);

test('a lock survives a power cut, and so do properties', async () => {
  const info =
    '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>';
  const locked = await dav('LOCK', '/m/film.bin', info, { Timeout: 'Second-3600' });
  const token = locked.headers.get('lock-token') ?? '';
  expect(locked.status).toBe(200);
  const property =
    '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><seen xmlns="urn:z">yes</seen></D:prop></D:set></D:propertyupdate>';
  expect((await dav('PROPPATCH', '/m/film.bin', property, { If: `(${token})` })).status).toBe(207);
  await cutPower();
  await start();
  expect((await dav('PUT', '/m/film.bin', 'x')).status).toBe(423);
  const told = await (await dav('PROPFIND', '/m/film.bin', undefined, { Depth: '0' })).text();
  expect(told).toContain('<seen xmlns="urn:z">yes</seen>');
  expect((await dav('PUT', '/m/film.bin', 'x', { If: `(${token})` })).status).toBe(204);
}, 60_000);
