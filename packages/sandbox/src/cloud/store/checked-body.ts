import { createHash } from 'node:crypto';
import { StoreRefusal } from './store-errors.ts';

/** What a request says of its body. */
export interface BodyClaims {
  readonly length?: number;
  /** Base64. */
  readonly md5?: string;
  /** Lower-case hex. */
  readonly sha256?: string;
}

/**
 * The body, checked against what was said of it when its end is reached.
 *
 * @throws StoreRefusal when it is shorter, longer, or of another hash
 */
export async function* checkedBody(
  body: AsyncIterable<Uint8Array>,
  claims: BodyClaims,
): AsyncGenerator<Uint8Array> {
  const md5 = claims.md5 === undefined ? undefined : createHash('md5');
  const sha256 = claims.sha256 === undefined ? undefined : createHash('sha256');
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    md5?.update(chunk);
    sha256?.update(chunk);
    yield chunk;
  }
  if (claims.length !== undefined && claims.length !== length)
    throw new StoreRefusal('IncompleteBody', 'The body is not as long as Content-Length says.');
  if (md5 !== undefined && md5.digest('base64') !== claims.md5)
    throw new StoreRefusal('BadDigest', 'The body has another hash than Content-MD5 says.');
  if (sha256 !== undefined && sha256.digest('hex') !== claims.sha256)
    throw new StoreRefusal(
      'XAmzContentSHA256Mismatch',
      'The body has another hash than x-amz-content-sha256 says.',
    );
}

/** A whole body as text. @throws StoreRefusal when it is longer than `max` bytes */
export async function readText(body: AsyncIterable<Uint8Array>, max: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > max) throw new StoreRefusal('InvalidArgument', 'The body is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
