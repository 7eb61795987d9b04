import { StorageError } from '../core/errors.ts';
import { normalizePath, type TreePath } from '../core/path.ts';

/** A request target, split but not decoded. */
export interface RequestTarget {
  /** Exactly as sent: escapes, `..` and repeated slashes untouched. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
}

/** Splits `req.url`. The absolute form that proxies send (RFC 9112 §3.2.2) loses its origin. */
export function parseTarget(url: string): RequestTarget {
  const target = url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/#.*$/s, '');
  const cut = target.indexOf('?');
  return {
    rawPath: (cut < 0 ? target : target.slice(0, cut)) || '/',
    query: new URLSearchParams(cut < 0 ? '' : target.slice(cut + 1)),
  };
}

/**
 * The path of the tree that a raw request path names below `prefix` (`/d`, `/p`).
 *
 * Every segment is percent-decoded exactly once, so that names with a literal `%41` work; every form that API reference §4.3
 * lists is accepted, and `+` is a plus sign. What has two readings is refused instead of guessed.
 *
 * @throws StorageError `invalid_argument` for a broken escape, bytes that are not UTF-8, an escaped slash, a backslash or NUL;
 *   `forbidden` for `..`, escaped or not.
 */
export function decodeRequestPath(rawPath: string, prefix: string): TreePath {
  const rest = rawPath.slice(prefix.length);
  return normalizePath(rest.split('/').map(decodeSegment).join('/'));
}

function decodeSegment(segment: string): string {
  const decoded = decodeEscapes(segment);
  if (decoded.includes('/')) throw new StorageError('invalid_argument', 'path contains an escaped slash');
  if (decoded.includes('\\')) throw new StorageError('invalid_argument', 'path contains a backslash');
  return decoded;
}

/** `node:http` gives bytes above 127 as Latin-1; some clients send UTF-8 without escaping it. */
function decodeEscapes(segment: string): string {
  try {
    return decodeURIComponent(
      /[\x80-\xff]/.test(segment)
        ? segment.replaceAll(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`)
        : segment,
    );
  } catch (cause) {
    throw new StorageError('invalid_argument', 'path has an escape that is not valid UTF-8', { cause });
  }
}

/**
 * A path as it goes into a URL, segment by segment as AList encodes it (API reference §4.3): letters, digits and
 * `-_.~$&+=:@` stay bare, all else is `%XX`.
 */
export function encodePath(path: string): string {
  return encodeURIComponent(path)
    .replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll(/%(?:24|26|2B|2F|3A|3D|40)/g, decodeURIComponent);
}
