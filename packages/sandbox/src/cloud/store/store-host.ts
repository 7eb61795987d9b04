import { splitHost } from '../hosts.ts';
import { BUCKET } from '../upload/uploads.ts';

/** What a request's host and path name. */
export interface StoreAddress {
  readonly bucket: string;
  /** Decoded. */
  readonly key: string;
}

/**
 * True for hosts of the object store (protocol reference §1.1, rule U6): `upload-….<root>`, `<bucket>.<root>`, and the endpoint that
 * clients were told of. The bucket before an `upload-` host is none: it has no address in reality (§4.6, field observation).
 */
export function isStoreHost(host: string, endpoint?: string): boolean {
  return isBucketHost(host) || isEndpoint(host, endpoint);
}

/**
 * The bucket and key of a request: `<endpoint>/<key>`, `<bucket>.<root>/<key>` or `<endpoint>/<bucket>/<key>` (rule U6). Undefined
 * for another host or a path that is not percent-encoded UTF-8.
 */
export function storeAddress(host: string, path: string, endpoint?: string): StoreAddress | undefined {
  if (!isStoreHost(host, endpoint)) return undefined;
  const name = decode(path.slice(1));
  if (name === undefined) return undefined;
  const withBucket = !isBucketHost(host) && name.startsWith(`${BUCKET}/`);
  return { bucket: BUCKET, key: withBucket ? name.slice(BUCKET.length + 1) : name };
}

function isBucketHost(host: string): boolean {
  return splitHost(host)?.label === BUCKET;
}

function isEndpoint(host: string, endpoint?: string): boolean {
  return /^upload-[^.]+$/.test(splitHost(host)?.label ?? '') || host === endpoint?.replace(/:\d+$/, '');
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
