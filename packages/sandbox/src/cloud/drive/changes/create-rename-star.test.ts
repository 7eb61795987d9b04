import { beforeEach, describe, expect, test } from 'bun:test';
import { ask, record } from '../../cloud-fixture.ts';
import examples from '../../fixtures/reference-examples.json' with { type: 'json' };
import { shapeMismatches } from '../../shape-mismatches.ts';
import { complaint, type DriveClient, makeDriveClient } from './drive-client.ts';

const FILES = '/drive/v1/files';
let client: DriveClient;
beforeEach(async () => {
  client = await makeDriveClient();
});

describe('creating a folder', () => {
  test('answers with the folder, no task, and lists it at once', async () => {
    const { status, body } = await client.mkdir('New');
    expect(status).toBe(200);
    expect(body).toMatchObject({ upload_type: 'UPLOAD_TYPE_UNKNOWN', task: null });
    const file = record(body, 'file');
    expect(shapeMismatches(file, examples.folder)).toEqual([]);
    expect(file).toMatchObject({ kind: 'drive#folder', name: 'New', parent_id: '', size: '0', links: {} });
    expect(String(file['id'])).toMatch(/^VN[\w-]{22}o1$/);
    expect(await client.names()).toContain('New');
  });

  test('below another takes its id, and null stands for the root', async () => {
    const parent = await client.folder('Parent');
    await client.mkdir('Child', parent);
    expect(await client.names(parent)).toEqual(['Child']);
    const { body } = await client.request('POST', FILES, {
      kind: 'drive#folder',
      parent_id: null,
      name: 'Top',
    });
    expect(record(body, 'file')['parent_id']).toBe('');
  });

  test('F1: in a folder that does not exist, or is a file, is refused', async () => {
    const file = await client.idOf('/Documents/notes.txt');
    for (const parent of ['VNnothing', file])
      expect(complaint(await client.mkdir('New', parent))).toEqual([400, 'space_folder_not_exist', 5]);
  });

  test('F22: twice under one name gives two folders, neither of them merged', async () => {
    expect(await client.folder('Twin')).not.toBe(await client.folder('Twin'));
    expect((await client.names()).filter((name) => name.startsWith('Twin'))).toEqual(['Twin', 'Twin']);
  });

  test('F22: twice under one name is numbered when the rule says so', async () => {
    const numbering = await makeDriveClient({ duplicateFolders: 'numbered' });
    await numbering.mkdir('Twin');
    expect(record((await numbering.mkdir('Twin')).body, 'file')['name']).toBe('Twin(1)');
  });

  test('needs an account', async () => {
    const json = { kind: 'drive#folder', name: 'New' };
    expect((await ask(client.cloud, FILES, { json })).status).toBe(401);
  });

  test('of an unknown kind is refused', async () => {
    const answer = await client.request('POST', FILES, { kind: 'drive#thing', name: 'x' });
    expect(complaint(answer)).toEqual([400, 'invalid_argument', 3]);
  });
});

describe('F10: renaming', () => {
  test('answers with the file at top level and is seen at once', async () => {
    const id = await client.idOf('/Documents/notes.txt');
    const before = (await client.get(id)).body;
    client.fixture.clock.advance(1000);
    const { status, body } = await client.rename(id, 'other.md');
    expect(status).toBe(200);
    expect(shapeMismatches(body, { ...examples.document, links: {} })).toEqual([]);
    expect(body).toMatchObject({
      id,
      name: 'other.md',
      size: before['size'],
      hash: before['hash'],
      links: {},
    });
    expect(await client.names(await client.idOf('/Documents'))).toContain('other.md');
  });

  test('F19: changes modified_time, never created_time', async () => {
    const id = await client.idOf('/Documents/notes.txt');
    const before = (await client.get(id)).body;
    const { body } = await client.rename(id, 'other.md');
    expect(body['created_time']).toBe(String(before['created_time']));
    expect(body['modified_time']).toBe('2026-01-15T16:00:00.000+08:00');
    expect(before['modified_time']).not.toBe(String(body['modified_time']));
  });

  test('changes the name alone, whatever else is sent', async () => {
    const id = await client.idOf('/Documents/notes.txt');
    const json = { name: 'other.md', parent_id: '', size: '7', starred: true, trashed: true };
    const { body } = await client.request('PATCH', `${FILES}/${id}`, json);
    expect(body).toMatchObject({ starred: false, trashed: false });
    expect(body['parent_id']).toBe(await client.idOf('/Documents'));
  });

  test('may change only the case', async () => {
    const id = await client.idOf('/Documents/notes.txt');
    expect((await client.rename(id, 'NOTES.txt')).status).toBe(200);
  });

  test('to a name that is taken is refused field for field, and changes nothing', async () => {
    const id = await client.idOf('/Documents/notes.txt');
    const { status, body } = await client.rename(id, 'guide.pdf');
    expect(status).toBe(400);
    expect(body).toEqual({
      error: 'file_duplicated_name',
      error_code: 3,
      error_url: '',
      error_description: 'File name cannot be repeated',
      error_details: [],
    });
    expect((await client.get(id)).body['name']).toBe('notes.txt');
  });

  test.each([
    ['notes.txt', 400, 'file_rename_to_same_name', 3],
    ['', 400, 'file_name_empty', 3],
  ])('to %p is refused with %d %s', async (name, ...expected) => {
    const id = await client.idOf('/Documents/notes.txt');
    expect(complaint(await client.rename(id, name))).toEqual([expected[0], expected[1], expected[2]]);
  });

  test('of what does not exist answers 404', async () => {
    expect(complaint(await client.rename('VNnothing', 'x'))).toEqual([404, 'file_not_found', 5]);
  });

  test('F18: of a system folder is refused', async () => {
    const answer = await client.rename(await client.idOf('/My Pack'), 'Mine');
    expect(answer.body['error']).toBe('file_operate_system_folder');
  });

  test('of a trashed file is refused', async () => {
    const [trashed] = await client.list('', '{"trashed":{"eq":true}}');
    const answer = await client.rename(String(trashed?.['id']), 'x');
    expect(complaint(answer)).toEqual([400, 'file_in_recycle_bin', 9]);
  });

  test('of an unfinished upload is refused', async () => {
    const [pending] = await client.list('', '{"phase":{"eq":"PHASE_TYPE_PENDING"}}');
    const answer = await client.rename(String(pending?.['id']), 'x');
    expect(complaint(answer)).toEqual([400, 'file_rename_uncompleted', 9]);
  });

  test('to the name of an unfinished upload is fine, unless the rule says otherwise', async () => {
    const id = await client.folder('x');
    expect((await client.rename(id, 'unfinished-upload.bin')).status).toBe(200);
    const strict = await makeDriveClient({ renameSeesPending: true });
    const answer = await strict.rename(await strict.folder('x'), 'unfinished-upload.bin');
    expect(answer.body['error']).toBe('file_duplicated_name');
  });
});

describe('stars', () => {
  const STARRED = '{"system_tag":{"in":"STAR"}}';

  test('are set and taken away at once, with an empty answer', async () => {
    const id = await client.idOf('/Documents/notes.txt');
    expect(await client.batch('star', [id, 'VNunknown'])).toMatchObject({ status: 200, body: {} });
    expect(await client.names('*', STARRED)).toEqual(['notes.txt', 'sample.mp4']);
    await client.batch('unstar', [id]);
    expect(await client.names('*', STARRED)).toEqual(['sample.mp4']);
  });

  test('T6: take the colon percent-encoded', async () => {
    const id = await client.idOf('/Documents/notes.txt');
    expect((await client.request('POST', `${FILES}%3Astar`, { ids: [id] })).status).toBe(200);
    expect((await client.get(id)).body['starred']).toBe(true);
  });

  test('F12: for more than 200 items at once are refused', async () => {
    const ids = Array.from({ length: 201 }, (_, i) => `VN${i}`);
    expect(complaint(await client.batch('star', ids))).toEqual([400, 'operating_file_count_exceeded', 11]);
    expect((await client.batch('star', ids.slice(1))).status).toBe(200);
  });

  test.each([[undefined], [[]], ['VNone'], [[1]]])('for ids %p are refused', async (ids) => {
    expect(complaint(await client.request('POST', `${FILES}:star`, { ids }))).toEqual([
      400,
      'invalid_argument',
      3,
    ]);
  });
});
