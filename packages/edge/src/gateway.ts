import type { EdgeConfig } from './config.ts';
import { EdgeFailure } from './failure.ts';

/** Where a file's bytes are, as the gateway says. */
export interface UpstreamLink {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch; absent when the gateway does not say. */
  readonly expiresAt?: number;
  /** Bytes of the file; absent when the gateway does not say, as AList does not. */
  readonly size?: number;
}

/** The one function of the platform that leaves the worker; tests put their own in. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const TIMEOUT_MS = 30_000;
/** An answer is some hundred bytes; a link with a long signature a few thousand. */
const MAX_ANSWER = 65_536;

/** Headers that belong to a single connection or to the request itself, whatever the gateway says. */
const NOT_FROM_LINK =
  /^(?:host|range|if-.*|content-.*|connection|transfer-encoding|te|upgrade|accept-encoding)$/i;

/** What asking needs. */
export interface AskOptions {
  readonly config: EdgeConfig;
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/**
 * Asks the gateway for a file's link: `POST /api/fs/link` as AList's workers do (API reference §5.4).
 *
 * @param path decoded full path
 * @param refused a link that its host refuses; the gateway drops it if it still keeps that one. AList ignores the field
 * @throws EdgeFailure with what the gateway says, 502 when it is not reached or makes no sense, 504 when it takes too long
 */
export async function askForLink(path: string, options: AskOptions, refused?: URL): Promise<UpstreamLink> {
  const { config, fetch, signal } = options;
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const body = JSON.stringify({ path, ...(refused === undefined ? {} : { refused: refused.href }) });
  try {
    const response = await fetch(`${config.address}/api/fs/link`, {
      method: 'POST',
      headers: { Authorization: config.token, 'Content-Type': 'application/json;charset=UTF-8' },
      body,
      redirect: 'manual', // the token goes to the gateway and nowhere else; Workers have no `error`
      signal: AbortSignal.any([signal, timeout]),
    });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw new EdgeFailure(502, 'ADDRESS redirects elsewhere: set it to where the gateway is');
    }
    const text = await response.text();
    if (text.length > MAX_ANSWER) throw new EdgeFailure(502, 'the gateway answers with more than a link');
    return readAnswer(text, options.now());
  } catch (error) {
    if (error instanceof EdgeFailure || signal.aborted) throw error;
    if (timeout.aborted) throw new EdgeFailure(504, 'the gateway takes too long');
    throw new EdgeFailure(502, 'the gateway is not reached at ADDRESS');
  }
}

function readAnswer(text: string, now: number): UpstreamLink {
  const answer = parse(text);
  const { code, message, data } = answer ?? {};
  if (typeof code !== 'number') throw new EdgeFailure(502, 'ADDRESS answers, but is no gateway');
  if (code !== 200) {
    const status = code >= 400 && code < 600 ? code : 502;
    throw new EdgeFailure(status, typeof message === 'string' ? message : 'the gateway refuses');
  }
  if (!isRecord(data)) throw new EdgeFailure(502, 'the gateway gives no link');
  const url = typeof data['url'] === 'string' ? URL.parse(data['url']) : null;
  if (url === null) throw new EdgeFailure(502, 'the gateway gives an address that is none');
  const life = data['Expiration'];
  const size = data['content_length'];
  return {
    url,
    headers: readHeaders(data['header']),
    ...(typeof life === 'number' && life > 0 ? { expiresAt: now + life / 1e6 } : {}),
    ...(Number.isSafeInteger(size) && Number(size) > 0 ? { size: Number(size) } : {}),
  };
}

/** Of several values of a header the last holds, as in AList's worker. */
function readHeaders(header: unknown): Record<string, string> {
  if (!isRecord(header)) return {};
  const entries = Object.entries(header).flatMap(([name, values]) => {
    const value: unknown = Array.isArray(values) ? values.at(-1) : values;
    const usable = /^[\w!#$%&'*+.^`|~-]+$/.test(name) && !NOT_FROM_LINK.test(name);
    return usable && typeof value === 'string' && !/[\r\n\0]/.test(value) ? [[name, value] as const] : [];
  });
  return Object.fromEntries(entries);
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // a page of some other server
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
