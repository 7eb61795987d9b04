import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
  const login = { password: 'sluice-demo', egress: 'here' };
  await world.add('/drive', { ...login, username: 'demo@sluice.test' });
  await world.add('/full', { ...login, username: 'full@sluice.test' });
  for (const path of ['/drive/a/b', '/drive/c/Movies', '/full/copies']) await call('mkdir', { path });
});

afterAll(() => world.stop());

async function call(route: string, body: object): Promise<{ code: number; message: string }> {
  const { code, message } = await world.call(`/fs/${route}`, body);
  return { code, message };
}

async function put(path: string, body: string): Promise<{ code: number; message: string }> {
  const headers = { Authorization: world.token(), 'File-Path': encodeURIComponent(path) };
  const answer = await fetch(`${world.url}/api/fs/put`, { method: 'PUT', headers, body });
  const { code, message } = (await answer.json()) as { code: number; message: string };
  return { code, message };
}

/** Everything that both drives hold, as it really is. */
function drives(): object {
  return ['demo@sluice.test', 'full@sluice.test'].map((email) => world.sandbox.cloud.inspect(email));
}

const LONG = '名'.repeat(86); // 258 bytes
const TOO_LONG = 'invalid file name: a name must not be longer than 255 bytes. Choose another name.';
const FORBIDDEN = 'invalid file name: PikPak takes no name with " * : < > ? or |. Choose another name.';
const SLASHES =
  'invalid file name: a name must not contain slashes, backslashes or NUL. Choose another name.';
const ITSELF = 'a folder cannot be put into itself';
const FULL = "The PikPak account is full. Delete something, empty PikPak's trash, or get more space.";

describe('what PikPak would refuse or mangle is refused in words, and changes nothing', () => {
  test.each([
    ['a folder with a name that is too long', 'mkdir', { path: `/drive/${LONG}` }, 400, TOO_LONG],
    ['a new name that is too long', 'rename', { path: '/drive/a', name: LONG }, 400, TOO_LONG],
    ['a folder with forbidden characters', 'mkdir', { path: '/drive/what?' }, 400, FORBIDDEN],
    ['a new name with forbidden characters', 'rename', { path: '/drive/a', name: 'a:b' }, 400, FORBIDDEN],
    [
      'a name with a blank at its end',
      'rename',
      { path: '/drive/a', name: 'a ' },
      400,
      'invalid file name: PikPak takes no name with blanks at its begin or end. Choose another name.',
    ],
    [
      'a name with a dot at its end',
      'mkdir',
      { path: '/drive/a.' },
      400,
      'invalid file name: PikPak takes no name with a dot at its end. Choose another name.',
    ],
    ['a new name with a slash', 'rename', { path: '/drive/a', name: 'x/y' }, 400, SLASHES],
    ['an empty new name', 'rename', { path: '/drive/a', name: '' }, 400, undefined],
    ['a folder into itself', 'move', { src_dir: '/drive', dst_dir: '/drive/a/b', names: ['a'] }, 400, ITSELF],
    ['a copy into itself', 'copy', { src_dir: '/drive', dst_dir: '/drive/a', names: ['a'] }, 400, ITSELF],
    [
      'a name that is taken where it moves to',
      'move',
      { src_dir: '/drive', dst_dir: '/drive/c', names: ['Movies'] },
      403,
      'file [Movies] exists',
    ],
    [
      'a name that is taken where it is copied to',
      'copy',
      { src_dir: '/drive', dst_dir: '/drive/c', names: ['Movies'] },
      403,
      'file [Movies] exists',
    ],
    ['a new name that is taken', 'rename', { path: '/drive/a', name: 'c' }, 403, 'file [c] exists'],
    [
      'a copy that does not fit',
      'copy',
      { src_dir: '/full', dst_dir: '/full/copies', names: ['everything.bin'] },
      500,
      FULL,
    ],
    [
      "a folder of PikPak's own",
      'rename',
      { path: '/drive/My Pack', name: 'mine' },
      403,
      "PikPak's own folders can't be moved, renamed or deleted.",
    ],
    ['what is not there', 'rename', { path: '/drive/nothing', name: 'x' }, 500, 'object not found'],
  ] as const)('%s', async (...row) => {
    const [, route, body, code, message] = row;
    const before = drives();
    const answer = await call(route, body);
    expect(answer).toEqual({ code, message: message ?? answer.message });
    expect(answer.message.length).toBeGreaterThan(10);
    expect(drives()).toEqual(before);
  });

  test.each([
    ['with a name that is too long', `/drive/${LONG}`, 400, TOO_LONG],
    ['with forbidden characters', '/drive/a/<b>', 400, FORBIDDEN],
    ['over a folder', '/drive/c', 500, 'not a file'],
    ['below a file', '/full/sample.mp4/x', 500, 'not a folder'],
  ])('an upload %s', async (_, path, code, message) => {
    const before = drives();
    expect(await put(path, 'text')).toEqual({ code, message });
    expect(drives()).toEqual(before);
  });
});

describe('a limit of the day', () => {
  test.each([
    [
      'copy',
      '/drive/v1/files:batchCopy',
      () => call('copy', { src_dir: '/drive', dst_dir: '/drive/a', names: ['Music'] }),
    ],
    ['upload', '/drive/v1/files', () => put('/drive/a/new.txt', 'text')],
  ])('on a %s is told as one, and leaves nothing', async (_, path, act) => {
    const before = drives();
    const text = 'The limit of today is reached';
    world.sandbox.faults.add({
      kind: 'vendor_error',
      status: 403,
      error: 'task_daily_create_limit',
      code: 11,
      text,
      match: { method: 'POST', path },
      times: 1,
    });
    const answer = await act();
    expect(answer).toEqual({
      code: 500,
      message:
        'PikPak takes no more uploads and downloads into this account today. Try again tomorrow. Paying accounts have more.',
    });
    expect(drives()).toEqual(before);
  });
});
