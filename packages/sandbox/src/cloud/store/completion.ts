import type { SpooledFile } from '../upload/spool.ts';
import type { Parts } from '../upload/uploads.ts';
import { StoreRefusal } from './store-errors.ts';

/** A part as the completion names it. */
interface NamedPart {
  readonly number: number;
  /** Upper-case hex. */
  readonly md5: string;
}

const PART = /<Part(?:\s[^>]*)?>([\s\S]*?)<\/Part>/g;
const NUMBER = /<PartNumber>\s*(\d{1,9})\s*<\/PartNumber>/;
const ETAG = /<ETag>\s*(?:"|&quot;|&#34;)?([0-9A-Fa-f]{32})(?:"|&quot;|&#34;)?\s*<\/ETag>/;

/**
 * The files of the parts that a completion names, in order (protocol reference §4.7, rule U7). ETags may have quotes or none.
 *
 * @throws StoreRefusal for a malformed body, parts out of order, unknown or other ones, and parts that are too small
 */
export function completedFiles(xml: string, parts: Parts, minPartBytes: number): SpooledFile[] {
  const named = namedParts(xml);
  for (const [i, { number }] of named.entries())
    if (number <= (named[i - 1]?.number ?? 0))
      throw new StoreRefusal('InvalidPartOrder', 'The parts are not in ascending order.');
  return named.map(({ number, md5 }, i) => {
    const file = parts.get(number);
    if (file === undefined || file.md5.toUpperCase() !== md5)
      throw new StoreRefusal('InvalidPart', `Part ${number} was not stored, or has another ETag.`);
    if (file.size < minPartBytes && i < named.length - 1)
      throw new StoreRefusal('EntityTooSmall', `Part ${number} is smaller than ${minPartBytes} bytes.`);
    return file;
  });
}

function namedParts(xml: string): NamedPart[] {
  const isWhole = /<CompleteMultipartUpload[\s>][\s\S]*<\/CompleteMultipartUpload>\s*$/.test(xml);
  const named = [...xml.matchAll(PART)].map(([, part = '']) => ({
    number: Number(NUMBER.exec(part)?.[1]),
    md5: ETAG.exec(part)?.[1]?.toUpperCase() ?? '',
  }));
  if (!isWhole || named.length === 0 || named.some(({ number }) => Number.isNaN(number)))
    throw new StoreRefusal('MalformedXML', 'The body does not name the parts.');
  return named;
}
