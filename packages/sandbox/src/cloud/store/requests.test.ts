import { afterAll, beforeEach, describe, expect, test } from 'bun:test';
import { type DriveClient, makeUploadLab } from '../drive/changes/drive-client.ts';
import { pattern, refusal, sha256, startUpload, type StoreClient } from './store-client.ts';

const KIB = 1024;
const HOUR = 3_600_000;
const FILE = await pattern(300 * KIB + 1);

const lab = await makeUploadLab();
afterAll(() => lab.close());

let drive: DriveClient;
let upload: StoreClient;
beforeEach(async () => {
  drive = await lab.drive();
  upload = await startUpload(drive, FILE);
});

describe('U6: a request', () => {
  test.each([
    ['upload-a10b.mypikpak.com', (key: string) => `/${key}`],
    ['upload-a10b.mypikpak.com', (key: string) => `/vip-lixian-07/${key}`],
    ['vip-lixian-07.mypikpak.com', (key: string) => `/${key}`],
    ['vip-lixian-07.mypikpak.net', (key: string) => `/${key}`],
  ] as const)('to %s is taken under both signatures', async (host, path) => {
    for (const scheme of ['oss', 'aws'] as const)
      expect(
        (await upload.send({ method: 'PUT', body: FILE, host, path: path(upload.key), scheme })).status,
      ).toBe(200);
  });

  test('to another host finds no bucket', async () => {
    const host = 'vip-lixian-07.upload-a10b.mypikpak.com';
    expect(refusal(await upload.send({ method: 'PUT', body: FILE, host }))).toEqual([404, 'NoSuchBucket']);
  });

  test.each([
    ['no signature', { authorization: '' }, 'AccessDenied'],
    ['an unknown key id', { authorization: 'OSS STS.NOBODY:abc' }, 'InvalidAccessKeyId'],
    ['another token', { 'x-oss-security-token': 'CAISother' }, 'AccessDenied'],
    ['another content type', { 'content-type': 'text/plain' }, 'SignatureDoesNotMatch'],
    ['another x-oss header', { 'x-oss-meta-a': 'b' }, 'SignatureDoesNotMatch'],
  ])('with %s is refused', async (_name, tampered, code) => {
    expect(refusal(await upload.send({ method: 'PUT', body: FILE, tampered }))).toEqual([403, code]);
    expect(await upload.phase()).toBe('PHASE_TYPE_PENDING');
  });

  test('with the secret of another upload is refused', async () => {
    const other = await startUpload(drive, FILE);
    const forged = await startUpload(drive, FILE);
    Object.assign(forged, {
      params: { ...forged.params, access_key_secret: other.params['access_key_secret'] },
    });
    expect(refusal(await forged.send({ method: 'PUT', body: FILE }))).toEqual([403, 'SignatureDoesNotMatch']);
  });

  test('with the credentials of another upload is refused for this key', async () => {
    const other = await startUpload(drive, FILE);
    Object.assign(other, { params: { ...other.params, key: upload.key } });
    expect(refusal(await other.send({ method: 'PUT', body: FILE }))).toEqual([403, 'AccessDenied']);
  });

  test.each([
    [15 * 60_000, 200],
    [-15 * 60_000, 200],
    [15 * 60_000 + 1000, 403],
    [-15 * 60_000 - 1000, 403],
  ])('dated %d ms off is answered with %d', async (off, status) => {
    const date = new Date(drive.fixture.clock.now() + off);
    const amzDate = date.toISOString().replaceAll(/[-:]|\.\d+/g, '');
    const oss = await upload.send({ method: 'PUT', body: FILE, headers: { date: date.toUTCString() } });
    const headers = { 'x-amz-date': amzDate };
    const aws = await upload.send({ method: 'PUT', body: FILE, scheme: 'aws', headers });
    expect([oss.status, aws.status]).toEqual([status, status]);
    if (status === 403)
      expect([refusal(oss)[1], refusal(aws)[1]]).toEqual(['RequestTimeTooSkewed', 'RequestTimeTooSkewed']);
  });

  test('is refused once its credentials are 12 hours old', async () => {
    drive.fixture.clock.advance(12 * HOUR - 1);
    expect((await upload.send({ method: 'POST', query: 'uploads' })).status).toBe(200);
    drive.fixture.clock.advance(1);
    const late = await upload.send({ method: 'PUT', body: FILE });
    expect(refusal(late)).toEqual([403, 'SecurityTokenExpired']);
  });

  test('under AWS V4 must sign every header of Amazon that it has', async () => {
    const tampered = { 'x-amz-meta-a': 'b' };
    const answer = await upload.send({ method: 'PUT', body: FILE, scheme: 'aws', tampered });
    expect(refusal(answer)).toEqual([403, 'AccessDenied']);
  });

  test('under AWS V4 may carry the hash of its body, which is then checked', async () => {
    const put = (hash: string) =>
      upload.send({ method: 'PUT', body: FILE, scheme: 'aws', headers: { 'x-amz-content-sha256': hash } });
    expect((await put(sha256(FILE))).status).toBe(200);
    expect(refusal(await put(sha256('other')))).toEqual([400, 'XAmzContentSHA256Mismatch']);
    expect(refusal(await put('STREAMING-UNSIGNED-PAYLOAD-TRAILER'))).toEqual([501, 'NotImplemented']);
  });

  test('of another length than it says, or another MD5, is not stored', async () => {
    const short = { 'content-length': String(FILE.length + 1) };
    expect(refusal(await upload.send({ method: 'PUT', body: FILE, headers: short }))).toEqual([
      400,
      'IncompleteBody',
    ]);
    const md5 = { 'content-md5': Buffer.alloc(16).toString('base64') };
    expect(refusal(await upload.send({ method: 'PUT', body: FILE, headers: md5 }))).toEqual([
      400,
      'BadDigest',
    ]);
    const noMd5 = { 'content-md5': 'x' };
    expect(refusal(await upload.send({ method: 'PUT', body: FILE, headers: noMd5 }))).toEqual([
      400,
      'InvalidDigest',
    ]);
    drive.fixture.clock.advance(HOUR);
    expect(await upload.phase()).toBe('PHASE_TYPE_PENDING');
  });

  test('whose body breaks off is not stored, and may be sent again', async () => {
    const broken = (async function* () {
      yield FILE.subarray(0, 1000);
      throw new Error('the client left');
    })();
    expect(refusal(await upload.send({ method: 'PUT', body: broken }))).toEqual([500, 'InternalError']);
    expect((await upload.send({ method: 'PUT', body: FILE })).status).toBe(200);
  });

  test.each([
    ['GET', ''],
    ['HEAD', ''],
    ['POST', ''],
    ['DELETE', ''],
  ])('%s ?%s is not allowed', async (method, query) => {
    expect(refusal(await upload.send({ method, query }))).toEqual([405, 'MethodNotAllowed']);
  });

  test('carries the time of the cloud', async () => {
    expect((await upload.send({ method: 'GET' })).headers['date']).toBe('Thu, 15 Jan 2026 08:00:00 GMT');
  });
});
