import { afterAll, beforeEach, describe, expect, test } from 'bun:test';
import { mod251 } from '../cloud-fixture.ts';
import { type DriveClient, makeUploadLab } from '../drive/changes/drive-client.ts';
import { pattern, refusal, startUpload, type StoreClient } from './store-client.ts';

const KIB = 1024;
const HOUR = 3_600_000;
const FILE = await pattern(300 * KIB + 1);
const PARTS = [FILE.subarray(0, 100 * KIB), FILE.subarray(100 * KIB, 200 * KIB), FILE.subarray(200 * KIB)];

const lab = await makeUploadLab();
afterAll(() => lab.close());

let drive: DriveClient;
let upload: StoreClient;
beforeEach(async () => {
  drive = await lab.drive();
  upload = await startUpload(drive, FILE);
});

describe('U8: a completion', () => {
  test('answers JSON when the rule says so', async () => {
    drive = await lab.drive({ rules: { completeAnswer: 'json' } });
    upload = await startUpload(drive, FILE);
    const { id, etags } = await upload.putParts(PARTS);
    const answer = await upload.complete(id, etags);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(JSON.parse(String(answer.body))).toMatchObject({ file_id: upload.fileId });
    drive.fixture.clock.advance(500);
    expect(await upload.phase()).toBe('PHASE_TYPE_COMPLETE');
  });
});

describe('U9: content', () => {
  test('of another length than announced never completes the file, and the right one still does', async () => {
    expect((await upload.send({ method: 'PUT', body: FILE.subarray(1) })).status).toBe(200);
    drive.fixture.clock.advance(HOUR);
    expect(await upload.phase()).toBe('PHASE_TYPE_PENDING');
    expect(await upload.task()).toHaveProperty('phase', 'PHASE_TYPE_RUNNING');
    await upload.send({ method: 'PUT', body: FILE });
    drive.fixture.clock.advance(500);
    expect(await upload.phase()).toBe('PHASE_TYPE_COMPLETE');
  });

  test('of another length completes it when the rule says so', async () => {
    drive = await lab.drive({ rules: { verifyLength: false } });
    upload = await startUpload(drive, FILE);
    await upload.send({ method: 'PUT', body: FILE.subarray(1) });
    drive.fixture.clock.advance(500);
    expect((await drive.get(upload.fileId)).body).toMatchObject({
      phase: 'PHASE_TYPE_COMPLETE',
      size: String(FILE.length - 1),
    });
  });

  test('of another hash than announced completes the file, which keeps the announced one', async () => {
    const lie = 'B42B6A1D2F8C78E73EEF8A12010C3253E800F113';
    upload = await startUpload(drive, FILE, { hash: lie });
    await upload.send({ method: 'PUT', body: FILE });
    drive.fixture.clock.advance(500);
    expect((await drive.get(upload.fileId)).body).toMatchObject({ phase: 'PHASE_TYPE_COMPLETE', hash: lie });
  });

  test('of another hash fails when the rule says so; the right one does not', async () => {
    drive = await lab.drive({ rules: { verifyGcid: true } });
    const honest = await startUpload(drive, FILE);
    const lying = await startUpload(drive, FILE, { hash: 'B42B6A1D2F8C78E73EEF8A12010C3253E800F113' });
    for (const client of [honest, lying]) await client.send({ method: 'PUT', body: FILE });
    drive.fixture.clock.advance(500);
    expect(await honest.phase()).toBe('PHASE_TYPE_COMPLETE');
    expect(await lying.phase()).toBe('PHASE_TYPE_ERROR');
    expect(await lying.task()).toMatchObject({
      phase: 'PHASE_TYPE_ERROR',
      message: 'Save failed, retry please',
    });
  });

  test('of 300 MiB has the hash that the reference says', async () => {
    drive = await lab.drive({ rules: { verifyGcid: true } });
    const size = 314_572_800;
    const hash = 'B42B6A1D2F8C78E73EEF8A12010C3253E800F113';
    upload = await startUpload(drive, new Uint8Array(), { size, hash });
    await upload.send({ method: 'PUT', body: mod251(size).slice(0, size) });
    drive.fixture.clock.advance(500);
    expect((await drive.get(upload.fileId)).body).toMatchObject({ phase: 'PHASE_TYPE_COMPLETE', hash });
  });
});

describe('U10: after a completion', () => {
  test('a second one, a list, a part and an abort find nothing', async () => {
    const { id, etags } = await upload.putParts(PARTS);
    await upload.complete(id, etags);
    const answers = [
      await upload.complete(id, etags),
      await upload.send({ method: 'GET', query: `uploadId=${id}` }),
      await upload.send({ method: 'PUT', query: `partNumber=1&uploadId=${id}`, body: FILE }),
      await upload.send({ method: 'DELETE', query: `uploadId=${id}` }),
    ];
    for (const answer of answers) expect(refusal(answer)).toEqual([404, 'NoSuchUpload']);
  });
});

describe('U11: credentials stop working', () => {
  test('when the pending file is deleted', async () => {
    const { id, etags } = await upload.putParts(PARTS);
    await drive.done('batchDelete', [upload.fileId]);
    expect(refusal(await upload.complete(id, etags))).toEqual([403, 'InvalidAccessKeyId']);
  });

  test('when that deletion has become due, though nobody looked at the drive', async () => {
    await drive.batch('batchDelete', [upload.fileId]);
    drive.fixture.clock.advance(400);
    expect(refusal(await upload.send({ method: 'PUT', body: FILE }))).toEqual([403, 'InvalidAccessKeyId']);
  });

  test('when the task is deleted; the pending file stays and keeps its name', async () => {
    await drive.request('DELETE', '/drive/v1/tasks', undefined, {
      task_ids: upload.taskId,
      delete_files: 'false',
    });
    expect(refusal(await upload.send({ method: 'PUT', body: FILE }))).toEqual([403, 'InvalidAccessKeyId']);
    expect(await upload.phase()).toBe('PHASE_TYPE_PENDING');
  });

  test('when the task is deleted with its file, and the name is free', async () => {
    await drive.request('DELETE', '/drive/v1/tasks', undefined, {
      task_ids: upload.taskId,
      delete_files: 'true',
    });
    expect((await drive.get(upload.fileId)).status).toBe(404);
    const again = await startUpload(drive, FILE);
    expect((await drive.get(again.fileId)).body['name']).toBe('upload.bin');
  });

  test('in the middle of a put, which then is not stored', async () => {
    const cancelling = (async function* () {
      yield FILE.subarray(0, 1000);
      await drive.done('batchDelete', [upload.fileId]);
      yield FILE.subarray(1000);
    })();
    expect(refusal(await upload.send({ method: 'PUT', body: cancelling }))).toEqual([404, 'NoSuchUpload']);
  });
});

describe('a scripted fault', () => {
  test('of kind store_error answers XML and stores nothing', async () => {
    const match = { method: 'PUT', path: '*partNumber=2&*' };
    drive.fixture.faults.add({ kind: 'store_error', status: 503, code: 'SlowDown', match, times: 1 });
    const id = await upload.initiate();
    const put = (number: number) =>
      upload.send({ method: 'PUT', query: `partNumber=${number}&uploadId=${id}`, body: FILE });
    expect((await put(1)).status).toBe(200);
    expect(refusal(await put(2))).toEqual([503, 'SlowDown']);
    expect((await put(2)).status).toBe(200);
  });

  test('of kind store_hang_up cuts a body in the middle', async () => {
    drive.fixture.faults.add({ kind: 'store_hang_up', afterBytes: 70_000, match: {}, times: 1 });
    let read = 0;
    const counted = (async function* () {
      for (; read < FILE.length; read += 10_000) yield FILE.subarray(read, read + 10_000);
    })();
    expect((await upload.send({ method: 'PUT', body: counted })).hangUp).toBe(true);
    expect(read).toBeLessThan(80_000);
    drive.fixture.clock.advance(HOUR);
    expect(await upload.phase()).toBe('PHASE_TYPE_PENDING');
  });

  test('of kind store_hang_up without a number loses the answer alone', async () => {
    drive.fixture.faults.add({ kind: 'store_hang_up', match: {}, times: 1 });
    expect((await upload.send({ method: 'PUT', body: FILE })).hangUp).toBe(true);
    drive.fixture.clock.advance(500);
    expect(await upload.phase()).toBe('PHASE_TYPE_COMPLETE');
  });

  test('of a task makes the upload fail after its bytes have come, or wait', async () => {
    const match = { path: '/drive/v1/files' };
    drive.fixture.faults.add({ kind: 'task_error', message: 'Save failed, retry please', match, times: 1 });
    drive.fixture.faults.add({ kind: 'slow_task', delayMs: HOUR, match, times: 1 });
    const [failing, slow] = [await startUpload(drive, FILE), await startUpload(drive, FILE)];
    for (const client of [failing, slow]) await client.send({ method: 'PUT', body: FILE });
    drive.fixture.clock.advance(HOUR - 1);
    expect([await failing.phase(), await slow.phase()]).toEqual(['PHASE_TYPE_ERROR', 'PHASE_TYPE_PENDING']);
    drive.fixture.clock.advance(1);
    expect(await slow.phase()).toBe('PHASE_TYPE_COMPLETE');
  });
});

test('a reset ends all uploads', async () => {
  await drive.cloud.reset('standard');
  expect(refusal(await upload.send({ method: 'PUT', body: FILE }))).toEqual([403, 'InvalidAccessKeyId']);
});

test('a closed cloud stores nothing', async () => {
  await drive.cloud.close();
  expect(refusal(await upload.send({ method: 'PUT', body: FILE }))).toEqual([500, 'InternalError']);
});
