import { describe, expect, test } from 'bun:test';
import type { Blob } from '../../types.ts';
import { bytesBlob, textBlob } from '../blobs.ts';
import { mod251 } from '../cloud-fixture.ts';
import { type DriveClient, makeDriveClient } from '../drive/changes/drive-client.ts';
import { gcidOf } from '../gcid.ts';
import { cidOf } from './cid.ts';

const PATH = '/drive/v1/resource/cid';

/** Protocol reference §4.2. */
const VECTORS: readonly (readonly [string, Blob, string])[] = [
  ['nothing', textBlob(''), 'DA39A3EE5E6B4B0D3255BFEF95601890AFD80709'],
  ['hello', textBlob('hello'), 'AAF4C61DDCC5E8A2DABEDE0F3B482CD9AEA9434D'],
  ['61440 bytes of the pattern', mod251(61_440), 'A97217016EE754926A348EABBE522346E6992150'],
  ['61441 bytes of the pattern', mod251(61_441), '01C826DCA4B556F1AD09AE847423360941DD287F'],
  [
    '1 MiB of zeros',
    bytesBlob(new Uint8Array(1_048_576), 'application/octet-stream'),
    'D2258CFECEFDE0E3AD67DD5B9883A2BBC60890E8',
  ],
  ['1 MiB of the pattern', mod251(1_048_576), 'C90395FB765BEA4BE3C410C399B53E20F01A68DB'],
  ['300 MiB of the pattern', mod251(314_572_800), '503F87BB224093FE797A10B205816D4137EA7297'],
];

describe('cid', () => {
  test.each(VECTORS)('of %s matches the reference', async (_name, blob, cid) => {
    expect(await cidOf(blob)).toBe(cid);
  });
});

describe('U12: asking for a gcid by cid', () => {
  const ask = (client: DriveClient, cid: string, size: number | string) =>
    client.request('GET', PATH, undefined, { cid, file_size: String(size) });
  /** Of `This is file 7.\n`, one of ten thousand of nearly the same size. */
  const content = textBlob('This is file 7.\n');

  test('finds content that the platform has, by its cid in any case and its size', async () => {
    const client = await makeDriveClient();
    const cid = await cidOf(content);
    const gcid = await gcidOf(content);
    for (const spelling of [cid, cid.toLowerCase()])
      expect(await ask(client, spelling, content.size)).toMatchObject({ status: 200, body: { gcid } });
  });

  test('answers an empty gcid for what it does not have', async () => {
    const client = await makeDriveClient();
    const cid = await cidOf(content);
    expect((await ask(client, cid, content.size + 1)).body).toEqual({ gcid: '' });
    expect((await ask(client, '0'.repeat(40), content.size)).body).toEqual({ gcid: '' });
  });

  test('times out for it when the rule says so, naming the index', async () => {
    const client = await makeDriveClient({ cidMiss: 'timeout' });
    const { status, body } = await ask(client, '0'.repeat(40), 5);
    expect(status).toBe(500);
    expect(body['error']).toContain('idx.shub.mypikpak.com');
    expect((await ask(client, await cidOf(content), content.size)).status).toBe(200);
  });

  test.each([[0], [''], ['x'], [-1]])('refuses size %p', async (size) => {
    const { status, body } = await ask(await makeDriveClient(), '0'.repeat(40), size);
    expect([status, body['error']]).toEqual([400, 'cid and file_size is required']);
  });
});
