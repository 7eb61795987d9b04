import { afterEach, expect, test } from 'bun:test';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '@sluice/sandbox';

const MAIN = join(import.meta.dir, '../packages/server/src/main.ts');
const PASSWORD = 'task-password';
const FILES = 30;
const LINKS = [
  'magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567',
  'https://h.example/guide.pdf',
  `ed2k://|file|song.mp3|1000|${'a'.repeat(32)}|/`,
  'https://x.com/someone/status/123',
];
const FETCHED = ['guide.pdf', 'holiday', 'song.mp3', 'x.com 123.mp4'];

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

interface Task {
  readonly name: string;
  readonly phase: string;
  readonly error: string;
  readonly progress: number;
}

interface Answer {
  readonly code: number;
  readonly message: string;
  readonly data: {
    readonly token: string;
    readonly content: readonly (Task & { readonly size: number })[] | null;
  };
}

/** A gateway in a process of its own, and a client that has signed in. */
async function startGateway(data: string, caFile: string) {
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
  let [printed, url] = ['', ''];
  for await (const chunk of child.stdout) {
    printed += new TextDecoder().decode(chunk);
    url = /Open\s+(\S+)/.exec(printed)?.[1] ?? '';
    if (url !== '') break;
  }
  let token = '';
  const call = async (path: string, body?: object): Promise<Answer> => {
    const response = await fetch(`${url}/api${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: token },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await response.json()) as Answer;
  };
  token = (await call('/auth/login', { username: 'admin', password: PASSWORD })).data.token;
  return { call, kill };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('links of every kind and a copied tree end right in a gateway that is killed again and again', async () => {
  const data = await mkdtemp(join(tmpdir(), 'sluice-tasks-'));
  cleanups.push(() => rm(data, { recursive: true, force: true }));
  const disk = join(data, 'disk');
  await mkdir(join(disk, 'Tree/Deep'), { recursive: true });
  for (let i = 0; i < FILES; i++) {
    await Bun.write(join(disk, i % 2 === 0 ? 'Tree' : 'Tree/Deep', `f${i}.txt`), `content of ${i}`);
  }
  const caFile = join(data, 'ca.pem');
  const sandbox = await startSandbox({ caFile });
  cleanups.push(() => sandbox.stop());
  let gateway = await startGateway(join(data, 'gateway'), caFile);
  const egress = `http://127.0.0.1:${sandbox.proxyPort}`;
  const account = JSON.stringify({ username: 'demo@sluice.test', password: 'sluice-demo', egress });
  const storages = [
    { mount_path: '/drive', driver: 'PikPak', addition: account },
    { mount_path: '/disk', driver: 'Local', addition: JSON.stringify({ root_folder_path: disk }) },
  ];
  for (const storage of storages)
    expect(await gateway.call('/admin/storage/create', storage)).toMatchObject({ code: 200 });
  for (const path of ['/drive/Inbox', '/drive/Copied']) await gateway.call('/fs/mkdir', { path });
  const refused = await gateway.call('/fs/add_offline_download', {
    path: '/disk',
    urls: LINKS,
    tool: 'PikPak',
  });
  expect(refused.message).toContain('only Pikpak is supported');
  expect(refused.message).toContain('/drive');
  const wish = { path: '/drive/Inbox', urls: LINKS, tool: 'PikPak' };
  expect(await gateway.call('/fs/add_offline_download', wish)).toMatchObject({ code: 200 });
  const copy = { src_dir: '/disk', dst_dir: '/drive/Copied', names: ['Tree'] };
  expect(await gateway.call('/fs/copy', copy)).toMatchObject({ code: 200 });

  for (const ms of [300, 1500, 900]) {
    await pause(ms);
    await gateway.kill('SIGKILL');
    gateway = await startGateway(join(data, 'gateway'), caFile);
  }
  let tasks: readonly Task[] = [];
  do {
    await pause(250);
    sandbox.clock.advance(500);
    tasks = (await gateway.call('/task/list')).data.content ?? [];
  } while (tasks.some(({ phase }) => !['succeeded', 'failed', 'canceled'].includes(phase)));
  expect(tasks.map(({ phase, error }) => [phase, error])).toEqual(
    Array.from({ length: 5 }, () => ['succeeded', '']),
  );

  const names = async (path: string): Promise<readonly string[]> =>
    ((await gateway.call('/fs/list', { path })).data.content ?? []).map(({ name }) => name).sort();
  expect(await names('/drive/Inbox')).toEqual(FETCHED);
  expect((await names('/drive/Copied/Tree')).length).toBe(FILES / 2 + 1);
  expect((await names('/drive/Copied/Tree/Deep')).length).toBe(FILES / 2);
  const copied = [
    ...((await gateway.call('/fs/list', { path: '/drive/Copied/Tree' })).data.content ?? []),
    ...((await gateway.call('/fs/list', { path: '/drive/Copied/Tree/Deep' })).data.content ?? []),
  ];
  for (let i = 0; i < FILES; i++) {
    const sizes = copied.filter(({ name }) => name === `f${i}.txt`).map(({ size }) => size);
    expect([i, sizes]).toEqual([i, [`content of ${i}`.length]]);
  }
  await gateway.kill('SIGTERM');
}, 240_000);
