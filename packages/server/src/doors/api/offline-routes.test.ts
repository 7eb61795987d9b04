import { afterEach, describe, expect, test } from 'bun:test';
import { ROOT } from '../../core/path.ts';
import { Permission } from '../../core/rights.ts';
import { type OfflineWorld, offlineWorld } from '../../offline/testing/offline-world.ts';
import type { User } from '../../users/user.ts';
import { admin, type DoorFixture, startDoors } from '../testing/fixture.ts';

const MAGNET = 'magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567';
const MEI: User = { ...admin, id: 7, username: 'mei', role: 'general', admin: false, basePath: ROOT };

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(permission: number): Promise<DoorFixture & { readonly world: OfflineWorld }> {
  const world = await offlineWorld();
  const doors = await startDoors({
    users: [admin, { ...MEI, permission }],
    tasks: { of: () => world.tasks },
    offline: world.offline,
    viewOf: world.viewOf,
  });
  closers.push(() => world.close(), doors.close);
  return { ...doors, world };
}

const mei = { headers: { Authorization: 'mei-token', 'Content-Type': 'application/json' } };
const wish = { path: '/cloud/Inbox', urls: [MAGNET, '', 'https://h.example/a.bin'], tool: 'cloud' };

describe('fs/add_offline_download', () => {
  test('makes a task for each link and answers as the reference shows', async () => {
    const { api } = await start(Permission.offlineDownload);
    const answer = JSON.parse(await api('/fs/add_offline_download', wish, mei));
    expect(answer).toMatchObject({
      code: 200,
      message: 'success',
      data: {
        tasks: [
          { name: `download ${MAGNET} to (/cloud/Inbox)`, creator: 'mei', state: 0, progress: 0, error: '' },
          { name: 'download https://h.example/a.bin to (/cloud/Inbox)' },
        ],
      },
    });
  });

  test('is refused without the right to it, and nothing is begun', async () => {
    const { api, world } = await start(Permission.write);
    const answer = JSON.parse(await api('/fs/add_offline_download', wish, mei));
    expect(answer).toEqual({ code: 403, message: 'permission denied', data: null });
    expect((await world.tasks.list({})).total).toBe(0);
  });

  test("keeps AList's words for a storage that can't, and says what to do", async () => {
    const { api, world } = await start(Permission.offlineDownload);
    const answer = JSON.parse(await api('/fs/add_offline_download', { ...wish, path: '/disk/Inbox' }, mei));
    expect(answer.code).toBe(500);
    expect(answer.message).toContain(
      'unsupported storage driver for offline download, only Cloud is supported',
    );
    expect(answer.message).toContain('Choose a folder in /cloud');
    expect((await world.tasks.list({})).total).toBe(0);
  });

  test('an unknown tool, a missing folder and no links', async () => {
    const { api } = await start(Permission.offlineDownload);
    const ask = async (more: object): Promise<unknown> =>
      JSON.parse(await api('/fs/add_offline_download', { ...wish, ...more }, mei));
    expect(await ask({ tool: 'aria3' })).toMatchObject({
      code: 500,
      message: 'failed get tool: tool aria3 not found. There are Cloud.',
    });
    expect(await ask({ path: '/cloud/nope' })).toMatchObject({ code: 500, message: 'object not found' });
    expect(await ask({ urls: [] })).toMatchObject({ code: 400 });
    expect(await ask({ urls: ['no link'] })).toMatchObject({ code: 400 });
  });

  test('the tools are told to anyone', async () => {
    const { api } = await start(0);
    expect(JSON.parse(await api('/public/offline_download_tools')).data).toEqual(['Cloud']);
  });

  test('a form of a frontend that sets a tool up is told whether the folder can be served', async () => {
    const { api } = await start(0);
    const set = async (temp_dir: string): Promise<unknown> =>
      JSON.parse(await api('/admin/setting/set_cloud', { temp_dir }));
    expect(await set('/cloud/Inbox')).toMatchObject({ code: 200, data: 'ok' });
    expect(await set('')).toMatchObject({ code: 200, data: 'ok' });
    expect(await set('/disk/Inbox')).toMatchObject({
      message: expect.stringContaining('unsupported storage driver for offline download') as unknown,
    });
    expect(JSON.parse(await api('/admin/setting/set_cloud', { temp_dir: '' }, mei))).toMatchObject({
      code: 403,
    });
  });
});
