import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '@sluice/sandbox';
import { type App, createApp } from '../packages/server/src/app.ts';
import { testWith } from './tools.ts';

const PASSWORD = 'whole-way-1';
const BIG = '/one/Big/4GiB.bin';
const TWO_HOURS_MS = 2 * 3_600_000;
const curl = Bun.which('curl') ?? undefined;

interface Envelope {
  readonly code: number;
  readonly message: string;
  readonly data: Record<string, unknown>;
}

/** Bytes of the generated file: byte i is i mod 251. */
function pattern(start: number, end: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: end - start }, (_, index) => (start + index) % 251));
}

describe('from a client through the gateway to the cloud', () => {
  const data = mkdtempSync(join(tmpdir(), 'sluice-way-'));
  let sandbox: Sandbox;
  let app: App;
  let url = '';
  let token = '';

  async function api(path: string, body: unknown): Promise<Envelope> {
    const headers = { authorization: token, 'content-type': 'application/json' };
    const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await response.json()) as Envelope;
  }

  async function mount(path: string): Promise<void> {
    const addition = { username: 'demo@sluice.test', password: 'sluice-demo', egress: 'sandbox' };
    const record = { mount_path: path, driver: 'PikPak', addition: JSON.stringify(addition) };
    expect(await api('/api/admin/storage/create', record)).toMatchObject({ code: 200 });
  }

  async function signed(path: string): Promise<string> {
    const { data: file } = await api('/api/fs/get', { path });
    return `${url}/p${encodeURI(path)}?sign=${String(file['sign'])}`;
  }

  beforeAll(async () => {
    sandbox = await startSandbox();
    const direct = {
      kind: 'direct',
      connectTo: { host: '127.0.0.1', port: sandbox.port },
      ca: sandbox.caPem,
    } as const;
    const secretKey = 'a key for this test alone';
    app = await createApp(
      {
        host: '127.0.0.1',
        port: 0,
        data,
        adminPassword: PASSWORD,
        secretKey,
        trustedProxies: '',
        logLevel: 'error',
      },
      {
        egress: { sandbox: direct },
        clock: {
          now: () => sandbox.clock.now(),
          sleep: (ms, signal) =>
            new Promise((resolve, reject) => {
              const timer = setTimeout(resolve, ms);
              signal.addEventListener('abort', () => (clearTimeout(timer), reject(signal.reason)), {
                once: true,
              });
            }),
        },
      },
    );
    url = (await app.start()).url;
    token = String((await api('/api/auth/login', { username: 'admin', password: PASSWORD })).data['token']);
    await mount('/one');
    await mount('/two');
  });

  afterAll(async () => {
    await app.stop();
    await sandbox.stop();
    rmSync(data, { recursive: true, force: true });
  });

  test('two storages of one login cause one sign-in', async () => {
    expect(await api('/api/fs/list', { path: '/one' })).toMatchObject({ code: 200 });
    expect(await api('/api/fs/list', { path: '/two' })).toMatchObject({ code: 200 });
    expect(sandbox.stats().signIns).toBe(1);
  });

  testWith(curl, 'curl', 'curl -r 1000-1999 through /p has the bytes of the cloud', async () => {
    const child = Bun.spawn([curl ?? '', '--silent', '--fail', '--range', '1000-1999', await signed(BIG)]);
    const got = Buffer.from(await new Response(child.stdout).arrayBuffer());
    expect(await child.exited).toBe(0);
    expect(got.equals(pattern(1000, 2000))).toBe(true);
  });

  test('a client that leaves in mid-film frees the cloud’s connection within a second', async () => {
    const address = await signed(BIG);
    const left = Promise.withResolvers<void>();
    const client = request(address, (response) => {
      response.once('data', () => {
        expect(sandbox.stats().openCdnConnections).toBe(1);
        client.destroy();
        left.resolve();
      });
      response.on('error', () => {}); // the cut is ours
    });
    client.on('error', () => {});
    client.end();
    await left.promise;
    const deadline = performance.now() + 1000;
    while (sandbox.stats().openCdnConnections > 0 && performance.now() < deadline) await Bun.sleep(10);
    expect(sandbox.stats().openCdnConnections).toBe(0);
  });

  test('a hundred requests with an expired token cause one refresh', async () => {
    const before = sandbox.stats().refreshes;
    sandbox.clock.advance(TWO_HOURS_MS + 60_000);
    token = String((await api('/api/auth/login', { username: 'admin', password: PASSWORD })).data['token']);
    const folders = ['Movies', 'Music', 'Photos', 'Documents', 'Big'];
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        api('/api/fs/list', {
          path: `/${index % 2 === 0 ? 'one' : 'two'}/${folders[index % folders.length]}`,
        }),
      ),
    );
    expect(answers.map(({ code }) => code)).toEqual(Array.from({ length: 100 }, () => 200));
    expect(sandbox.stats().refreshes).toBe(before + 1);
    expect(sandbox.stats().signIns).toBe(1);
  });
});
