import { describe, expect, test } from 'bun:test';
import type { Cloud } from '../../types.ts';
import { ask, driveHeaders, makeCloud, record, records } from '../cloud-fixture.ts';
import type { Body } from '../request.ts';

const OPEN = 'VNsandboxOpenShare00001';
const LOCKED = 'VNsandboxLockedShare001';
const DEMO = 'demo@sluice.test';

async function world(options: Parameters<typeof makeCloud>[0] = {}) {
  const made = await makeCloud(options);
  const headers = await driveHeaders(made.cloud, DEMO);
  const restore = (json: object, as = headers) =>
    ask(made.cloud, '/drive/v1/share/restore', { headers: as, json });
  const task = async (id: unknown) =>
    (await ask(made.cloud, `/drive/v1/tasks/${String(id)}`, { headers })).body;
  return { ...made, headers, restore, task };
}

async function rootOf(cloud: Cloud, headers: Record<string, string>, share_id: string): Promise<Body[]> {
  const { body } = await ask(cloud, '/drive/v1/share/detail', { headers, query: { share_id } });
  return records(body, 'files');
}

async function folder(cloud: Cloud, headers: Record<string, string>, name: string): Promise<string> {
  const json = { kind: 'drive#folder', parent_id: '', name };
  const { body } = await ask(cloud, '/drive/v1/files', { headers, json });
  return String(record(body, 'file')['id']);
}

describe('saving out of a share', () => {
  test('is a task, and what comes has the ids that were told at the start', async () => {
    const { cloud, clock, headers, restore, task } = await world();
    const parent_id = await folder(cloud, headers, 'Saved');
    const film = (await rootOf(cloud, headers, OPEN)).find(({ name }) => name === 'Film');
    const file_ids = [String(film?.['id'])];
    const { status, body } = await restore({
      share_id: OPEN,
      pass_code_token: '',
      file_ids,
      parent_id,
      specify_parent_id: true,
    });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { share_status: 'OK', share_status_text: '', restore_status: 'RESTORE_START' },
    });
    const traced: unknown = JSON.parse(String(record(body, 'params')['trace_file_ids']));
    expect(traced).toEqual({ [file_ids[0] ?? '']: body['file_id'] });
    expect(await task(body['restore_task_id'])).toMatchObject({
      phase: 'PHASE_TYPE_RUNNING',
      type: 'restore',
    });
    expect(cloud.inspect(DEMO).filter(({ parentId }) => parentId === parent_id)).toEqual([]);
    clock.advance(60_000);
    expect(await task(body['restore_task_id'])).toMatchObject({
      phase: 'PHASE_TYPE_COMPLETE',
      file_id: body['file_id'],
      params: record(body, 'params'),
    });
    const saved = cloud.inspect(DEMO).filter(({ parentId }) => parentId === body['file_id']);
    expect(saved.map(({ name }) => name).toSorted()).toEqual(['sample.mp4', 'sample.srt']);
  });

  test('without a folder goes to the pack of its own, and without ids takes all', async () => {
    const { cloud, clock, restore } = await world();
    const { body } = await restore({ share_id: OPEN, pass_code_token: '', file_ids: [] });
    clock.advance(60_000);
    const items = cloud.inspect(DEMO);
    const pack = items.find(({ name }) => name === 'Pack From Shared');
    expect(body['file_id']).toBe(pack?.id ?? 'none');
    const names = items.filter(({ parentId }) => parentId === pack?.id).map(({ name }) => name);
    expect(names.toSorted()).toEqual(['Deep', 'Film', 'Photos', 'readme.md']);
  });

  test('needs an account, the token of a pass code, room, and a share of somebody else', async () => {
    const { cloud, restore } = await world();
    expect((await restore({ share_id: OPEN }, { 'x-device-id': 'd' })).status).toBe(401);
    expect((await restore({ share_id: LOCKED, pass_code_token: '' })).body).toMatchObject({
      share_status: 'PASS_CODE_EMPTY',
      restore_status: 'RESTORE_ERROR',
      restore_task_id: '',
    });
    const full = await driveHeaders(cloud, 'full@sluice.test');
    const own = await driveHeaders(cloud, DEMO);
    const big = cloud.inspect(DEMO).find(({ name }) => name === '4GiB.bin');
    const made = await ask(cloud, '/drive/v1/share', { headers: own, json: { file_ids: [big?.id] } });
    const share_id = String(made.body['share_id']);
    expect((await restore({ share_id }, full)).body).toMatchObject({
      error: 'file_space_not_enough',
      error_code: 8,
    });
    expect((await restore({ share_id })).body).toMatchObject({ error: 'file_restore_own', error_code: 9 });
  });

  test('into a folder that goes meanwhile fails and leaves nothing', async () => {
    const { cloud, clock, faults, headers, restore, task } = await world();
    const parent_id = await folder(cloud, headers, 'Going');
    const path = '/drive/v1/share/restore';
    faults.add({ kind: 'slow_task', match: { method: 'POST', path }, times: 1, delayMs: 30_000 });
    const { body } = await restore({ share_id: OPEN, pass_code_token: '', parent_id });
    await ask(cloud, `/drive/v1/files/${parent_id}`, { method: 'DELETE', headers });
    clock.advance(60_000);
    expect(await task(body['restore_task_id'])).toMatchObject({ phase: 'PHASE_TYPE_ERROR' });
  });
});

describe("an account's own shares", () => {
  async function guide() {
    const made = await world();
    const { cloud, headers } = made;
    const file = cloud.inspect(DEMO).find(({ name }) => name === 'readme.md');
    const create = async (json: object = {}) =>
      (await ask(cloud, '/drive/v1/share', { headers, json: { file_ids: [file?.id], ...json } })).body;
    const list = async () => records((await ask(cloud, '/drive/v1/share/list', { headers })).body, 'data');
    const read = async (share_id: unknown, pass_code = '') => {
      const query = { share_id: String(share_id), pass_code };
      const visitor = { 'x-device-id': 'd', 'x-client-id': 'YUMx5nI8ZU8Ap8pm' };
      return (await ask(cloud, '/drive/v1/share', { headers: visitor, query })).body;
    };
    return { ...made, file, create, list, read };
  }

  test('are made with a code or without, are listed newest first, and open for others', async () => {
    const { clock, create, list, read } = await guide();
    const open = await create();
    expect(open).toMatchObject({
      share_url: `https://mypikpak.com/s/${String(open['share_id'])}`,
      pass_code: '',
      share_list: [],
    });
    clock.advance(1000);
    const locked = await create({ share_to: 'encryptedlink', pass_code_option: 'REQUIRED' });
    expect(String(locked['pass_code'])).toMatch(/^[a-z0-9]{4}$/);
    expect((await list()).map((share) => share['share_id'])).toEqual([locked['share_id'], open['share_id']]);
    expect((await read(open['share_id']))['share_status']).toBe('OK');
    expect((await read(locked['share_id']))['share_status']).toBe('PASS_CODE_EMPTY');
    expect((await read(locked['share_id'], String(locked['pass_code'])))['share_status']).toBe('OK');
  });

  test('end when their days are over, when they are deleted, and when what they show is', async () => {
    const { cloud, clock, headers, file, create, list, read } = await guide();
    const brief = await create({ expiration_days: 1 });
    const deleted = await create();
    const ids = [deleted['share_id']];
    await ask(cloud, '/drive/v1/share:batchDelete', { headers, json: { ids } });
    expect((await read(deleted['share_id']))['share_status']).toBe('DELETED');
    expect(await list()).toHaveLength(1);
    clock.advance(86_400_000);
    expect((await read(brief['share_id']))['share_status']).toBe('EXPIRED');
    const again = await driveHeaders(cloud, DEMO);
    const made = await ask(cloud, '/drive/v1/share', { headers: again, json: { file_ids: [file?.id] } });
    await ask(cloud, `/drive/v1/files/${file?.id}`, { method: 'DELETE', headers: again });
    clock.advance(60_000);
    expect((await read(made.body['share_id']))['share_status']).toBe('DELETED');
  });
});

test('a rule cuts every original of a share, and says so only when it is to', async () => {
  for (const told of [true, false]) {
    const { cloud, headers } = await world({ rules: { sharedCut: { part: 0.4, told } } });
    const file = (await rootOf(cloud, headers, OPEN)).find(({ kind }) => kind === 'drive#file');
    const query = { share_id: OPEN, file_id: String(file?.['id']) };
    const { body } = await ask(cloud, '/drive/v1/share/file_info', { headers, query });
    const info = record(body, 'file_info');
    expect(record(info, 'params')['anonymous_play_range']).toBe(told ? '0.40' : undefined);
    const url = new URL(String(info['web_content_link']));
    const decision = cloud.authorizeDownload(url.pathname, url.searchParams, {
      address: '127.0.0.1',
      region: 'local',
    });
    expect(decision).toMatchObject({ ok: true, cutAt: Math.floor(Number(info['size']) * 0.4) });
  }
});
