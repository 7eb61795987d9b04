import type { Ctx } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import type { HttpClient, HttpResponse } from '../../core/http-client.ts';

const MAX_BYTES = 5 * 2 ** 20;
const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const STALL_MS = 30_000;

/** What a server has said of a feed, to be given back at the next look (RFC 9110 §13.1). */
export interface FeedMarks {
  readonly etag: string;
  readonly modified: string;
}

export type FetchedFeed =
  | { readonly type: 'unchanged' }
  | { readonly type: 'feed'; readonly text: string; readonly marks: FeedMarks };

/**
 * Fetches a feed unless it is as it was. Errors name no address: it may hold a key.
 * @param client must reach the public internet only; each redirect is a request of its own, and so is looked at anew
 * @throws StorageError `unavailable`, `rate_limited` with the time that the server asks for, `protocol`; what the client throws; AbortError
 */
export async function fetchFeed(
  address: string,
  marks: FeedMarks,
  { client, ctx }: { readonly client: HttpClient; readonly ctx: Ctx },
): Promise<FetchedFeed> {
  let url = address;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    const response = await client.request({
      method: 'GET',
      url,
      headers: headersOf(marks),
      signal: ctx.signal,
      stallMs: STALL_MS,
    });
    const location = REDIRECTS.has(response.status) ? response.headers['location'] : undefined;
    if (location === undefined) return read(response);
    response.body.destroy();
    url = redirected(location, url);
  }
  throw new StorageError('unavailable', `The feed leads on and on: more than ${MAX_REDIRECTS} redirects.`);
}

function headersOf({ etag, modified }: FeedMarks): Record<string, string> {
  return {
    Accept: 'application/rss+xml, application/atom+xml, application/xml, text/xml, */*;q=0.1',
    'Accept-Encoding': 'identity',
    'User-Agent': 'Sluice',
    ...(etag === '' ? {} : { 'If-None-Match': etag }),
    ...(modified === '' ? {} : { 'If-Modified-Since': modified }),
  };
}

function redirected(location: string, from: string): string {
  const target = URL.parse(location, from);
  if (target !== null && /^https?:$/.test(target.protocol) && target.username === '') return target.href;
  throw new StorageError('protocol', 'The feed leads to an address that is none.');
}

async function read(response: HttpResponse): Promise<FetchedFeed> {
  const { status, headers, body } = response;
  try {
    if (status === 304) return { type: 'unchanged' };
    if (status !== 200) throw refused(response);
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) throw new StorageError('protocol', 'The feed is larger than 5 MB.');
      chunks.push(chunk);
    }
    const text = decoded(Buffer.concat(chunks), headers['content-type'] ?? '');
    const marks = { etag: mark(headers['etag']), modified: mark(headers['last-modified']) };
    return { type: 'feed', text, marks };
  } finally {
    body.destroy();
  }
}

function mark(value = ''): string {
  return value.length <= 200 ? value : '';
}

/** By its byte order mark, else as the server says, else as the XML says, else UTF-8 (RFC 7303 §3). */
function decoded(bytes: Buffer, contentType: string): string {
  const declared = /^<\?xml[^>]{0,200}?encoding=["']([\w.-]+)["']/.exec(
    bytes.subarray(0, 300).toString('latin1'),
  );
  const charset = /charset="?([\w.-]+)/i.exec(contentType)?.[1] ?? declared?.[1] ?? 'utf-8';
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb ? 'utf-8' : charset;
  try {
    return new TextDecoder(marked).decode(bytes);
  } catch {
    throw new StorageError('protocol', 'The feed is in an encoding that is not known here.');
  }
}

function refused({ status, headers }: HttpResponse): StorageError {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  const wait = Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: seconds * 1000 } : {};
  const passes = status >= 500 || status === 429;
  const code = status === 429 ? 'rate_limited' : 'unavailable';
  return new StorageError(code, `The feed's server answers with status ${status}.`, {
    ...(passes ? { retry: 'later', ...wait } : {}),
    detail: { remedy: 'Check that its address still works in a browser.' },
  });
}
