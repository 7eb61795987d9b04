import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import type { Leg } from './client-stream.ts';
import type { Ctx } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import type { HttpClient, HttpResponse } from '../core/http-client.ts';
import type { Link } from '../core/link.ts';
import { isPrivateHost } from '../http/private-host.ts';
import { type ByteRange, parseContentRange } from '../http/range.ts';
import type { OpenFile } from '../vfs/view.ts';

/** Statuses by which a CDN refuses a link that is too old, was made for another address, or names a file that moved. */
const REFUSED = new Set([401, 403, 404, 410]);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 5;
const HEAD_TIMEOUT_MS = 20_000;
const BOUND_ELSEWHERE =
  'The storage asks for addresses by "Egress" and fetches files by "Egress for files". Its cloud may serve only the one that asked: let both come out at one address, or leave "Egress for files" empty.';

/**
 * Opens bytes `range` of a file, through its link or, where the storage has none, by reading.
 *
 * The head of the upstream's answer has been checked when this resolves: the body begins at `range.start` and belongs to a file
 * of the listed size. It may be longer or end early; the caller counts. A refused link is renewed once.
 *
 * @throws StorageError `link_expired` when a fresh link is refused too, `protocol` when the upstream has another file than listed,
 *   `rate_limited`, `unavailable`, `timeout`; whatever `link` and `read` throw; AbortError.
 */
export async function openUpstream(file: OpenFile, range: ByteRange, ctx: Ctx): Promise<Leg> {
  if (file.source === 'read') {
    return { body: fromWeb(await file.read(range.start, range.end, ctx)), end: range.end };
  }
  const link = await wantedLink(file, ctx);
  if (link.playableBytes !== undefined && range.start >= link.playableBytes) throw cutBefore(link, file);
  const response = await request(file.transport, link, range, ctx);
  if (!REFUSED.has(response.status)) return checkedLeg(response, range, file.node.entry.size);
  response.body.destroy();
  const fresh = await renewLink(file, link, ctx);
  const renewed = await request(file.transport, fresh, range, ctx);
  if (REFUSED.has(renewed.status) && fresh.boundTo === 'egress' && file.fileEgress !== undefined) {
    renewed.body.destroy();
    throw refusal(renewed.status, undefined).withDetail({ remedy: BOUND_ELSEWHERE });
  }
  return checkedLeg(renewed, range, file.node.entry.size);
}

function fromWeb(stream: ReadableStream<Uint8Array>): Readable {
  return Readable.fromWeb(stream as unknown as NodeReadableStream<Uint8Array>); // one class, declared twice
}

async function wantedLink(file: OpenFile, ctx: Ctx): Promise<Link> {
  const link = await file.link('download', ctx);
  if (link.variant === 'original' || file.variant !== undefined) return link;
  throw new StorageError('unsupported', 'this storage gives a transcoded copy instead of the file', {
    detail: { remedy: 'Set the storage to give original files.' },
  });
}

/** Many streams may find the same link refused at once: only the first to come drops it, the others take its successor. */
async function renewLink(file: OpenFile, refused: Link, ctx: Ctx): Promise<Link> {
  const current = await wantedLink(file, ctx);
  if (current.url !== refused.url) return current;
  file.forgetLink();
  return wantedLink(file, ctx);
}

/** Follows redirects, keeping the link's own headers at its own origin. */
async function request(transport: HttpClient, link: Link, range: ByteRange, ctx: Ctx): Promise<HttpResponse> {
  const asked = {
    Range: `bytes=${range.start}-${range.end - 1}`,
    Accept: '*/*', // some CDNs refuse to send a film as anything else (protocol reference §3.5)
    'Accept-Encoding': 'identity',
  };
  let url = link.url;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    const own = new URL(url).origin === new URL(link.url).origin ? link.headers : {};
    const response = await transport.request({
      method: 'GET',
      url,
      headers: { ...own, ...asked },
      signal: ctx.signal,
      headTimeoutMs: HEAD_TIMEOUT_MS,
      bulk: true,
    });
    const location = REDIRECTS.has(response.status) ? response.headers['location'] : undefined;
    if (location === undefined) return response;
    response.body.destroy();
    url = redirectTarget(location, url);
  }
  throw new StorageError('protocol', 'the cloud redirects its download in a circle', { retry: 'later' });
}

/** A cloud that is reached in public has no business in the gateway's own network. */
function redirectTarget(location: string, from: string): string {
  const target = URL.parse(location, from);
  if (target?.protocol !== 'https:' && target?.protocol !== 'http:') {
    throw new StorageError('protocol', 'the cloud redirects its download to an address that is none');
  }
  if (isPrivateHost(target) && !isPrivateHost(new URL(from))) {
    throw new StorageError('protocol', 'the cloud redirects its download into a private network');
  }
  return target.href;
}

/** The body, when the head proves that it is the right one. An upstream that knows no ranges is read as far as it goes: it gives no second part. */
function checkedLeg(response: HttpResponse, range: ByteRange, size: number): Leg {
  try {
    assertRightBytes(response, range, size);
    return { body: response.body, end: response.status === 206 ? range.end : size };
  } catch (error) {
    response.body.destroy();
    throw error;
  }
}

function assertRightBytes({ status, headers }: HttpResponse, range: ByteRange, size: number): void {
  if (!/^(?:identity)?$/i.test(headers['content-encoding'] ?? '')) {
    throw new StorageError('protocol', 'the cloud packs the file, so that ranges of it mean nothing');
  }
  if (status === 206) {
    const got = parseContentRange(headers['content-range']);
    if (got?.total !== undefined && got.total !== size) throw wrongSize(got.total, size);
    if (got?.range?.start === range.start) return;
    throw new StorageError('protocol', 'the cloud sent another part of the file than was asked for', {
      retry: 'later',
    });
  }
  if (status === 200) {
    const length = headers['content-length'];
    if (length !== undefined && Number(length) !== size) throw wrongSize(Number(length), size);
    if (range.start === 0) return;
    throw new StorageError('protocol', 'the cloud ignores which part of the file is asked for');
  }
  if (status === 416) {
    throw wrongSize(parseContentRange(headers['content-range'])?.total, size);
  }
  throw refusal(status, headers['retry-after']);
}

/** For a place in a file that the cloud cuts before it: asking would bring nothing. */
function cutBefore({ playableBytes = 0 }: Link, { node }: OpenFile): StorageError {
  const part = Math.round((playableBytes / node.entry.size) * 100);
  return new StorageError(
    'unsupported',
    `the cloud serves only the first ${part} % of this file to visitors`,
    {
      detail: { remedy: 'Save it to a drive of your own to have all of it.' },
    },
  );
}

function wrongSize(real: number | undefined, listed: number): StorageError {
  const has = real === undefined ? 'less of this file than' : `${real} bytes of this file, not the ${listed}`;
  return new StorageError('protocol', `the cloud serves ${has} it lists`, {
    detail: {
      remedy: 'Refresh the folder and try again. Shares of large files may be cut short by the cloud.',
    },
  });
}

function refusal(status: number, retryAfter: string | undefined): StorageError {
  const detail = { vendorCode: String(status) };
  if (REFUSED.has(status)) {
    return new StorageError('link_expired', 'the cloud refuses the download address it just gave', {
      retry: 'later',
      detail,
    });
  }
  const seconds = Number(retryAfter ?? Number.NaN);
  const wait = Number.isFinite(seconds) ? { retryAfterMs: Math.max(0, seconds * 1000) } : {};
  if (status === 429) {
    return new StorageError('rate_limited', 'the cloud asks to slow down', {
      retry: 'later',
      ...wait,
      detail,
    });
  }
  return new StorageError('unavailable', `the cloud answers a download with status ${status}`, {
    retry: status >= 500 ? 'later' : 'never',
    ...wait,
    detail,
  });
}
