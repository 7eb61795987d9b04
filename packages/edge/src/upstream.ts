import type { EdgeConfig } from './config.ts';
import { mayFetch } from './destination.ts';
import { EdgeFailure } from './failure.ts';
import type { Fetch, UpstreamLink } from './gateway.ts';

const MAX_REDIRECTS = 5;
const HEAD_TIMEOUT_MS = 20_000;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** What fetching needs. */
export interface FetchOptions {
  readonly config: EdgeConfig;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
}

/**
 * Fetches a link, following redirects to places where bytes may come from. The link's own headers stay at its own origin.
 *
 * @param asked headers of this one request; they win over the link's
 * @throws EdgeFailure 502 for a place that is not allowed, a circle, or no answer; 504 for none in time
 */
export async function fetchLink(
  link: UpstreamLink,
  asked: Readonly<Record<string, string>>,
  { config, fetch, signal }: FetchOptions,
): Promise<Response> {
  let url = link.url;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    if (!mayFetch(url, config)) {
      throw new EdgeFailure(502, 'the link leads to a host that this worker may not fetch from');
    }
    const own = url.origin === link.url.origin ? link.headers : {};
    const response = await headOf(fetch, url, { headers: { ...own, ...asked }, signal });
    const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null;
    if (location === null) return response;
    await response.body?.cancel();
    const target = URL.parse(location, url);
    if (target === null) throw new EdgeFailure(502, 'the cloud redirects to an address that is none');
    if (url.protocol === 'https:' && target.protocol !== 'https:') {
      throw new EdgeFailure(502, 'the cloud redirects from HTTPS to a plain address');
    }
    url = target;
  }
  throw new EdgeFailure(502, 'the cloud redirects in a circle');
}

/** The limit in time is for the head alone: films are long. */
async function headOf(
  fetch: Fetch,
  url: URL,
  { headers, signal }: { readonly headers: Record<string, string>; readonly signal: AbortSignal },
): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), HEAD_TIMEOUT_MS);
  try {
    return await fetch(url.href, {
      headers,
      redirect: 'manual',
      signal: AbortSignal.any([signal, late.signal]),
    });
  } catch (error) {
    if (signal.aborted) throw error;
    if (late.signal.aborted) throw new EdgeFailure(504, 'the cloud takes too long');
    throw new EdgeFailure(502, 'the cloud is not reached');
  } finally {
    clearTimeout(timer);
  }
}
