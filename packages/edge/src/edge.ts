import { fileAnswer, preflight, refusal, totalOf } from './answer.ts';
import type { EdgeConfig } from './config.ts';
import { EdgeFailure } from './failure.ts';
import { askForLink, type Fetch, type UpstreamLink } from './gateway.ts';
import { LinkCache } from './link-cache.ts';
import { checkSign } from './sign.ts';
import { fetchLink } from './upstream.ts';

/** What the platform lends; its own where absent. */
export interface EdgeTools {
  readonly fetch?: Fetch;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Answers one request. Never rejects, except with the reason of the request's signal. */
export type Edge = (request: Request) => Promise<Response>;

/** Headers of the client that go to the upstream: which bytes, and on which condition. Nothing that tells who asks. */
const FROM_CLIENT = [
  'range',
  'if-range',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
];
/** Statuses by which a host refuses a link that is too old or was made for another address. */
const REFUSED = new Set([401, 403, 404, 410]);

interface Job {
  readonly path: string;
  readonly asked: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * A download proxy that speaks the protocol of AList's workers (API reference §5.4): checks the sign, asks the gateway where the file
 * is, and passes its bytes on. It fetches nothing but what the gateway's answer names. Uses only what browsers and workers have.
 */
export function createEdge(config: EdgeConfig, tools: EdgeTools = {}): Edge {
  const now = tools.now ?? Date.now;
  const fetch: Fetch = tools.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const cache = new LinkCache(now);

  async function linkOf(job: Job, refused?: UpstreamLink): Promise<UpstreamLink> {
    const kept = refused === undefined ? cache.get(job.path) : undefined;
    if (kept !== undefined) return kept;
    const options = { config, fetch, now, signal: job.signal };
    const link = await askForLink(job.path, options, refused?.url);
    cache.keep(job.path, link);
    return link;
  }

  /** A link that is refused is renewed once. */
  async function open(job: Job): Promise<{ readonly upstream: Response; readonly link: UpstreamLink }> {
    const options = { config, fetch, signal: job.signal };
    const link = await linkOf(job);
    const upstream = await fetchLink(link, job.asked, options);
    if (!REFUSED.has(upstream.status)) return { upstream, link };
    await upstream.body?.cancel();
    cache.drop(job.path);
    const fresh = await linkOf(job, link);
    const again = await fetchLink(fresh, job.asked, options);
    if (!REFUSED.has(again.status)) return { upstream: again, link: fresh };
    await again.body?.cancel();
    throw new EdgeFailure(
      502,
      'the cloud refuses this worker: its links may hold only for the address of the gateway. Serve this storage through the gateway instead.',
    );
  }

  async function serve(request: Request): Promise<Response> {
    const { path, sign } = await targetOf(request.url);
    if (!config.signDisabled) {
      const problem = await checkSign(config.token, path, sign, Math.floor(now() / 1000));
      if (problem !== undefined) throw new EdgeFailure(401, problem);
    }
    const head = request.method === 'HEAD';
    const job = { path, asked: askedOf(request.headers, head), signal: request.signal };
    const { upstream, link } = await open(job);
    const name = path.slice(path.lastIndexOf('/') + 1);
    try {
      const answer = fileAnswer(upstream, name, link.size);
      return head ? headOnly(answer) : answer;
    } catch (error) {
      await upstream.body?.cancel();
      throw error;
    }
  }

  return async (request) => {
    if (request.method === 'OPTIONS')
      return preflight(request.headers.get('access-control-request-headers') ?? '');
    try {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        throw new EdgeFailure(405, 'only GET and HEAD are answered here', { Allow: 'GET, HEAD, OPTIONS' });
      }
      return await serve(request);
    } catch (error) {
      if (error instanceof EdgeFailure) return refusal(error);
      if (request.signal.aborted) throw error;
      return refusal(new EdgeFailure(500, 'the worker failed for a reason that nothing accounts for'));
    }
  };
}

async function targetOf(address: string): Promise<{ readonly path: string; readonly sign: string }> {
  const url = new URL(address);
  try {
    return { path: decodeURIComponent(url.pathname), sign: url.searchParams.get('sign') ?? '' };
  } catch (error) {
    if (error instanceof URIError) throw new EdgeFailure(400, 'the path is not properly encoded');
    throw error;
  }
}

/** For HEAD the first byte is asked for: signed links are often good for GET alone. */
function askedOf(client: Headers, head: boolean): Record<string, string> {
  const asked: Record<string, string> = { Accept: '*/*', 'Accept-Encoding': 'identity' };
  if (head) return { ...asked, Range: 'bytes=0-0' };
  for (const name of FROM_CLIENT) {
    const value = client.get(name);
    if (value !== null) asked[name] = value;
  }
  return asked;
}

/** The head of the whole file, from that of its first byte. */
async function headOnly(answer: Response): Promise<Response> {
  const total = totalOf(answer.status, answer.headers);
  const headers = new Headers(answer.headers);
  headers.delete('content-range');
  headers.delete('content-length');
  if (total !== undefined) headers.set('Content-Length', String(total));
  await answer.body?.cancel();
  return new Response(null, { status: 200, headers });
}
