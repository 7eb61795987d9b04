import { beforeEach, describe, expect, test } from 'bun:test';
import { ask, records } from '../../cloud-fixture.ts';
import examples from '../../fixtures/reference-examples.json' with { type: 'json' };
import { shapeMismatches } from '../../shape-mismatches.ts';
import { complaint, type DriveClient, makeDriveClient } from './drive-client.ts';

const TASKS = '/drive/v1/tasks';

let client: DriveClient;
let notes: string;
beforeEach(async () => {
  client = await makeDriveClient();
  notes = await client.idOf('/Documents/notes.txt');
});

const list = async (query: Record<string, string> = {}) =>
  (await client.request('GET', TASKS, undefined, query)).body;
const types = async (query: Record<string, string> = {}) =>
  records(await list(query), 'tasks').map((task) => task['type']);

describe('the list of tasks', () => {
  test('has the shape that the reference shows, newest first, and says when to ask again', async () => {
    await client.done('batchTrash', [notes]);
    expect(await list()).toMatchObject({ expires_in: 10, expires_in_ms: 10_000 });
    client.fixture.clock.advance(1);
    await client.batch('batchCopy', [await client.idOf('/Documents/guide.pdf')], '');
    const body = await list();
    expect(shapeMismatches(body, { ...examples.offlineTaskList, tasks: [examples.batchTask] })).toEqual([]);
    expect(body['expires_in']).toBe(3);
    expect(await types()).toEqual(['copy', 'deletefile']);
  });

  test('O5: can be narrowed by type and phase, and paged', async () => {
    await client.done('batchTrash', [notes]);
    await client.batch('batchUntrash', [notes]);
    expect(await types({ type: 'offline' })).toEqual([]);
    expect(await types({ type: 'move', limit: '10000' })).toEqual(['move']);
    expect(await types({ filters: '{"phase":{"eq":"PHASE_TYPE_RUNNING"}}' })).toEqual(['move']);
    const either = { filters: '{"phase":{"in":"PHASE_TYPE_RUNNING,PHASE_TYPE_COMPLETE"}}' };
    expect(await types(either)).toEqual(['move', 'deletefile']);
    const first = await list({ limit: '1' });
    expect(await types({ limit: '1', page_token: String(first['next_page_token']) })).toEqual(['deletefile']);
  });

  test('belongs to one account', async () => {
    await client.done('batchTrash', [notes]);
    const full = await makeDriveClient({}, 'full@sluice.test');
    expect(records((await full.request('GET', TASKS)).body, 'tasks')).toEqual([]);
  });

  test('refuses a filter that is not known', async () => {
    const answer = await client.request('GET', TASKS, undefined, { filters: '{"colour":{"eq":"red"}}' });
    expect(complaint(answer)).toEqual([400, 'invalid_argument', 3]);
  });
});

describe('O6: deleting tasks', () => {
  test('forgets those that ended and leaves their effect', async () => {
    await client.done('batchTrash', [notes]);
    const [task] = records(await list(), 'tasks');
    const answer = await client.request('DELETE', TASKS, undefined, {
      task_ids: String(task?.['id']),
      delete_files: 'false',
    });
    expect(answer).toMatchObject({ status: 200, body: {} });
    expect(await types()).toEqual([]);
    expect((await client.get(notes)).body['trashed']).toBe(true);
  });

  test('cancels those that run', async () => {
    const { body } = await client.batch('batchTrash', [notes]);
    await client.request('DELETE', TASKS, undefined, { task_ids: String(body['task_id']) });
    client.fixture.clock.advance(10_000);
    expect((await client.get(notes)).body['trashed']).toBe(false);
  });

  test('takes ids with commas between, repeated, and unknown', async () => {
    for (let i = 0; i < 4; i++) await client.done('batchTrash', [notes]);
    const ids = records(await list(), 'tasks').map((task) => String(task['id']));
    const query = new URLSearchParams([
      ['task_ids', `${ids[0]},${ids[1]},VPnothing`],
      ['task_ids', String(ids[2])],
    ]);
    await client.cloud.handle({
      method: 'DELETE',
      host: 'api-drive.mypikpak.com',
      path: TASKS,
      query,
      headers: client.headers,
      body: new Uint8Array(),
      caller: { address: '127.0.0.1', region: 'local' },
    });
    expect(records(await list(), 'tasks').map((task) => task['id'])).toEqual([String(ids[3])]);
  });
});

describe('scripted faults of tasks', () => {
  test('make a task end in an error, with its message and without effect', async () => {
    client.fixture.faults.add({
      kind: 'task_error',
      message: 'Save failed, retry please',
      match: {},
      times: 1,
    });
    const task = await client.done('batchTrash', [notes]);
    expect(task).toMatchObject({ phase: 'PHASE_TYPE_ERROR', message: 'Save failed, retry please' });
    expect((await client.get(notes)).body['trashed']).toBe(false);
    expect(await client.done('batchTrash', [notes])).toMatchObject({ phase: 'PHASE_TYPE_COMPLETE' });
  });

  test('make a task slow', async () => {
    const match = { path: '*:batchTrash' };
    client.fixture.faults.add({ kind: 'slow_task', delayMs: 60_000, match, times: 1 });
    const { body } = await client.batch('batchTrash', [notes]);
    client.fixture.clock.advance(30_000);
    const task = await client.request('GET', `${TASKS}/${String(body['task_id'])}`);
    expect(task.body).toMatchObject({ phase: 'PHASE_TYPE_RUNNING', progress: 50 });
    client.fixture.clock.advance(30_000);
    expect((await client.get(notes)).body['trashed']).toBe(true);
  });
});

describe('a call whose connection is cut', () => {
  const mkdir = () =>
    ask(client.cloud, '/drive/v1/files', {
      headers: client.headers,
      json: { kind: 'drive#folder', name: 'New' },
    });

  test('before is not carried out', async () => {
    client.fixture.faults.add({ kind: 'hang_up', when: 'before', match: { method: 'POST' }, times: 1 });
    expect((await mkdir()).response.hangUp).toBe(true);
    expect(await client.names()).not.toContain('New');
  });

  test('after was carried out', async () => {
    client.fixture.faults.add({ kind: 'hang_up', when: 'after', match: { method: 'POST' }, times: 1 });
    expect((await mkdir()).response.hangUp).toBe(true);
    expect(await client.names()).toContain('New');
  });

  test('after a refusal changes nothing, and still has no answer', async () => {
    client.fixture.faults.add({ kind: 'hang_up', when: 'after', match: { method: 'PATCH' }, times: 1 });
    expect((await client.rename('VNnothing', 'x')).status).toBe(502);
  });
});
