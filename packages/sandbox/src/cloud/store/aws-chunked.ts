import { createHash } from 'node:crypto';
import { sameSecret } from '../secret-compare.ts';
import { signText } from './aws-v4.ts';
import { ByteReader } from './byte-reader.ts';
import { StoreRefusal } from './store-errors.ts';

/** What the chunks' signatures are made with. */
export interface ChunkSigning {
  /** `x-amz-date`. */
  readonly date: string;
  readonly scope: string;
  readonly secret: string;
  /** The request's own signature, from which the chain starts. */
  readonly seed: string;
}

const HEADER = /^([0-9a-f]{1,8});chunk-signature=([0-9a-f]{64})$/i;
const MAX_LINE = 200;
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/**
 * The bytes inside a body of signed chunks (`STREAMING-AWS4-HMAC-SHA256-PAYLOAD`, rule U6). Each chunk's signature is checked when
 * all of it has passed, so that what was yielded counts only when the end is reached.
 *
 * @throws StoreRefusal for a malformed body or a wrong signature
 */
export async function* decodeSignedChunks(
  body: AsyncIterable<Uint8Array>,
  signing: ChunkSigning,
): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(body);
  let previous = signing.seed;
  for (;;) {
    const [, length, signature] = HEADER.exec(await reader.line(MAX_LINE)) ?? [];
    if (length === undefined || signature === undefined)
      throw new StoreRefusal('IncompleteBody', 'A chunk has no proper header.');
    const size = Number.parseInt(length, 16);
    const hash = createHash('sha256');
    for await (const piece of reader.take(size)) {
      hash.update(piece);
      yield piece;
    }
    previous = chunkSignature(signing, previous, hash.digest('hex'));
    if (!sameSecret(previous, signature.toLowerCase()))
      throw new StoreRefusal('SignatureDoesNotMatch', 'The signature of a chunk is wrong.');
    if ((await reader.line(0)) !== '' && size > 0)
      throw new StoreRefusal('IncompleteBody', 'A chunk does not end where it should.');
    if (size === 0) return;
  }
}

/** The signature of a chunk, by that of the one before. */
export function chunkSignature(
  signing: Pick<ChunkSigning, 'date' | 'scope' | 'secret'>,
  previous: string,
  sha256: string,
): string {
  const { date, scope, secret } = signing;
  const text = `AWS4-HMAC-SHA256-PAYLOAD\n${date}\n${scope}\n${previous}\n${EMPTY_SHA256}\n${sha256}`;
  return signText(text, scope, secret);
}
