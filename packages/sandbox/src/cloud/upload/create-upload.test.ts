import { beforeEach, describe, expect, test } from 'bun:test';
import { record } from '../cloud-fixture.ts';
import { type Answer, complaint, type DriveClient, makeDriveClient } from '../drive/changes/drive-client.ts';
import examples from '../fixtures/reference-examples.json' with { type: 'json' };
import { shapeMismatches } from '../shape-mismatches.ts';

const FILES = '/drive/v1/files';
const NEW_HASH = 'B42B6A1D2F8C78E73EEF8A12010C3253E800F113';
const COMPLETE = '{"phase":{"eq":"PHASE_TYPE_COMPLETE"}}';
const PENDING = '{"phase":{"eq":"PHASE_TYPE_PENDING"},"trashed":{"eq":false}}';

let client: DriveClient;
beforeEach(async () => {
  client = await makeDriveClient();
});

const create = (members: Record<string, unknown> = {}): Promise<Answer> =>
  client.request('POST', FILES, {
    kind: 'drive#file',
    name: 'pattern.bin',
    size: 1000,
    hash: NEW_HASH,
    upload_type: 'UPLOAD_TYPE_RESUMABLE',
    ...members,
  });
const paramsOf = ({ body }: Answer) => record(record(body, 'resumable'), 'params');

describe('U4: an upload whose content is not known', () => {
  test('gets what the reference shows', async () => {
    const folder = await client.folder('Uploads');
    const { status, body } = await create({ ...examples.uploadRequest, parent_id: folder });
    expect(status).toBe(200);
    expect(shapeMismatches(body, examples.uploadAnswer)).toEqual([]);
    const { id: _id, user_id: _user, parent_id: _parent, ...file } = examples.uploadAnswer.file;
    const same = [
      'name',
      'size',
      'revision',
      'file_extension',
      'mime_type',
      'hash',
      'links',
      'phase',
      'medias',
    ];
    for (const member of same)
      expect(record(body, 'file')[member]).toEqual(
        Object.entries(file).find(([name]) => name === member)?.[1],
      );
    expect(record(body, 'task')).toMatchObject({
      type: 'upload',
      phase: 'PHASE_TYPE_RUNNING',
      status_size: 0,
      file_name: 'pattern.bin',
      file_size: '314572800',
      file_id: record(body, 'file')['id'],
    });
  });

  test('gets credentials for one key, which end after 12 hours', async () => {
    const params = paramsOf(await create());
    expect(params).toMatchObject({
      bucket: 'vip-lixian-07',
      endpoint: 'upload-a10b.mypikpak.com',
      expiration: '2026-01-16T04:00:00.000+08:00',
    });
    expect(params['key']).toMatch(new RegExp(`^upload_tmp/${NEW_HASH}_\\d{19}$`));
    expect(params['access_key_id']).toMatch(/^STS\.\w+$/);
    expect(params['access_key_secret']).toMatch(/^\w{44}$/);
    const other = paramsOf(await create());
    for (const member of ['key', 'access_key_id', 'access_key_secret', 'security_token'])
      expect(other[member]).not.toBe(String(params[member]));
  });

  test('shows only without the filter for complete files', async () => {
    await create();
    expect(await client.names('', COMPLETE)).not.toContain('pattern.bin');
    expect(await client.names('', PENDING)).toEqual(['pattern.bin', 'unfinished-upload.bin']);
  });

  test('F20: takes no space yet', async () => {
    const before = await client.quota();
    await create();
    expect(await client.quota()).toEqual(before);
  });

  test('stays pending, with its task running, while no bytes come', async () => {
    const { body } = await create();
    client.fixture.clock.advance(60 * 60_000);
    const id = String(record(body, 'file')['id']);
    expect((await client.get(id)).body).toMatchObject({ phase: 'PHASE_TYPE_PENDING', web_content_link: '' });
    const task = await client.request('GET', `/drive/v1/tasks/${String(record(body, 'task')['id'])}`);
    expect(task.body).toMatchObject({ phase: 'PHASE_TYPE_RUNNING', progress: 0 });
  });
});

describe('U5: a name', () => {
  test('that a live item or an unfinished upload has is numbered', async () => {
    const names: unknown[] = [];
    for (const name of ['pattern.bin', 'pattern.bin', 'unfinished-upload.bin', 'Movies'])
      names.push(record((await create({ name })).body, 'file')['name']);
    expect(names).toEqual(['pattern.bin', 'pattern(1).bin', 'unfinished-upload(1).bin', 'Movies(1)']);
  });

  test('that a trashed item has is free', async () => {
    expect(record((await create({ name: 'trashed-notes.txt' })).body, 'file')['name']).toBe(
      'trashed-notes.txt',
    );
  });

  test('of an abandoned upload is free once that was deleted', async () => {
    const { body } = await create();
    await client.done('batchDelete', [String(record(body, 'file')['id'])]);
    expect(record((await create()).body, 'file')['name']).toBe('pattern.bin');
  });
});

describe('U2: known content', () => {
  const known = async () => {
    const notes = (await client.get(await client.idOf('/Documents/notes.txt'))).body;
    return { hash: String(notes['hash']), size: Number(notes['size']) };
  };

  test('is complete at once, without resumable and task, and can be downloaded', async () => {
    const { hash, size } = await known();
    const before = await client.quota();
    const { body } = await create({ name: 'instant.md', hash: hash.toLowerCase(), size: String(size) });
    const { resumable: _, ...example } = examples.uploadAnswer;
    expect(shapeMismatches(body, { ...example, task: null })).toEqual([]);
    expect(body).not.toHaveProperty('resumable');
    const file = record(body, 'file');
    expect(file).toMatchObject({
      phase: 'PHASE_TYPE_COMPLETE',
      hash,
      size: String(size),
      mime_type: 'text/markdown',
    });
    const stored = (await client.get(String(file['id']))).body;
    const url = new URL(String(stored['web_content_link']));
    const decision = client.cloud.authorizeDownload(url.pathname, url.searchParams, {
      address: '127.0.0.1',
      region: 'local',
    });
    expect(decision).toMatchObject({ ok: true, blob: { size, mimeType: 'text/markdown' } });
    expect((await client.quota()).usage).toBe(before.usage + size);
  });

  test('of a film is a film', async () => {
    const film = (await client.get(await client.idOf('/Movies/Sample (2026)/sample.mp4'))).body;
    const { body } = await create({ name: 'again.mp4', hash: film['hash'], size: film['size'] });
    const medias = (await client.get(String(record(body, 'file')['id']))).body['medias'];
    expect(medias).toHaveLength(2);
  });

  test('needs the right size as well', async () => {
    const { hash, size } = await known();
    expect((await create({ hash, size: size + 1 })).body).toHaveProperty('resumable');
  });

  test('needs its bytes when the rule says so', async () => {
    const { hash, size } = await known();
    client = await makeDriveClient({ instantUpload: false });
    expect((await create({ hash, size })).body).toHaveProperty('resumable');
  });

  test.each([[{ size: 0 }], [{ size: undefined, hash: undefined }], [{ size: '0', hash: '' }]])(
    'is that of an empty file: %p',
    async (members) => {
      const { body } = await create({ name: 'empty.txt', ...members });
      expect(record(body, 'file')).toMatchObject({ phase: 'PHASE_TYPE_COMPLETE', size: '0' });
      expect(body).not.toHaveProperty('resumable');
    },
  );

  test('F7: has no links for a while when the rule says so', async () => {
    client = await makeDriveClient({ linkDelayMs: 5000 });
    const { hash, size } = await known();
    const id = String(record((await create({ hash, size })).body, 'file')['id']);
    expect((await client.get(id)).body).toMatchObject({ web_content_link: '', links: {} });
    client.fixture.clock.advance(5000);
    expect((await client.get(id)).body['web_content_link']).not.toBe('');
  });
});

describe('U3: space', () => {
  test('that is not there refuses the upload, field for field, and leaves no pending file', async () => {
    client = await makeDriveClient({}, 'full@sluice.test');
    const answer = await create({ size: 65 * 1024 ** 2 });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(examples.fileSpaceNotEnough);
    expect(await client.names('', PENDING)).toEqual([]);
    expect((await create({ size: 1024 })).status).toBe(200);
  });
});

describe('U1: an announcement', () => {
  test.each([
    [{ size: -1 }],
    [{ size: 1.5 }],
    [{ size: 'much' }],
    [{ size: {} }],
    [{ hash: 'abc' }],
    [{ hash: 'Z'.repeat(40) }],
    [{ hash: undefined }],
    [{ upload_type: 'UPLOAD_TYPE_FORM' }],
    [{ upload_type: undefined }],
    [{ name: 'a/b' }],
  ])('with %p is refused', async (members) => {
    expect(complaint(await create(members))).toEqual([400, 'invalid_argument', 3]);
  });

  test('without a name, or into a folder that is not there, is refused', async () => {
    expect((await create({ name: '' })).body['error']).toBe('file_name_empty');
    expect((await create({ parent_id: 'VNnothing' })).body['error']).toBe('space_folder_not_exist');
  });

  test('as R and C spell it is taken', async () => {
    const { objProvider: _, ...request } = examples.uploadRequest;
    const r = { ...request, parent_id: '', resumable: { provider: 'PROVIDER_ALIYUN' } };
    const c = {
      ...request,
      parent_id: undefined,
      size: '1000',
      body: { duration: '', width: '', height: '' },
    };
    for (const members of [r, c]) expect((await create(members)).status).toBe(200);
  });
});
