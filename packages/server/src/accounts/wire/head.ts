import { StorageError } from '../../core/errors.ts';
import { isFieldName, isFieldValue } from '../request-checks.ts';

/** How the end of a body is told (RFC 9112 §6.3): by its length in bytes, by chunks, or by the end of the connection. */
export type Framing = number | 'chunked' | 'close';

/** The head of an answer. */
export interface Head {
  readonly status: number;
  /** Lower-case names; repeated ones joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly framing: Framing;
  /** Whether the connection may be used again after the body. */
  readonly keepAlive: boolean;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |$)/;

/**
 * Reads the head of an answer to a GET (RFC 9112 §4–6).
 * @param text all before the empty line, as Latin-1
 * @throws StorageError `protocol` for what is not HTTP/1.x, or says two things about its length
 */
export function parseHead(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n');
  const [, minor, code] = STATUS_LINE.exec(first) ?? [];
  if (code === undefined) throw notHttp('its first line');
  const fields = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (!isFieldName(name) || !isFieldValue(value)) throw notHttp('a header');
    const before = fields.get(name);
    fields.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  const status = Number(code);
  const framing = framingOf(status, fields);
  const connection = fields.get('connection')?.toLowerCase() ?? '';
  const keepAlive = minor === '1' && !/\bclose\b/.test(connection) && framing !== 'close';
  return { status, headers: Object.fromEntries(fields), framing, keepAlive };
}

function framingOf(status: number, fields: ReadonlyMap<string, string>): Framing {
  if (status < 200 || status === 204 || status === 304) return 0;
  const encoding = fields.get('transfer-encoding');
  if (encoding !== undefined) {
    if (encoding.toLowerCase() !== 'chunked') throw notHttp('its transfer encoding');
    if (fields.has('content-length')) throw notHttp('its length');
    return 'chunked';
  }
  const length = fields.get('content-length');
  if (length === undefined) return 'close';
  const [one = '', ...others] = length.split(',').map((part) => part.trim());
  const bytes = Number(one);
  if (!/^\d+$/.test(one) || !Number.isSafeInteger(bytes) || others.some((other) => other !== one)) {
    throw notHttp('its length');
  }
  return bytes;
}

function notHttp(what: string): StorageError {
  return new StorageError('protocol', `the server's answer can't be read: ${what} is not valid HTTP`, {
    retry: 'later',
  });
}
