import { createHmac } from 'node:crypto';
import type { StoreAddress } from './store-host.ts';

/** What a signature of either scheme covers. */
export interface SignedRequest {
  readonly method: string;
  /** As sent, percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Query parameters that are signed; all others are not (protocol reference §4.6, field observation). */
const SUB_RESOURCES = ['partNumber', 'uploadId', 'uploads'];

/** The key id and signature of `Authorization: OSS <id>:<signature>`; undefined for another header. */
export function parseOssAuthorization(
  header: string,
): { readonly accessKeyId: string; readonly signature: string } | undefined {
  const [, accessKeyId, signature] = /^OSS ([^:\s]+):(\S+)$/.exec(header) ?? [];
  return accessKeyId === undefined || signature === undefined ? undefined : { accessKeyId, signature };
}

/** When an OSS request was made, as its signature says; NaN for no time. Browsers can't set `Date` and send `x-oss-date`. */
export function ossTime(headers: SignedRequest['headers']): number {
  return Date.parse(ossDate(headers));
}

/** The OSS V1 signature (§4.6): HMAC-SHA1 in base64. */
export function ossSignature(request: SignedRequest, address: StoreAddress, secret: string): string {
  return createHmac('sha1', secret).update(stringToSign(request, address)).digest('base64');
}

function stringToSign({ method, query, headers }: SignedRequest, address: StoreAddress): string {
  const ossHeaders = Object.keys(headers)
    .filter((name) => name.startsWith('x-oss-'))
    .sort()
    .map((name) => `${name}:${headers[name]?.trim()}\n`);
  const subResources = SUB_RESOURCES.filter((name) => query.has(name)).map((name) => {
    const value = query.get(name) ?? '';
    return value === '' ? name : `${name}=${value}`;
  });
  const resource = `/${address.bucket}/${address.key}`;
  return [
    `${method}\n`,
    `${headers['content-md5'] ?? ''}\n`,
    `${headers['content-type'] ?? ''}\n`,
    `${ossDate(headers)}\n`,
    ...ossHeaders,
    subResources.length === 0 ? resource : `${resource}?${subResources.join('&')}`,
  ].join('');
}

function ossDate(headers: SignedRequest['headers']): string {
  return headers['x-oss-date'] ?? headers['date'] ?? '';
}
