import { Readable } from 'node:stream';
import { StorageError } from '../core/errors.ts';
import type { HttpRequest } from '../core/http-client.ts';

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Tab, and everything printable; what lies above ASCII is left to the sender's encoding (RFC 9110 §5.5). */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** Framing and routing belong to the transport. */
const OWN_FIELDS = new Set(['connection', 'host', 'transfer-encoding', 'upgrade']);

/** Whether a text is a header's name as RFC 9110 §5.1 has it. */
export function isFieldName(text: string): boolean {
  return TOKEN.test(text);
}

/** Whether a text can be a header's value. */
export function isFieldValue(text: string): boolean {
  return FIELD_VALUE.test(text);
}

/** @throws StorageError `invalid_argument` for what is no plain web address */
export function checkedUrl(address: string): URL {
  const url = URL.parse(address);
  const web = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url === null || !web || url.username !== '' || url.password !== '') {
    throw new StorageError('invalid_argument', 'An address to fetch is not a plain http or https URL.');
  }
  return url;
}

/** The headers of a request, with the length of a body that is at hand. @throws StorageError `invalid_argument` for what would break the request's lines */
export function checkedHeaders({ method, headers = {}, body }: HttpRequest): Record<string, string | number> {
  if (!TOKEN.test(method)) throw new StorageError('invalid_argument', 'A request has no valid method.');
  for (const [name, value] of Object.entries(headers)) {
    if (!TOKEN.test(name) || !FIELD_VALUE.test(value) || OWN_FIELDS.has(name.toLowerCase())) {
      throw new StorageError('invalid_argument', `A request header can't be sent: ${JSON.stringify(name)}.`);
    }
  }
  if (body === undefined || body instanceof Readable) return { ...headers };
  const others = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-length');
  return { ...Object.fromEntries(others), 'Content-Length': Buffer.byteLength(body) };
}
