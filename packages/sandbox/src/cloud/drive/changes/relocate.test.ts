import { beforeEach, describe, expect, test } from 'bun:test';
import examples from '../../fixtures/reference-examples.json' with { type: 'json' };
import { shapeMismatches } from '../../shape-mismatches.ts';
import { complaint, type DriveClient, makeDriveClient } from './drive-client.ts';

let client: DriveClient;
let documents: string;
let notes: string;
beforeEach(async () => {
  client = await makeDriveClient();
  documents = await client.idOf('/Documents');
  notes = await client.idOf('/Documents/notes.txt');
});

const taskOf = async (id: unknown) => (await client.request('GET', `/drive/v1/tasks/${String(id)}`)).body;

describe('F11: a move', () => {
  test('answers with a task that can be read at once, and takes effect when that ends', async () => {
    const { status, body } = await client.batch('batchMove', [notes], '');
    expect(status).toBe(200);
    expect(shapeMismatches(body, examples.batchAnswer)).toEqual([]);
    const running = await taskOf(body['task_id']);
    expect(shapeMismatches(running, examples.batchTask)).toEqual([]);
    expect(running).toMatchObject({ type: 'move', phase: 'PHASE_TYPE_RUNNING', status_size: 1, progress: 0 });
    client.fixture.clock.advance(399);
    expect(await client.names()).not.toContain('notes.txt');
    expect((await taskOf(body['task_id']))['progress']).toBe(99);
    client.fixture.clock.advance(1);
    expect(await client.names()).toContain('notes.txt');
    expect(await client.names(documents)).not.toContain('notes.txt');
    expect(await taskOf(body['task_id'])).toMatchObject({ phase: 'PHASE_TYPE_COMPLETE', progress: 100 });
  });

  test('keeps its task readable for ten minutes and more, not for ever', async () => {
    const { body } = await client.batch('batchMove', [notes], '');
    client.fixture.clock.advance(10 * 60_000 + 400);
    expect(await taskOf(body['task_id'])).toHaveProperty('phase', 'PHASE_TYPE_COMPLETE');
    client.fixture.clock.advance(60 * 60_000);
    expect(await taskOf(body['task_id'])).toMatchObject({ error: 'not_found', error_code: 5 });
  });

  test('refuses a rename until half a second after its end', async () => {
    await client.batch('batchMove', [notes], '');
    expect(complaint(await client.rename(notes, 'x.txt'))).toEqual([400, 'file_rename_uncompleted', 9]);
    client.fixture.clock.advance(400 + 499);
    expect(complaint(await client.rename(notes, 'x.txt'))).toEqual([400, 'file_rename_uncompleted', 9]);
    client.fixture.clock.advance(1);
    expect((await client.rename(notes, 'x.txt')).status).toBe(200);
  });

  test('F19: changes modified_time to the time of its effect, never created_time', async () => {
    const before = (await client.get(notes)).body;
    await client.done('batchMove', [notes], '');
    const { body } = await client.get(notes);
    expect(body).toMatchObject({ parent_id: '', created_time: before['created_time'] });
    expect(body['modified_time']).toBe('2026-01-15T16:00:00.400+08:00');
  });

  test('takes a whole folder along', async () => {
    const movies = await client.idOf('/Movies');
    expect(await client.done('batchMove', [movies], documents)).toMatchObject({
      phase: 'PHASE_TYPE_COMPLETE',
    });
    expect(await client.idOf('/Documents/Movies/Sample (2026)/sample.mp4')).toBeString();
  });

  test('P: takes an empty target for the root', async () => {
    await client.request('POST', '/drive/v1/files:batchMove', { ids: [notes], to: {} });
    client.fixture.clock.advance(400);
    expect((await client.get(notes)).body['parent_id']).toBe('');
  });

  test('ends in an error when its target is gone by then, and moves nothing', async () => {
    const target = await client.folder('Short-lived');
    await client.batch('batchDelete', [target]);
    const task = await client.done('batchMove', [notes], target);
    expect(task).toMatchObject({ phase: 'PHASE_TYPE_ERROR', message: 'The folder does not exist' });
    expect((await client.get(notes)).body['parent_id']).toBe(documents);
  });

  test('of two folders into each other leaves none of them unreachable', async () => {
    const [a, b] = [await client.folder('A'), await client.folder('B')];
    await client.batch('batchMove', [a], b);
    await client.done('batchMove', [b], a);
    expect(await client.idOf('/B/A')).toBe(a);
  });
});

describe('F13: what arrives', () => {
  test('is numbered when the name is taken, and nothing is merged', async () => {
    const target = await client.folder('Target');
    for (let i = 0; i < 2; i++) await client.done('batchCopy', [notes], target);
    await client.done('batchMove', [notes], target);
    expect(await client.names(target)).toEqual(['notes(1).txt', 'notes(2).txt', 'notes.txt']);
    expect((await client.get(notes)).body['name']).toBe('notes(2).txt');
    const other = await client.folder('Documents', target);
    await client.done('batchMove', [documents], target);
    expect(await client.names(target)).toContain('Documents(1)');
    expect(await client.names(other)).toEqual([]);
  });

  test.each(['batchMove', 'batchCopy'])('by %s may not go where it is, or below itself', async (action) => {
    const inside = await client.folder('Inside', documents);
    for (const [id, to] of [
      [notes, documents],
      [documents, documents],
      [documents, inside],
      [documents, ''],
    ] as const) {
      const answer = await client.batch(action, [id], to);
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(examples.fileMoveOrCopyToCur);
    }
  });
});

describe('F14: a copy', () => {
  test('of a folder is deep: new ids, the same hashes and names, and it is charged', async () => {
    const before = await client.quota();
    const target = await client.folder('Target');
    const task = await client.done('batchCopy', [documents], target);
    expect(task).toMatchObject({ type: 'copy', phase: 'PHASE_TYPE_COMPLETE' });
    const originals = await client.list(documents);
    const copies = await client.list(await client.idOf('/Target/Documents'));
    const key = (file: Record<string, unknown>) => `${String(file['name'])} ${String(file['hash'])}`;
    expect(copies.map(key).sort()).toEqual(originals.map(key).sort());
    const ids = new Set(originals.map((file) => file['id']));
    expect(copies.filter((file) => ids.has(file['id']))).toEqual([]);
    const size = originals.reduce((sum, file) => sum + Number(file['size']), 0);
    expect((await client.quota()).usage).toBe(before.usage + size);
  });

  test('can be downloaded', async () => {
    const target = await client.folder('Target');
    await client.done('batchCopy', [notes], target);
    const { body } = await client.get(await client.idOf('/Target/notes.txt'));
    const url = new URL(String(body['web_content_link']));
    expect(
      client.cloud.authorizeDownload(url.pathname, url.searchParams, {
        address: '127.0.0.1',
        region: 'local',
      }),
    ).toMatchObject({ ok: true });
  });

  test('leaves out what is trashed', async () => {
    await client.done('batchTrash', [notes]);
    const target = await client.folder('Target');
    await client.done('batchCopy', [documents], target);
    expect(await client.names(await client.idOf('/Target/Documents'), '')).not.toContain('notes.txt');
  });

  test('of a system folder is an ordinary one', async () => {
    const target = await client.folder('Target');
    await client.done('batchCopy', [await client.idOf('/My Pack')], target);
    expect((await client.get(await client.idOf('/Target/My Pack'))).body['folder_type']).toBe('NORMAL');
  });

  test('that does not fit is refused, field for field', async () => {
    const full = await makeDriveClient({}, 'full@sluice.test');
    const target = await full.folder('Target');
    const answer = await full.batch('batchCopy', [await full.idOf('/everything.bin')], target);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(examples.fileSpaceNotEnough);
  });
});

describe('F18: a system folder', () => {
  test.each(['batchMove', 'batchTrash', 'batchDelete'])('is not taken by %s', async (action) => {
    const answer = await client.batch(action, [await client.idOf('/My Pack')], documents);
    expect(answer.body['error']).toBe('file_operate_system_folder');
  });
});

describe('F12: a batch', () => {
  test.each(['batchMove', 'batchCopy', 'batchTrash', 'batchUntrash', 'batchDelete'])(
    '%s takes 200 ids and refuses 201; unknown ones are skipped',
    async (action) => {
      const ids = Array.from({ length: 201 }, (_, i) => `VN${i}`);
      expect(complaint(await client.batch(action, ids, documents))).toEqual([
        400,
        'operating_file_count_exceeded',
        11,
      ]);
      expect(await client.done(action, ids.slice(1), documents)).toMatchObject({
        phase: 'PHASE_TYPE_COMPLETE',
      });
    },
  );

  test('into a folder that does not exist is refused', async () => {
    expect((await client.batch('batchMove', [notes], 'VNnothing')).body['error']).toBe(
      'space_folder_not_exist',
    );
  });

  test('of trashed items is refused by move and copy', async () => {
    await client.done('batchTrash', [documents]);
    for (const action of ['batchMove', 'batchCopy'])
      expect(complaint(await client.batch(action, [notes], ''))).toEqual([400, 'file_in_recycle_bin', 9]);
  });
});
