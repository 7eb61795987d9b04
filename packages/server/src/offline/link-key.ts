import { StorageError } from '../core/errors.ts';

const MAX_URL = 8000;
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * What a link leads to, as far as the link tells: two spellings of one magnet, ed2k link or address have one key.
 * @throws StorageError `invalid_argument` for what is no link.
 */
export function linkKey(link: string): string {
  const url = link.trim();
  if (url.length > MAX_URL) throw noLink();
  if (/^ed2k:\/\//i.test(url)) return ed2kKey(url);
  const parsed = URL.parse(url);
  if (parsed === null) throw noLink();
  if (parsed.protocol === 'magnet:') return magnetKey(parsed) ?? parsed.href;
  if (!['http:', 'https:', 'ftp:'].includes(parsed.protocol)) return url;
  parsed.hash = '';
  return parsed.href;
}

/** Its bars make it no URL by the URL standard. */
function ed2kKey(link: string): string {
  const [, , , size = '', hash = ''] = link.split('|');
  return hash === '' ? link : `ed2k:${hash.toLowerCase()}:${size}`;
}

/** By the torrent's info hash, in whichever of its two spellings (BEP 9). */
function magnetKey({ searchParams }: URL): string | undefined {
  for (const topic of searchParams.getAll('xt')) {
    const hash = /^urn:btih:([0-9a-f]{40}|[a-z2-7]{32})$/i.exec(topic)?.[1]?.toLowerCase();
    if (hash !== undefined) return `btih:${hash.length === 32 ? hexOf(hash) : hash}`;
  }
  return undefined;
}

function hexOf(base32: string): string {
  let bits = 0n;
  for (const letter of base32) bits = (bits << 5n) | BigInt(BASE32.indexOf(letter));
  return bits.toString(16).padStart(40, '0');
}

function noLink(): StorageError {
  return new StorageError('invalid_argument', 'this is no link', {
    detail: { remedy: 'Give one link on each line: magnet:, http(s):// or ed2k://.' },
  });
}
