import { afterEach, describe, expect, test } from 'bun:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, createApp } from './app.ts';
import type { AppOverrides, Started } from './wiring/parts.ts';
import { type AppConfig, StartError } from './config.ts';
import type { DriverType } from './core/driver.ts';
import { StorageError } from './core/errors.ts';
import { normalizePath } from './core/path.ts';
import { memoryDriverType } from './drivers/memory/index.ts';
import { fakeStorage } from './links/testing/upstream.ts';
import type { StorageInput } from './storages/service.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sluice-app-'));
  cleanups.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

function configFor(data: string, more: Partial<AppConfig> = {}): AppConfig {
  return {
    host: '127.0.0.1',
    port: 0,
    data,
    adminPassword: 'admin-password',
    secretKey: undefined,
    trustedProxies: '',
    logLevel: 'error',
    ...more,
  };
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const films: DriverType<unknown> = memoryDriverType({
  Movies: { 'a film.mp4': 'abcdefghij', 'page.html': '<p>' },
  'empty.txt': '',
});

/** A cloud that is down, and takes its time to say so when asked. */
const downType: DriverType<unknown> = {
  ...films,
  kind: 'Down',
  create: () => {
    const refuse = (): Promise<never> =>
      Promise.reject(new StorageError('forbidden', 'The cloud is closed.', { detail: { remedy: 'Wait.' } }));
    const traits = { duplicateNames: false, caseSensitive: true, listTtlMs: 0, localSort: true };
    return { kind: 'Down', root: 'r', traits, list: refuse, stat: refuse, close: async () => {} };
  },
};

const overrides: AppOverrides = { log: silent, drivers: [films, downType] };

interface Running extends Started {
  readonly app: App;
  /** Calls the API as admin and gives the envelope. */
  readonly call: (path: string, body?: unknown) => Promise<{ code: number; message: string; data: never }>;
}

async function run(config: AppConfig, more: AppOverrides = {}): Promise<Running> {
  const app = await createApp(config, { ...overrides, ...more });
  cleanups.push(() => app.stop());
  const started = await app.start();
  let token = '';
  const call: Running['call'] = async (path, body) => {
    const res = await fetch(`${started.url}/api${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: token },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await res.json()) as Awaited<ReturnType<Running['call']>>;
  };
  const login = await call('/auth/login', {
    username: 'admin',
    password: started.firstAdmin?.password ?? 'admin-password',
  });
  token = (login.data as { token: string }).token;
  return { ...started, app, call };
}

const storage = (mount_path: string, driver = 'Memory'): object => ({ mount_path, driver, addition: '{}' });

describe('a gateway', () => {
  test('serves what was added to it, and still does after a restart', async () => {
    const config = configFor(await folder());
    const first = await run(config);
    expect(await first.call('/admin/storage/create', storage('/films'))).toMatchObject({ code: 200 });
    const got = await first.call('/fs/get', { path: '/films/Movies/a film.mp4' });
    const { raw_url } = got.data as { raw_url: string };
    expect(raw_url).toStartWith(`${first.url}/p/films/Movies/a%20film.mp4?sign=`);
    await first.app.stop();

    const second = await run(config);
    expect(second.firstAdmin).toBeUndefined();
    const part = await fetch(raw_url.replace(first.url, second.url), { headers: { Range: 'bytes=2-4' } });
    expect(part.status).toBe(206);
    expect(await part.text()).toBe('cde');
  });

  test('makes up a password at its first start and tells it once', async () => {
    const config = configFor(await folder(), { adminPassword: undefined });
    const first = await run(config);
    expect(first.firstAdmin?.username).toBe('admin');
    expect(first.firstAdmin?.password?.length).toBeGreaterThan(11);
    expect(await first.call('/me')).toMatchObject({ code: 200 });
  });

  test('ten of them run side by side, each with its own tree', async () => {
    const apps = await Promise.all(Array.from({ length: 10 }, async () => run(configFor(await folder()))));
    await Promise.all(apps.map(({ call }, i) => call('/admin/storage/create', storage(`/own-${i}`))));
    const roots = await Promise.all(apps.map(({ call }) => call('/fs/list', { path: '/' })));
    expect(JSON.stringify(roots)).not.toContain('password');
    expect(
      roots.map(({ data }) => (data as { content: { name: string }[] }).content.map(({ name }) => name)),
    ).toEqual(apps.map((_, i) => [`own-${i}`]));
  });

  test('starts with a storage whose cloud is down, shows why, and serves the others', async () => {
    const { url, call } = await run(configFor(await folder()));
    expect(await call('/admin/storage/create', storage('/down', 'Down'))).toMatchObject({ code: 500 });
    await call('/admin/storage/create', storage('/up'));
    const { content } = (await call('/fs/list', { path: '/' })).data as { content: { name: string }[] };
    expect(content).toMatchObject([
      { name: 'down', mount: { state: 'degraded', reason: 'The cloud is closed.', remedy: 'Wait.' } },
      { name: 'up', mount: { state: 'ok' } },
    ]);
    expect(await call('/fs/list', { path: '/down' })).toMatchObject({
      code: 403,
      message: 'The cloud is closed. Wait.',
    });
    expect(await call('/fs/list', { path: '/up' })).toMatchObject({ code: 200 });
    const health = await (await fetch(`${url}/healthz`)).json();
    expect(health).toMatchObject({ status: 'ok', storages: { degraded: 1, ok: 1 } });
  });

  test('gives first storages to a new installation alone, and only kinds that it has', async () => {
    const { id: _, modified: __, ...input } = fakeStorage({ mountPath: normalizePath('/demo') });
    const firstStorages: StorageInput[] = [
      input,
      { ...input, mountPath: normalizePath('/other'), driver: 'Nope' },
    ];
    const config = configFor(await folder());
    const first = await run(config, { firstStorages, demo: true });
    const list = await first.call('/admin/storage/list');
    expect((list.data as { content: object[] }).content).toMatchObject([{ mount_path: '/demo' }]);
    expect(await first.call('/public/settings')).toMatchObject({ data: { demo: 'true', version: 'v0.1.0' } });
    await first.call('/admin/storage/delete?id=1', {});
    await first.app.stop();
    const second = await run(config, { firstStorages });
    expect(await second.call('/admin/storage/list')).toMatchObject({ data: { total: 0 } });
    expect((await second.call('/public/settings')).data).not.toHaveProperty('demo');
  });

  test('answers for its health and figures', async () => {
    const { url } = await run(configFor(await folder()));
    expect(await (await fetch(`${url}/ping`)).text()).toBe('pong');
    const figures = await (await fetch(`${url}/metrics`)).text();
    expect(figures).toContain('sluice_http_requests_total{door="health",status="200"} 1');
    expect(figures).toContain('sluice_streams_open 0');
    expect((await fetch(`${url}/robots.txt`)).headers.get('content-type')).toStartWith('text/plain');
  });

  test('stops within two seconds, running downloads or not, and once is enough', async () => {
    const never: DriverType<unknown> = {
      ...films,
      create: (config, env) => ({
        ...films.create(config, env),
        read: async () => new ReadableStream({ start: (c) => c.enqueue(new Uint8Array(3)) }),
      }),
    };
    const { app, call } = await run(configFor(await folder()), { drivers: [never] });
    await call('/admin/storage/create', storage('/films'));
    const got = await call('/fs/get', { path: '/films/Movies/a film.mp4' });
    const res = await fetch((got.data as { raw_url: string }).raw_url);
    const began = performance.now();
    await app.stop();
    await app.stop();
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(await res.arrayBuffer().catch((error: unknown) => error)).toBeInstanceOf(Error);
  });
});

describe('a start that can not be', () => {
  const refused = async (config: AppConfig): Promise<string> => {
    const app = await createApp(config, overrides).catch((error: unknown) => error);
    if (app instanceof Error) {
      expect(app).toBeInstanceOf(StartError);
      return app.message;
    }
    cleanups.push(() => (app as App).stop());
    const error = await (app as App).start().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StartError);
    return (error as Error).message;
  };

  test('names a taken port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(async () => server.close());
    const { port } = server.address() as AddressInfo;
    const message = await refused(configFor(await folder(), { port }));
    expect(message).toBe(
      `127.0.0.1:${port} is taken by another program. Stop it, or choose another port with --port.`,
    );
  });

  test('names an address that this machine does not have', async () => {
    expect(await refused(configFor(await folder(), { host: '192.0.2.1' }))).toContain('192.0.2.1');
  });

  test('says in one line why the data folder can not be used', async () => {
    const file = join(await folder(), 'file');
    await writeFile(file, '');
    expect(await refused(configFor(join(file, 'data')))).not.toContain('\n');
  });

  test('names a wrong trusted proxy', async () => {
    const message = await refused(configFor(await folder(), { trustedProxies: '10.0.0.0/99' }));
    expect(message).toBe(
      'SLUICE_TRUSTED_PROXIES: "10.0.0.0/99" is not an address or a range such as 10.0.0.0/8.',
    );
  });
});
