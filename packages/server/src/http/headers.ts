import type { ServerResponse } from 'node:http';
import type { Entry } from '../core/entry.ts';
import type { Validators } from './conditional.ts';
import { contentTypeOf, isPassive } from './media-type.ts';

/** Header names and values as they go to `setHeader`. */
export type HeaderMap = Readonly<Record<string, string>>;

/** Puts a set of headers on a response whose head has not been sent. */
export function setHeaders(res: ServerResponse, headers: HeaderMap): void {
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
}

/**
 * A `Content-Disposition` that any name fits into (RFC 6266 §4.3, RFC 8187 §3.2): `filename*` carries the name,
 * `filename` an ASCII likeness for old clients. Control characters can't get out of either.
 */
export function contentDisposition(kind: 'attachment' | 'inline', name: string): string {
  const plain = name.toWellFormed().replaceAll(/[^ -~]|["\\%]/g, '_');
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encodeExtended(name)}`;
}

function encodeExtended(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Nothing in the body may run, load or be sent anywhere; `sandbox` takes the page's origin from it as well. */
const ACTIVE_CONTENT_POLICY =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:";

/** Headers that describe a file, whatever part of it is sent. */
export function fileHeaders(
  entry: Entry,
  validators: Validators,
  disposition: 'attachment' | 'inline',
): HeaderMap {
  const type = contentTypeOf(entry.name);
  return {
    'Content-Type': type,
    'Content-Disposition': contentDisposition(disposition, entry.name),
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'private, max-age=0, must-revalidate',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    ...(isPassive(type) ? {} : { 'Content-Security-Policy': ACTIVE_CONTENT_POLICY }),
    ...(validators.etag === undefined ? {} : { ETag: validators.etag }),
    ...(validators.modified === undefined ? {} : { 'Last-Modified': httpDate(validators.modified) }),
  };
}

/** A time in the form of RFC 9110 §5.6.7. @param ms milliseconds since the epoch, within what a Date can hold */
export function httpDate(ms: number): string {
  return new Date(ms).toUTCString();
}

/** What makes a client ask again next time: for redirects, whose target expires, and for the API. */
export const NEVER_STORE = 'max-age=0, no-cache, no-store, must-revalidate';

/** What script of other origins may do with a download: read it, as whoever holds the signed address may anyway. No cookies are involved. */
export const DOWNLOAD_CORS: HeaderMap = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag',
};
