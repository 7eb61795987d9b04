import { afterAll, describe, expect, test } from 'bun:test';
import { makeUploadLab } from '../drive/changes/drive-client.ts';
import { chunkSignature, decodeSignedChunks } from './aws-chunked.ts';
import { pattern, refusal, sha256, startUpload } from './store-client.ts';

const lab = await makeUploadLab();
afterAll(() => lab.close());

/** The example of AWS's documentation of chunked uploads. */
const EXAMPLE = {
  date: '20130524T000000Z',
  scope: '20130524/us-east-1/s3/aws4_request',
  secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
};
const SIGNATURES = [
  'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
  '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
  'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
];

function chunked(chunks: readonly Uint8Array[], signing: typeof EXAMPLE): Buffer {
  let previous = signing.seed;
  const encoded = [...chunks, new Uint8Array()].map((chunk) => {
    previous = chunkSignature(signing, previous, sha256(chunk));
    const header = `${chunk.length.toString(16)};chunk-signature=${previous}\r\n`;
    return Buffer.concat([Buffer.from(header), chunk, Buffer.from('\r\n')]);
  });
  return Buffer.concat(encoded);
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function decode(body: AsyncIterable<Uint8Array>, signing = EXAMPLE): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of decodeSignedChunks(body, signing)) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function failure(action: Promise<unknown>): Promise<string> {
  return action.then(
    () => 'nothing failed',
    (error: unknown) => String(error),
  );
}

describe('a body of signed chunks', () => {
  const data = Buffer.alloc(66_560, 'a');
  const chunks = [data.subarray(0, 65_536), data.subarray(65_536)];

  test("is signed as in AWS's own example", () => {
    const text = chunked(chunks, EXAMPLE).toString('latin1');
    expect([...text.matchAll(/chunk-signature=(\w+)/g)].map(([, signature]) => signature)).toEqual(
      SIGNATURES,
    );
  });

  test.each([1, 7, 1000, 70_000])('is decoded, however it is cut: %d bytes at a time', async (size) => {
    expect((await decode(inPieces(chunked(chunks, EXAMPLE), size))).equals(data)).toBe(true);
  });

  test('is refused when a byte, a signature or its end is wrong', async () => {
    const good = chunked(chunks, EXAMPLE);
    const changed = Buffer.from(good);
    changed[1000] = 0x62;
    expect(await failure(decode(inPieces(changed, 5000)))).toContain('signature of a chunk');
    expect(await failure(decode(inPieces(good.subarray(0, 60_000), 5000)))).toContain('ended too early');
    expect(await failure(decode(inPieces(good.subarray(0, 65_700), 5000)))).toContain('no proper header');
    expect(await failure(decode(inPieces(Buffer.alloc(10_000, 'x'), 5000)))).toContain('line is too long');
  });

  test('U6: is taken by the store, and verified', async () => {
    const file = await pattern(150_000);
    const drive = await lab.drive();
    const upload = await startUpload(drive, file);
    const put = async (secret: unknown) => {
      const date = new Date(drive.fixture.clock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
      let seed = '';
      const body = (async function* () {
        const scope = `${date.slice(0, 8)}/pikpak/s3/aws4_request`;
        yield chunked([file.subarray(0, 65_536), file.subarray(65_536)], {
          date,
          scope,
          seed,
          secret: String(secret),
        });
      })();
      const request = {
        method: 'PUT',
        scheme: 'aws',
        headers: {
          'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
          'x-amz-decoded-content-length': String(file.length),
        },
      } as const;
      seed = upload.signatureOf(request);
      return upload.send({ ...request, body });
    };
    expect(refusal(await put('another secret'))).toEqual([403, 'SignatureDoesNotMatch']);
    expect((await put(upload.params['access_key_secret'])).status).toBe(200);
    drive.fixture.clock.advance(500);
    expect((await upload.download()).equals(file)).toBe(true);
  });
});
