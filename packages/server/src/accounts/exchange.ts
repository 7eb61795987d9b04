import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import { abortError, throwIfAborted } from '../core/abort.ts';
import type { HttpRequest, HttpResponse } from '../core/http-client.ts';
import { checkedHeaders, checkedUrl } from './request-checks.ts';
import { bodyStalled, connectionError, headTimeout } from './transport-errors.ts';
import { TunnelAgent } from './tunnel-agent.ts';

const HEAD_TIMEOUT_MS = 30_000;
/** How many idle connections in a row may turn out to be closed by the other side before that is an error. */
const MAX_STALE = 3;

/** Where a request really connects to, and through which connections. */
export interface Dial {
  readonly options: https.RequestOptions;
  readonly agent: http.Agent;
}

/**
 * Sends one request and resolves with its head. `done` is called once, when the exchange is over: the body has ended or was
 * destroyed, or the request has failed.
 *
 * @throws StorageError as `HttpClient` says; `invalid_argument` for a request that can't be sent as it is.
 */
export async function exchange(
  request: HttpRequest,
  dial: (url: URL) => Dial,
  done: () => void,
): Promise<HttpResponse> {
  try {
    throwIfAborted(request.signal);
    const url = checkedUrl(request.url);
    const headers = checkedHeaders(request);
    for (let stale = 0; ; stale += 1) {
      const answer = await attempt({ request, url, headers, dial: dial(url) }, done);
      if (answer !== 'stale') return answer;
      if (stale === MAX_STALE) throw connectionError(url.hostname, undefined);
    }
  } catch (error) {
    done();
    throw error;
  }
}

interface Attempt {
  readonly request: HttpRequest;
  readonly url: URL;
  readonly headers: Record<string, string | number>;
  readonly dial: Dial;
}

/** One try on one connection. `stale`: an idle connection was taken up that the other side had closed, and nothing is lost. */
function attempt(
  { request, url, headers, dial }: Attempt,
  done: () => void,
): Promise<HttpResponse | 'stale'> {
  return new Promise((resolve, reject) => {
    const cut = new AbortController();
    const req = (url.protocol === 'https:' ? https : http).request({
      ...dial.options,
      agent: dial.agent,
      method: request.method,
      path: url.pathname + url.search,
      headers: { Host: url.host, ...headers },
    });
    if (dial.agent instanceof TunnelAgent) dial.agent.cutWith(req, cut.signal);

    const headTimeoutMs = request.headTimeoutMs ?? HEAD_TIMEOUT_MS;
    const timer = setTimeout(() => fail(headTimeout(url.hostname, headTimeoutMs)), headTimeoutMs);
    const onAbort = (): void => fail(abortError(request.signal.reason));
    request.signal.addEventListener('abort', onAbort, { once: true });
    const headOver = (): void => {
      clearTimeout(timer);
      request.signal.removeEventListener('abort', onAbort);
    };
    const fail = (error: Error): void => {
      headOver();
      cut.abort();
      req.destroy();
      if (request.body instanceof Readable) request.body.destroy();
      reject(error);
    };

    req.on('error', (error) => {
      if (req.reusedSocket && isRepeatable(request) && !request.signal.aborted) {
        headOver();
        resolve('stale');
      } else fail(connectionError(url.hostname, error));
    });
    req.once('response', (res) => {
      headOver();
      resolve({ status: res.statusCode ?? 0, headers: flatten(res.headers), body: res });
      watchBody({ req, res, request, host: url.hostname }, done);
    });
    sendBody(req, request.body, fail);
  });
}

interface Flow {
  readonly req: http.ClientRequest;
  readonly res: http.IncomingMessage;
  readonly request: HttpRequest;
  readonly host: string;
}

/** Ties the body to the signal and to the stall limit until it closes. */
function watchBody({ req, res, request, host }: Flow, done: () => void): void {
  const { signal, stallMs } = request;
  const onAbort = (): void => void res.destroy(abortError(signal.reason)); // which destroys the socket
  res.on('error', () => {}); // a reader that has left must not bring the process down
  res.once('close', () => {
    signal.removeEventListener('abort', onAbort);
    done();
  });
  signal.addEventListener('abort', onAbort, { once: true });
  if (stallMs !== undefined) req.setTimeout(stallMs, () => res.destroy(bodyStalled(host, stallMs)));
}

function sendBody(req: http.ClientRequest, body: HttpRequest['body'], fail: (error: Error) => void): void {
  if (body instanceof Readable) {
    body.once('error', fail);
    body.pipe(req);
  } else req.end(body);
}

function isRepeatable({ method, body }: HttpRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && body === undefined;
}

function flatten(headers: http.IncomingHttpHeaders): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
