import { createHash } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, test } from 'bun:test';
import { type DriveClient, makeUploadLab } from '../drive/changes/drive-client.ts';
import { completionXml, pattern, refusal, startUpload, type StoreClient } from './store-client.ts';

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

describe('U7: a single put', () => {
  test('answers with the MD5 as ETag, and makes the file complete after a while', async () => {
    const md5 = createHash('md5').update(FILE).digest('hex').toUpperCase();
    const answer = await upload.send({ method: 'PUT', body: FILE });
    expect(answer).toMatchObject({
      status: 200,
      body: '',
      headers: { etag: `"${md5}"` },
    });
    drive.fixture.clock.advance(499);
    expect(await upload.phase()).toBe('PHASE_TYPE_PENDING');
    drive.fixture.clock.advance(1);
    expect(await upload.phase()).toBe('PHASE_TYPE_COMPLETE');
    expect(await upload.task()).toMatchObject({
      phase: 'PHASE_TYPE_COMPLETE',
      progress: 100,
      file_id: upload.fileId,
    });
    expect((await upload.download()).equals(FILE)).toBe(true);
  });

  test('F20: counts from then on', async () => {
    const before = await drive.quota();
    await upload.send({ method: 'PUT', body: FILE });
    drive.fixture.clock.advance(500);
    expect((await drive.quota()).usage).toBe(before.usage + FILE.length);
  });

  test('sent twice before the file is complete counts once, the last one', async () => {
    await upload.send({ method: 'PUT', body: FILE.toReversed() });
    await upload.send({ method: 'PUT', body: FILE });
    drive.fixture.clock.advance(500);
    expect((await upload.download()).equals(FILE)).toBe(true);
  });

  test('sent again afterwards changes nothing', async () => {
    await upload.send({ method: 'PUT', body: FILE });
    drive.fixture.clock.advance(500);
    expect((await upload.send({ method: 'PUT', body: FILE.toReversed() })).status).toBe(200);
    drive.fixture.clock.advance(500);
    expect((await upload.download()).equals(FILE)).toBe(true);
  });

  test('makes the content known: the next upload of it is instant', async () => {
    await upload.send({ method: 'PUT', body: FILE });
    drive.fixture.clock.advance(500);
    await drive.names();
    const again = await startUpload(drive, FILE, { name: 'again.bin' });
    expect(again.params).toEqual({});
    expect((await again.download()).equals(FILE)).toBe(true);
  });
});

describe('U7: a multipart upload', () => {
  test.each(['oss', 'aws'] as const)('signed by %s becomes the file, byte for byte', async (scheme) => {
    const { id, etags } = await upload.putParts(PARTS, { scheme });
    const answer = await upload.complete(id, etags, { scheme });
    expect(answer.status).toBe(200);
    expect(String(answer.body)).toMatch(
      /<CompleteMultipartUploadResult>.*<ETag>&quot;\w{32}-3&quot;<\/ETag>/s,
    );
    drive.fixture.clock.advance(500);
    expect(await upload.phase()).toBe('PHASE_TYPE_COMPLETE');
    expect((await upload.download()).equals(FILE)).toBe(true);
  });

  test('begins with an XML answer that names bucket, key and upload', async () => {
    const answer = await upload.send({ method: 'POST', query: 'uploads' });
    expect(String(answer.body)).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<InitiateMultipartUploadResult><Bucket>vip-lixian-07</Bucket>' +
        `<Key>${upload.key}</Key><UploadId>${/<UploadId>([0-9A-F]{32})</.exec(String(answer.body))?.[1]}</UploadId>` +
        '</InitiateMultipartUploadResult>',
    );
  });

  test('takes its parts in any order, and a part again', async () => {
    const id = await upload.initiate();
    const third = await upload.part(id, 3, PARTS[2] ?? FILE);
    await upload.part(id, 1, PARTS[1] ?? FILE);
    const second = await upload.part(id, 2, PARTS[1] ?? FILE);
    const first = await upload.part(id, 1, PARTS[0] ?? FILE);
    expect((await upload.complete(id, [first, second, third])).status).toBe(200);
    drive.fixture.clock.advance(500);
    expect((await upload.download()).equals(FILE)).toBe(true);
  });

  test('can be finished by another process with the saved credentials, after asking for its parts', async () => {
    const id = await upload.initiate();
    const etags = [await upload.part(id, 1, PARTS[0] ?? FILE)];
    drive.fixture.clock.advance(11 * HOUR);
    const list = String((await upload.send({ method: 'GET', query: `uploadId=${id}` })).body);
    expect(list).toContain('<PartNumber>1</PartNumber><LastModified>2026-01-15T08:00:00.000Z</LastModified>');
    expect(list).toContain(`<ETag>${etags[0]?.replaceAll('"', '&quot;')}</ETag><Size>102400</Size>`);
    etags.push(await upload.part(id, 2, PARTS[1] ?? FILE), await upload.part(id, 3, PARTS[2] ?? FILE));
    expect((await upload.complete(id, etags)).status).toBe(200);
  });

  test('lists its parts by pages, with parameters that no signature covers', async () => {
    const { id } = await upload.putParts(PARTS);
    const page = async (query: string) => {
      const body = String((await upload.send({ method: 'GET', query: `uploadId=${id}&${query}` })).body);
      return { parts: [...body.matchAll(/<PartNumber>(\d)/g)].map(([, number]) => number), body };
    };
    const first = await page('max-parts=2');
    expect(first.parts).toEqual(['1', '2']);
    expect(first.body).toContain(
      '<NextPartNumberMarker>2</NextPartNumberMarker><MaxParts>2</MaxParts><IsTruncated>true<',
    );
    const rest = await page('max-parts=2&part-number-marker=2');
    expect(rest.parts).toEqual(['3']);
    expect(rest.body).toContain('<IsTruncated>false<');
  });

  test.each([
    ['with quotes', (etag: string) => etag],
    ['without', (etag: string) => etag.replaceAll('"', '')],
    ['escaped', (etag: string) => etag.replaceAll('"', '&quot;')],
    ['in lower case', (etag: string) => etag.toLowerCase()],
  ])('takes ETags %s', async (_name, spell) => {
    const { id, etags } = await upload.putParts(PARTS);
    expect((await upload.complete(id, etags.map(spell))).status).toBe(200);
  });

  test('refuses a completion that does not fit, and can still be completed', async () => {
    const { id, etags } = await upload.putParts(PARTS);
    const [first = '', second = '', third = ''] = etags;
    const send = async (body: string) =>
      refusal(await upload.send({ method: 'POST', query: `uploadId=${id}`, body }));
    expect(
      await send(
        completionXml([
          [2, second],
          [1, first],
          [3, third],
        ]),
      ),
    ).toEqual([400, 'InvalidPartOrder']);
    expect(
      await send(
        completionXml([
          [1, first],
          [1, first],
        ]),
      ),
    ).toEqual([400, 'InvalidPartOrder']);
    expect(
      await send(
        completionXml([
          [1, first],
          [2, third],
        ]),
      ),
    ).toEqual([400, 'InvalidPart']);
    expect(
      await send(
        completionXml([
          [1, first],
          [4, third],
        ]),
      ),
    ).toEqual([400, 'InvalidPart']);
    for (const body of [
      '',
      '<CompleteMultipartUpload></CompleteMultipartUpload>',
      '{}',
      completionXml([[1, first]]).slice(0, -5),
    ])
      expect(await send(body)).toEqual([400, 'MalformedXML']);
    expect((await upload.complete(id, etags)).status).toBe(200);
  });

  test('refuses parts under 100 KiB but the last, unless the rule says otherwise', async () => {
    const small = [FILE.subarray(0, 100 * KIB - 1), FILE.subarray(100 * KIB - 1)];
    const run = async (client: StoreClient) => {
      const id = await client.initiate();
      const etags = [await client.part(id, 1, small[0] ?? FILE), await client.part(id, 2, small[1] ?? FILE)];
      return client.complete(id, etags);
    };
    expect(refusal(await run(upload))).toEqual([400, 'EntityTooSmall']);
    const lenient = await lab.drive({ rules: { minPartBytes: 0 } });
    expect((await run(await startUpload(lenient, FILE))).status).toBe(200);
  });

  test.each(['0', '10001', 'x', '1.5'])('has no part %s', async (number) => {
    const id = await upload.initiate();
    const query = `partNumber=${number}&uploadId=${id}`;
    expect(refusal(await upload.send({ method: 'PUT', query, body: FILE }))).toEqual([
      400,
      'InvalidArgument',
    ]);
  });

  test('of an unknown id takes nothing', async () => {
    const query = 'partNumber=1&uploadId=0004B9894A22E5B1888A1E29F8236E2D';
    expect(refusal(await upload.send({ method: 'PUT', query, body: FILE }))).toEqual([404, 'NoSuchUpload']);
  });

  test('is forgotten when it is aborted', async () => {
    const { id, etags } = await upload.putParts(PARTS);
    expect(await upload.send({ method: 'DELETE', query: `uploadId=${id}` })).toMatchObject({
      status: 204,
      body: '',
    });
    expect(refusal(await upload.complete(id, etags))).toEqual([404, 'NoSuchUpload']);
  });
});
