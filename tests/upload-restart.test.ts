import { afterEach, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '@sluice/sandbox';

const MAIN = join(import.meta.dir, '../packages/server/src/main.ts');
const PASSWORD = 'upload-password';
const MIB = 1024 * 1024;
/** Parts of 5 MiB. */
const PARTS = 20;
const SIZE = PARTS * 5 * MIB - 17;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

interface Running {
  readonly url: string;
  readonly kill: (signal: 'SIGKILL' | 'SIGTERM') => Promise<unknown>;
}

/** A gateway in a process of its own. */
async function startGateway(data: string, caFile: string): Promise<Running> {
  const child = Bun.spawn([process.execPath, MAIN, 'serve'], {
    env: {
      ...process.env,
      SLUICE_PORT: '0',
      SLUICE_DATA: data,
      SLUICE_ADMIN_PASSWORD: PASSWORD,
      SLUICE_LOG: 'error',
      NODE_EXTRA_CA_CERTS: caFile,
    },
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const kill = (signal: 'SIGKILL' | 'SIGTERM'): Promise<unknown> => {
    child.kill(signal);
    return child.exited;
  };
  cleanups.push(() => kill('SIGKILL'));
  let printed = '';
  for await (const chunk of child.stdout) {
    printed += new TextDecoder().decode(chunk);
    const url = /Open\s+(\S+)/.exec(printed)?.[1];
    if (url !== undefined) return { url, kill };
  }
  throw new Error(`the gateway did not start: ${printed}`);
}

interface Answer {
  readonly code: number;
  readonly data: { readonly token: string; readonly size: number; readonly sign: string } | null;
}

async function api(url: string, path: string, token: string, body: object): Promise<Answer> {
  const headers = { 'Content-Type': 'application/json', Authorization: token };
  const response = await fetch(`${url}/api${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await response.json()) as Answer;
}

async function signIn(url: string): Promise<string> {
  const { data } = await api(url, '/auth/login', '', { username: 'admin', password: PASSWORD });
  return data?.token ?? '';
}

function partsSent(sandbox: Sandbox): number {
  return Object.entries(sandbox.stats().requests)
    .filter(([row]) => row.startsWith('PUT /upload_tmp/'))
    .reduce((sum, [, count]) => sum + count, 0);
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'an upload in a gateway that ends by %s goes on in the next, and finishes',
  async (signal) => {
    const data = await mkdtemp(join(tmpdir(), 'sluice-upload-'));
    cleanups.push(() => rm(data, { recursive: true, force: true }));
    const caFile = join(data, 'ca.pem');
    const sandbox = await startSandbox({ caFile });
    cleanups.push(() => sandbox.stop());
    const first = await startGateway(data, caFile);
    const token = await signIn(first.url);
    const addition = JSON.stringify({
      username: 'demo@sluice.test',
      password: 'sluice-demo',
      egress: `http://127.0.0.1:${sandbox.proxyPort}`,
    });
    const storage = { mount_path: '/drive', driver: 'PikPak', addition };
    expect(await api(first.url, '/admin/storage/create', token, storage)).toMatchObject({ code: 200 });

    const bytes = new Uint8Array(SIZE);
    for (let at = 0; at < SIZE; at += 4096) bytes[at] = (at / 4096) % 251;
    const sending = fetch(`${first.url}/api/fs/put`, {
      method: 'PUT',
      headers: { Authorization: token, 'File-Path': encodeURIComponent('/drive/new/long.bin') },
      body: bytes,
    }).then(
      (response) => response.status,
      () => 0,
    );
    while (partsSent(sandbox) < PARTS / 2) await pause();
    await first.kill(signal);
    expect(await sending.then((status) => status === 200 || status === 0)).toBe(true);
    const before = partsSent(sandbox);
    expect(before).toBeLessThan(PARTS);

    const second = await startGateway(data, caFile);
    const again = await signIn(second.url);
    let found: Answer['data'] = null;
    while (found === null) {
      const answer = await api(second.url, '/fs/get', again, { path: '/drive/new/long.bin' });
      if (answer.code === 200) found = answer.data;
      else await pause();
    }
    expect(found.size).toBe(SIZE);
    // Up to four parts were on their way at the end, and are sent again.
    expect(partsSent(sandbox)).toBeLessThanOrEqual(PARTS + 4);
    expect(sandbox.stats().requests['POST /drive/v1/files']).toBe(2); // the folder and the file
    const download = await fetch(`${second.url}/p/drive/new/long.bin?sign=${found.sign}`);
    const digest = createHash('sha256');
    for await (const chunk of download.body ?? []) digest.update(chunk);
    expect(digest.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
    while ((await readdir(join(data, 'uploads'))).length > 0) await pause();
    await second.kill('SIGTERM');
  },
  120_000,
);
