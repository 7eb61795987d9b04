import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '@sluice/sandbox';
import {
  startHttpProxy,
  startSocksProxy,
  type TestProxy,
} from '../packages/server/src/accounts/testing/servers.ts';
import { type Gateway, startGateway } from './gateway.ts';

const FOLDER = '/Documents';
const FILE = `${FOLDER}/notes.txt`;
const API = /^(user|api-drive)\.mypikpak\.net:443$/;

let sandbox: Sandbox;
let gateway: Gateway;
let folder: string;
let token = '';

/** The gateway knows neither the sandbox nor its address: whatever reaches it has come through a proxy, and whatever does not fails. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-proxies-'));
  const caFile = join(folder, 'ca.pem');
  sandbox = await startSandbox({ caFile });
  gateway = await startGateway({ NODE_EXTRA_CA_CERTS: caFile });
  const login = { username: 'admin', password: gateway.password };
  token = ((await call('/auth/login', login)).data as { token: string }).token;
}, 60_000);

afterAll(async () => {
  await gateway.stop();
  await sandbox.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Envelope {
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
}

async function call(path: string, body: object): Promise<Envelope> {
  const response = await fetch(`${gateway.url}/api${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: token },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Envelope;
}

async function mount(path: string, addition: object): Promise<void> {
  const account = { username: 'demo@sluice.test', password: 'sluice-demo' };
  const made = await call('/admin/storage/create', {
    mount_path: path,
    driver: 'PikPak',
    addition: JSON.stringify({ ...account, ...addition }),
  });
  expect(made).toMatchObject({ code: 200 });
}

async function list(path: string): Promise<Envelope> {
  return call('/fs/list', { path, per_page: 0, refresh: true });
}

async function addressOf(path: string): Promise<string> {
  const { data } = await call('/fs/get', { path });
  const { sign } = data as { sign: string };
  return `${gateway.url}/p${encodeURI(path)}?sign=${sign}`;
}

async function download(path: string): Promise<Response> {
  return fetch(await addressOf(path));
}

/** Bytes that the cloud has never seen, so that they have to be sent. */
async function upload(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<Envelope> {
  const response = await fetch(`${gateway.url}/api/fs/put`, {
    method: 'PUT',
    headers: { authorization: token, 'file-path': encodeURIComponent(path) },
    body: bytes,
  });
  return (await response.json()) as Envelope;
}

/** Everything that a storage does over the network. */
async function useAll(mountPath: string): Promise<void> {
  expect(await list(`${mountPath}${FOLDER}`)).toMatchObject({ code: 200 });
  const whole = await download(mountPath + FILE);
  expect(whole.status).toBe(200);
  expect((await whole.bytes()).length).toBe(Number(whole.headers.get('content-length')));
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  const name = `${mountPath}${FOLDER}/sent-${bytes[0]}-${Date.now()}.bin`;
  expect(await upload(name, bytes)).toMatchObject({ code: 200 });
  expect(Buffer.from(await (await download(name)).bytes()).equals(bytes)).toBeTrue();
}

const PROXIES = [
  ['SOCKS5', 'socks5h', startSocksProxy, 'ann:p@ss'],
  ['HTTP', 'http', startHttpProxy, `Basic ${Buffer.from('ann:p@ss').toString('base64')}`],
] as const;

describe.each(PROXIES)('a storage behind a proxy for %s', (name, scheme, start, credentials) => {
  let proxy: TestProxy;
  const path = `/by-${name}`;

  beforeAll(async () => {
    proxy = await start(sandbox.port);
  });
  afterAll(() => proxy.close());

  test('sends each request through it: API, downloads and uploads', async () => {
    await mount(path, { egress: `${scheme}://ann:p%40ss@127.0.0.1:${proxy.port}` });
    await useAll(path);
    // Names, not addresses: they are resolved at the far end.
    const hosts = new Set(proxy.targets.map((target) => target.replace(/-\d{4}\./, '-NNNN.')));
    expect([...hosts].every((host) => /^[\w.-]+\.mypikpak\.(net|com):443$/.test(host))).toBeTrue();
    for (const kind of [/^user\./, /^api-drive\./, /^dl-/, /^(upload|vip-lixian)/]) {
      expect([...hosts].filter((host) => kind.test(host))).not.toBeEmpty();
    }
    expect(new Set(proxy.credentials)).toEqual(new Set([credentials]));
  }, 60_000);

  test('works no more without it: there is no other way', async () => {
    const address = await addressOf(path + FILE);
    const before = sandbox.stats().requests;
    proxy.close();
    expect((await list(path + FOLDER)).code).not.toBe(200);
    expect((await fetch(address)).status).toBeGreaterThanOrEqual(500);
    expect((await upload(`${path}/late.bin`, new Uint8Array(10))).code).not.toBe(200);
    expect(sandbox.stats().requests).toEqual(before);
  }, 60_000);
});

test('bytes take a way of their own where there is one, and the API never does', async () => {
  const [api, files] = [await startSocksProxy(sandbox.port), await startHttpProxy(sandbox.port)];
  try {
    await mount('/by-both', {
      egress: `socks5h://a:b@127.0.0.1:${api.port}`,
      file_egress: `http://127.0.0.1:${files.port}`,
      download_domain: 'mypikpak.com',
    });
    await useAll('/by-both');
    expect(api.targets.filter((target) => !API.test(target))).toEqual([]);
    expect(files.targets.filter((target) => API.test(target))).toEqual([]);
    const downloads = files.targets.filter((target) => target.startsWith('dl-'));
    expect(downloads).not.toBeEmpty();
    expect(downloads.filter((target) => !target.endsWith('.mypikpak.com:443'))).toEqual([]);
  } finally {
    api.close();
    files.close();
  }
}, 60_000);
