import { createHmac } from 'node:crypto';
import type { Ticket } from './ticket.ts';

/** The parts of a request to the object store that its signature covers. */
export interface Signable {
  readonly method: string;
  /** '' for a request without a body. */
  readonly contentType: string;
  /** As in the `Date` header. */
  readonly date: string;
  /** Sub-resources by name; '' for one without a value. */
  readonly query: Readonly<Record<string, string>>;
}

/** The `Authorization` of a request in Aliyun OSS's first scheme: HMAC-SHA1 in a header (protocol reference §4.6). */
export function ossAuthorization(
  ticket: Pick<Ticket, 'accessKeyId' | 'accessKeySecret' | 'securityToken' | 'bucket' | 'key'>,
  { method, contentType, date, query }: Signable,
): string {
  const text = [
    method,
    '', // Content-MD5 is not sent
    contentType,
    date,
    `x-oss-security-token:${ticket.securityToken}`,
    `/${ticket.bucket}/${ticket.key}${ossQuery(query)}`,
  ].join('\n');
  const signature = createHmac('sha1', ticket.accessKeySecret).update(text).digest('base64');
  return `OSS ${ticket.accessKeyId}:${signature}`;
}

/** The sub-resources as they are signed and sent: sorted by name, without `=` where there is no value. */
export function ossQuery(query: Readonly<Record<string, string>>): string {
  const parts = Object.entries(query)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
