import { beforeAll, describe, expect, test } from 'bun:test';
import { buffer, json } from 'node:stream/consumers';
import { START_TIME } from './cloud/cloud-fixture.ts';
import { createSandboxMaker, type InProcessAnswer, type InProcessSandbox } from './in-process.ts';

const USER = 'https://user.mypikpak.com';
const DRIVE = 'https://api-drive.mypikpak.com';
const CLIENT = 'YUMx5nI8ZU8Ap8pm';
const DEVICE = 'd'.repeat(32);
const TEXT = 'what lies in it';

let sandbox: InProcessSandbox;
let headers: Record<string, string>;

beforeAll(async () => {
  const make = createSandboxMaker();
  sandbox = await make({
    clock: { now: () => START_TIME },
    content: { '/folder/file.txt': TEXT, '/empty/': '' },
  });
  headers = await signIn();
});

async function* bytesOf(body: object): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(JSON.stringify(body));
}

async function answered(answer: InProcessAnswer): Promise<Record<string, unknown>> {
  if (answer === 'hang_up') throw new Error('no answer');
  return { ...Object(await json(answer.body)) };
}

async function post(url: string, body: object): Promise<Record<string, unknown>> {
  return answered(await sandbox.request({ method: 'POST', url, headers, body: bytesOf(body) }));
}

async function signIn(): Promise<Record<string, string>> {
  const init = {
    client_id: CLIENT,
    device_id: DEVICE,
    action: 'POST:/v1/auth/signin',
    meta: { email: 'demo@sluice.test' },
  };
  const { captcha_token } = await post(`${USER}/v1/shield/captcha/init`, init);
  const login = { client_id: CLIENT, username: 'demo@sluice.test', password: 'sluice-demo', captcha_token };
  const { access_token } = await post(`${USER}/v1/auth/signin`, login);
  return { Authorization: `Bearer ${String(access_token)}`, 'X-Device-Id': DEVICE };
}

function fileId(): string {
  return sandbox.cloud.inspect('demo@sluice.test').find(({ name }) => name === 'file.txt')?.id ?? '';
}

async function link(): Promise<string> {
  const answer = await sandbox.request({
    method: 'GET',
    url: `${DRIVE}/drive/v1/files/${fileId()}`,
    headers,
  });
  return String((await answered(answer))['web_content_link']);
}

describe('a sandbox without sockets', () => {
  test('holds what it was given, and nothing else', () => {
    const items = sandbox.cloud.inspect('demo@sluice.test');
    expect(items.map(({ name, kind, size }) => `${kind} ${name} ${size}`).toSorted()).toEqual([
      `file file.txt ${TEXT.length}`,
      'folder empty 0',
      'folder folder 0',
    ]);
    expect(() => sandbox.cloud.inspect('nobody@sluice.test')).toThrow(RangeError);
  });

  test('shows a look from inside what the service hides', async () => {
    await post(`${DRIVE}/drive/v1/files`, {
      kind: 'drive#file',
      name: 'new',
      size: 5,
      hash: 'A'.repeat(40),
      upload_type: 'UPLOAD_TYPE_RESUMABLE',
    });
    const found = sandbox.cloud.inspect('demo@sluice.test').find(({ name }) => name === 'new');
    expect(found).toMatchObject({ complete: false, trashed: false, size: 5 });
  });

  test.each([
    ['bytes=0-3', 206, TEXT.slice(0, 4), `bytes 0-3/${TEXT.length}`],
    ['', 200, TEXT, undefined],
    ['bytes=99-', 416, '', `bytes */${TEXT.length}`],
  ])('serves the range "%s" of a file with %i', async (range, status, text, contentRange) => {
    const answer = await sandbox.request({
      method: 'GET',
      url: await link(),
      headers: range === '' ? {} : { Range: range },
    });
    if (answer === 'hang_up') throw new Error('no answer');
    expect([answer.status, (await buffer(answer.body)).toString()]).toEqual([status, text]);
    expect(answer.headers['content-range']).toBe(contentRange);
  });

  test('cuts bodies and connections where a fault says so', async () => {
    const url = await link();
    sandbox.faults.add({ kind: 'cut_body', afterBytes: 4, match: {}, times: 1 });
    const cut = await sandbox.request({ method: 'GET', url });
    if (cut === 'hang_up') throw new Error('no answer');
    expect([cut.cut, cut.headers['content-length']]).toEqual([true, String(TEXT.length)]);
    expect((await buffer(cut.body)).toString()).toBe(TEXT.slice(0, 4));
    sandbox.faults.add({ kind: 'hang_up', when: 'before', match: {}, times: 1 });
    expect(await sandbox.request({ method: 'GET', url: `${DRIVE}/drive/v1/about`, headers })).toBe('hang_up');
  });

  test('leads requests to the object store', async () => {
    const answer = await sandbox.request({ method: 'PUT', url: 'https://upload-a10b.mypikpak.com/key' });
    if (answer === 'hang_up') throw new Error('no answer');
    expect(answer.status).toBe(403);
    expect((await buffer(answer.body)).toString()).toContain('<Code>');
  });
});
