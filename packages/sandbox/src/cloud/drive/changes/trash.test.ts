import { beforeEach, describe, expect, test } from 'bun:test';
import { LOCAL } from '../../cloud-fixture.ts';
import { complaint, type DriveClient, makeDriveClient } from './drive-client.ts';

const TRASH = '{"trashed":{"eq":true},"phase":{"eq":"PHASE_TYPE_COMPLETE"}}';
const DAY = 86_400_000;

let client: DriveClient;
let documents: string;
let notes: string;
beforeEach(async () => {
  client = await makeDriveClient();
  documents = await client.idOf('/Documents');
  notes = await client.idOf('/Documents/notes.txt');
});

describe('F15: trashing', () => {
  test('takes an item out of the live listing, marks it with its end in 15 days, and still counts it', async () => {
    const before = await client.quota();
    const size = Number((await client.get(notes)).body['size']);
    expect(await client.done('batchTrash', [notes])).toMatchObject({ phase: 'PHASE_TYPE_COMPLETE' });
    expect(await client.names(documents)).not.toContain('notes.txt');
    expect(await client.names('*', TRASH)).toEqual(['notes.txt', 'trashed-notes.txt']);
    const { body } = await client.get(notes);
    expect(body).toMatchObject({ trashed: true, delete_time: '2026-01-30T16:00:00.400+08:00' });
    expect(body['web_content_link']).not.toBe('');
    expect(await client.quota()).toEqual({ usage: before.usage, trash: before.trash + size });
  });

  test('a folder takes all below it out of live listings, though nothing below is marked', async () => {
    await client.done('batchTrash', [documents]);
    expect(await client.names('*', TRASH)).toEqual(['Documents', 'trashed-notes.txt']);
    expect(await client.names('*', '{"trashed":{"eq":false}}')).not.toContain('notes.txt');
    expect(await client.names(documents)).toEqual([]);
    expect(await client.names(documents, '')).toContain('notes.txt');
    expect((await client.get(notes)).body['trashed']).toBe(false);
  });

  test('a folder counts all below it as trash', async () => {
    const below = (await client.list(documents)).reduce((sum, file) => sum + Number(file['size']), 0);
    const before = await client.quota();
    await client.done('batchTrash', [documents]);
    expect((await client.quota()).trash).toBe(before.trash + below);
  });

  test('a folder marks all below it when the rule says so', async () => {
    const marking = await makeDriveClient({ trashMarksChildren: true });
    const folder = await marking.idOf('/Documents');
    await marking.done('batchTrash', [folder]);
    expect(await marking.names('*', TRASH)).toContain('guide.pdf');
    expect(await marking.names(folder, TRASH)).toContain('guide.pdf');
  });

  test('frees the name for a newcomer and for a rename', async () => {
    await client.done('batchTrash', [notes]);
    expect((await client.rename(await client.idOf('/Documents/guide.pdf'), 'notes.txt')).status).toBe(200);
  });

  test('ends with the item purged, 15 days later', async () => {
    const later = await makeDriveClient({ accessLifeMs: 30 * DAY });
    const before = await later.quota();
    const id = await later.idOf('/Documents/notes.txt');
    const size = Number((await later.get(id)).body['size']);
    await later.done('batchTrash', [id]);
    later.fixture.clock.advance(15 * DAY - 10_000);
    expect((await later.get(id)).status).toBe(200);
    later.fixture.clock.advance(10_000);
    expect(complaint(await later.get(id))).toEqual([404, 'file_not_found', 5]);
    expect((await later.quota()).usage).toBe(before.usage - size - 'Thrown away.\n'.length);
  });
});

describe('F16: taking out of the trash', () => {
  test('puts an item back where it was', async () => {
    await client.done('batchTrash', [notes]);
    expect(await client.done('batchUntrash', [notes])).toMatchObject({ phase: 'PHASE_TYPE_COMPLETE' });
    expect((await client.get(notes)).body).toMatchObject({
      parent_id: documents,
      trashed: false,
      delete_time: '',
    });
    expect(await client.names(documents)).toContain('notes.txt');
  });

  test('F11: refuses a rename until half a second after its end', async () => {
    await client.done('batchTrash', [notes]);
    await client.batch('batchUntrash', [notes]);
    client.fixture.clock.advance(400 + 499);
    expect((await client.rename(notes, 'x.txt')).body).toMatchObject({ error: 'file_rename_uncompleted' });
    client.fixture.clock.advance(1);
    expect((await client.rename(notes, 'x.txt')).status).toBe(200);
  });

  test('puts a folder back with all that it held', async () => {
    await client.done('batchTrash', [documents]);
    await client.done('batchUntrash', [documents]);
    expect(await client.names(documents)).toContain('notes.txt');
  });

  test('puts it into the root when the rule says so', async () => {
    const toRoot = await makeDriveClient({ untrashTo: 'root' });
    const id = await toRoot.idOf('/Documents/notes.txt');
    await toRoot.done('batchTrash', [id]);
    await toRoot.done('batchUntrash', [id]);
    expect((await toRoot.get(id)).body['parent_id']).toBe('');
  });

  test.each(['batchDelete', 'batchTrash'])(
    'puts it into the root when its folder fell to %s',
    async (action) => {
      await client.done('batchTrash', [notes]);
      await client.done(action, [documents]);
      expect((await client.get(notes)).status).toBe(200);
      await client.done('batchUntrash', [notes]);
      expect((await client.get(notes)).body).toMatchObject({ parent_id: '', trashed: false });
    },
  );

  test('F13: numbers it when its name was taken meanwhile', async () => {
    await client.done('batchTrash', [notes]);
    await client.rename(await client.idOf('/Documents/guide.pdf'), 'notes.txt');
    await client.done('batchUntrash', [notes]);
    expect((await client.get(notes)).body['name']).toBe('notes(1).txt');
  });

  test('leaves live items alone', async () => {
    await client.done('batchUntrash', [notes]);
    expect((await client.get(notes)).body['name']).toBe('notes.txt');
  });
});

describe('F17: deleting', () => {
  const isServed = (link: unknown): boolean => {
    const url = new URL(String(link));
    return client.cloud.authorizeDownload(url.pathname, url.searchParams, LOCAL).ok;
  };

  test('removes a live folder and all below it, and gives the space back', async () => {
    const before = await client.quota();
    const below = (await client.list(documents)).reduce((sum, file) => sum + Number(file['size']), 0);
    expect(await client.done('batchDelete', [documents])).toMatchObject({ type: 'deletefile' });
    for (const id of [documents, notes])
      expect(complaint(await client.get(id))).toEqual([404, 'file_not_found', 5]);
    expect((await client.request('GET', '/drive/v1/files', undefined, { parent_id: documents })).status).toBe(
      404,
    );
    expect((await client.quota()).usage).toBe(before.usage - below);
  });

  test('removes trashed items and unfinished uploads', async () => {
    const unlisted = await client.list('', '{"trashed":{"eq":true}}');
    const pending = await client.list('', '{"phase":{"eq":"PHASE_TYPE_PENDING"}}');
    const ids = [...unlisted, ...pending].map((file) => String(file['id']));
    expect(ids).toHaveLength(2);
    await client.done('batchDelete', ids);
    for (const id of ids) expect((await client.get(id)).status).toBe(404);
  });

  test('leaves links that were issued alive', async () => {
    const link = (await client.get(notes)).body['web_content_link'];
    await client.done('batchDelete', [notes]);
    expect(isServed(link)).toBe(true);
  });

  test('ends links when the rule says so', async () => {
    client = await makeDriveClient({ linksOutliveFile: false });
    const id = await client.idOf('/Documents/notes.txt');
    const link = (await client.get(id)).body['web_content_link'];
    expect(isServed(link)).toBe(true);
    await client.done('batchDelete', [id]);
    expect(isServed(link)).toBe(false);
  });

  test('one by one passes the trash by', async () => {
    expect(await client.request('DELETE', `/drive/v1/files/${notes}`)).toMatchObject({
      status: 200,
      body: {},
    });
    client.fixture.clock.advance(400);
    expect((await client.get(notes)).status).toBe(404);
    expect((await client.request('DELETE', `/drive/v1/files/${notes}`)).status).toBe(404);
  });

  test('one by one goes to the trash when the rule says so', async () => {
    client = await makeDriveClient({ singleDelete: 'trash' });
    const id = await client.idOf('/Documents/notes.txt');
    await client.request('DELETE', `/drive/v1/files/${id}`);
    client.fixture.clock.advance(400);
    expect((await client.get(id)).body['trashed']).toBe(true);
  });

  test('a folder of ten thousand files gives all their space back', async () => {
    const folder = await client.idOf('/Big/ten-thousand');
    const sizes = Array.from({ length: 10_000 }, (_, i) => `This is file ${i + 1}.\n`.length);
    const before = await client.quota();
    await client.done('batchDelete', [folder]);
    expect((await client.quota()).usage).toBe(before.usage - sizes.reduce((sum, size) => sum + size, 0));
    expect(await client.names(await client.idOf('/Big'))).toEqual(['4GiB.bin']);
  });
});

describe('emptying the trash', () => {
  test('is a task without a body, and spares what is taken out meanwhile', async () => {
    await client.done('batchTrash', [documents]);
    await client.batch('batchUntrash', [documents]);
    const { status, body } = await client.request('PATCH', '/drive/v1/files/trash:empty');
    expect(status).toBe(200);
    client.fixture.clock.advance(400);
    const task = await client.request('GET', `/drive/v1/tasks/${String(body['task_id'])}`);
    expect(task.body).toMatchObject({ type: 'emptytrash', phase: 'PHASE_TYPE_COMPLETE' });
    expect(await client.names('*', TRASH)).toEqual([]);
    expect(await client.names(documents)).toContain('notes.txt');
    expect((await client.quota()).trash).toBe(0);
  });
});
