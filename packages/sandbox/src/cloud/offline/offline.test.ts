import { beforeEach, describe, expect, test } from 'bun:test';
import { record } from '../cloud-fixture.ts';
import examples from '../fixtures/reference-examples.json' with { type: 'json' };
import { shapeMismatches } from '../shape-mismatches.ts';
import { complaint, type DriveClient, makeDriveClient } from '../drive/changes/drive-client.ts';
import type { Body } from '../request.ts';

const FILES = '/drive/v1/files';
const TASKS = '/drive/v1/tasks';
const magnet = (digit: string): string => `magnet:?xt=urn:btih:${digit.repeat(40)}`;
const HOLIDAY = 'magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567';

let client: DriveClient;
let folder: string;
beforeEach(async () => {
  client = await makeDriveClient();
  folder = await client.folder('Inbox');
});

const ask = (url: string, more: object = {}) =>
  client.request('POST', FILES, {
    kind: 'drive#file',
    name: '',
    upload_type: 'UPLOAD_TYPE_URL',
    url: { url },
    parent_id: folder,
    folder_type: '',
    ...more,
  });
const begin = async (url: string, more: object = {}): Promise<string> =>
  String(record((await ask(url, more)).body, 'task')['id']);
const task = async (id: string): Promise<Body> => (await client.request('GET', `${TASKS}/${id}`)).body;
const after = (ms: number): void => client.fixture.clock.advance(ms);

describe('offline downloads', () => {
  test('O1: answer with a task and no file, in the shape that the reference shows', async () => {
    const { body } = await ask(HOLIDAY);
    expect(body['file']).toBeNull();
    expect(body['url']).toEqual({ kind: 'upload#url' });
    after(12_000);
    const query = { type: 'offline', with: 'reference_resource' };
    const listed = await client.request('GET', TASKS, undefined, query);
    expect(shapeMismatches(listed.body, examples.offlineTaskList)).toEqual([]);
  });

  test('O4: wait, progress with the clock, and end as files in the chosen folder', async () => {
    const id = await begin(HOLIDAY);
    expect(await task(id)).toMatchObject({ phase: 'PHASE_TYPE_PENDING', progress: 0, file_id: '' });
    after(6000);
    expect(await task(id)).toMatchObject({ phase: 'PHASE_TYPE_RUNNING', progress: 50, message: 'Saving' });
    expect(await client.names(folder)).toEqual([]);
    after(6000);
    const ended = await task(id);
    expect(ended).toMatchObject({
      phase: 'PHASE_TYPE_COMPLETE',
      progress: 100,
      message: 'Saved',
      status_size: 2,
    });
    expect(await client.names(folder)).toEqual(['holiday']);
    expect(await client.names(String(ended['file_id']))).toEqual(['holiday.mp4', 'holiday.srt']);
  });

  test.each([
    ['https://files.example/a%20b.bin', 'a b.bin'],
    [`ed2k://|file|song.mp3|1000|${'a'.repeat(32)}|/`, 'song.mp3'],
    ['https://x.com/someone/status/123', 'x.com 123.mp4'],
    ['https://www.tiktok.com/@someone/video/7', 'tiktok.com 7.mp4'],
    ['https://t.me/channel/42', 't.me 42.mp4'],
    ['https://www.facebook.com/watch/9', 'facebook.com 9.mp4'],
  ])('take %s', async (url, name) => {
    await begin(url);
    after(12_000);
    expect(await client.names(folder)).toEqual([name]);
  });

  test('take a name, and number it when it is taken', async () => {
    await begin('https://files.example/a.bin', { name: 'mine.bin' });
    await begin('https://files.example/b.bin', { name: 'mine.bin' });
    after(12_000);
    expect(await client.names(folder)).toEqual(['mine(1).bin', 'mine.bin']);
  });

  test('O3: without a folder go to My Pack', async () => {
    await begin(HOLIDAY, { parent_id: undefined, folder_type: 'DOWNLOAD' });
    after(12_000);
    expect(await client.names(await client.idOf('/My Pack'))).toContain('holiday');
  });

  test('what can not be resolved is refused', async () => {
    for (const url of ['ftp://x/y', 'magnet:?xt=urn:btih:short', 'nonsense', 'ed2k://|server|1.2.3.4|']) {
      expect(complaint(await ask(url))).toEqual([400, 'task_url_resolve_error', 3]);
    }
  });
});

describe('O2: fates', () => {
  test('content that the platform has is complete in the answer', async () => {
    expect(record((await ask(magnet('7'))).body, 'task')).toMatchObject({
      phase: 'PHASE_TYPE_COMPLETE',
      progress: 100,
    });
  });

  test('O6: a failed one works when it is tried again', async () => {
    const id = await begin(magnet('1'));
    after(12_000);
    expect(await task(id)).toMatchObject({ phase: 'PHASE_TYPE_ERROR', message: 'Task timeout' });
    expect(
      await client.request('POST', '/drive/v1/task', { type: 'offline', create_type: 'RETRY', id }),
    ).toMatchObject({
      status: 200,
    });
    after(12_000);
    expect(await task(id)).toMatchObject({ phase: 'PHASE_TYPE_COMPLETE', params: { retry_times: '1' } });
    expect(await client.names(folder)).toEqual(['holiday']);
  });

  test('one halts for ever', async () => {
    const id = await begin(magnet('2'));
    after(3_600_000);
    expect(await task(id)).toMatchObject({ phase: 'PHASE_TYPE_RUNNING', progress: 37 });
  });

  test('one brings the film, and a part of it never comes', async () => {
    const id = await begin(magnet('3'));
    after(3_600_000);
    const running = await task(id);
    expect(running).toMatchObject({ phase: 'PHASE_TYPE_RUNNING', progress: 99 });
    expect(await client.names(String(running['file_id']))).toEqual(['holiday.mp4']);
    expect(await client.names(String(running['file_id']), '{}')).toEqual(['holiday.mp4', 'junk.bin']);
  });

  test('one is refused for its content, one finds no room, and one is forgotten when it is done', async () => {
    const ids = [await begin(magnet('4')), await begin(magnet('6')), await begin(magnet('5'))];
    after(12_000);
    expect(await task(String(ids[0]))).toMatchObject({ message: 'The file contains harmful content' });
    expect(await task(String(ids[1]))).toMatchObject({
      message: 'Storage space is not enough',
      progress: 37,
    });
    expect((await client.request('GET', `${TASKS}/${ids[2]}`)).status).toBe(404);
    expect(await client.names(folder)).toEqual(['holiday']);
  });
});

describe('O6: deleting', () => {
  test('leaves the files, or takes them along', async () => {
    const [kept, gone] = [
      await begin('https://h.example/kept.bin'),
      await begin('https://h.example/gone.bin'),
    ];
    after(12_000);
    await client.request('DELETE', TASKS, undefined, { task_ids: kept, delete_files: 'false' });
    await client.request('DELETE', TASKS, undefined, { task_ids: gone, delete_files: 'true' });
    expect(await client.names(folder)).toEqual(['kept.bin']);
  });

  test('ends a running one', async () => {
    const id = await begin(HOLIDAY);
    await client.request('DELETE', TASKS, undefined, { task_ids: id });
    after(60_000);
    expect(await client.names(folder)).toEqual([]);
  });
});

describe('O7: limits', () => {
  test('of a day, told in the account figures, over after a day', async () => {
    client = await makeDriveClient({ offlinePerDay: { free: 1, premium: 1 } });
    folder = '';
    await begin(magnet('7'));
    expect(complaint(await ask(magnet('7')))).toEqual([400, 'task_daily_create_limit_vip', 11]);
    const about = await client.request('GET', '/drive/v1/about');
    expect(record(record(about.body, 'quotas'), 'cloud_download')).toMatchObject({ limit: '1', usage: '1' });
    after(86_400_001);
    client = await makeDriveClient({ offlinePerDay: { free: 0, premium: 1 } }, 'full@sluice.test');
    expect(complaint(await ask(magnet('7')))).toEqual([403, 'task_daily_create_limit', 11]);
  });

  test('of those that run at once', async () => {
    client = await makeDriveClient({ offlineRunning: 1 });
    folder = '';
    await begin(HOLIDAY);
    expect(complaint(await ask(HOLIDAY))).toEqual([400, 'task_run_nums_limit', 11]);
    after(12_000);
    expect((await ask(HOLIDAY)).status).toBe(200);
  });
});
