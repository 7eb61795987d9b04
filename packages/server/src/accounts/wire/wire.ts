import { abortError, throwIfAborted } from '../../core/abort.ts';
import { StorageError } from '../../core/errors.ts';
import type { HttpRequest, HttpResponse } from '../../core/http-client.ts';
import { checkedHeaders, checkedUrl } from '../request-checks.ts';
import type { Route } from '../route.ts';
import { connectionError, headTimeout } from '../transport-errors.ts';
import { type Answer, isUnanswered } from './connection.ts';
import { dial } from './dial.ts';
import { Pool, type Pooled } from './pool.ts';

const HEAD_TIMEOUT_MS = 30_000;
/** How many idle connections in a row may turn out to be closed by the other side before that is an error. */
const MAX_STALE = 3;

/** Fetches large bodies by one route, over sockets that hold nothing back while a reader pauses (decision 0017). */
export interface Wire {
  /**
   * Sends a GET and resolves with its head. `done` is called once, when the body has closed or the request has failed.
   * @throws StorageError as `HttpClient` says; `invalid_argument` for a request that can't be sent as it is.
   */
  get(request: HttpRequest, done: () => void): Promise<HttpResponse>;
  /** Ends idle connections now, and all others as soon as their bodies end. */
  retire(): void;
  /** Cuts everything. */
  close(): void;
}

/** @param route one that `canDial`. No I/O until the first request. */
export function createWire(route: Route): Wire {
  const pool = new Pool();

  /** Any idle connection, or a new one. */
  async function connectionTo(url: URL, signal: AbortSignal): Promise<Pooled> {
    const idle = pool.take(url.origin);
    return idle ?? pool.add(await dial(route, url, signal), url.origin, url.hostname);
  }

  async function answerTo(url: URL, head: string, signal: AbortSignal): Promise<Answer> {
    for (let stale = 0; ; stale += 1) {
      const { connection, reused } = await connectionTo(url, signal);
      const cut = (): void => connection.cut();
      signal.addEventListener('abort', cut, { once: true });
      try {
        throwIfAborted(signal);
        return await connection.request(head);
      } catch (error) {
        cut();
        if (!reused || !isUnanswered(error) || signal.aborted || stale === MAX_STALE) throw error;
      } finally {
        signal.removeEventListener('abort', cut);
      }
    }
  }

  return {
    async get(request, done) {
      const { signal, headTimeoutMs = HEAD_TIMEOUT_MS } = request;
      const tooLate = new AbortController();
      const timer = setTimeout(() => tooLate.abort(), headTimeoutMs);
      try {
        throwIfAborted(signal);
        const url = checkedUrl(request.url);
        const head = headOf(request, url);
        const answer = await answerTo(url, head, AbortSignal.any([signal, tooLate.signal])).catch(
          (error: unknown) => {
            if (signal.aborted) throw abortError(signal.reason);
            if (tooLate.signal.aborted) throw headTimeout(url.hostname, headTimeoutMs);
            throw error instanceof StorageError ? error : connectionError(url.hostname, error);
          },
        );
        tie(answer, signal, done);
        return { status: answer.status, headers: answer.headers, body: answer.body };
      } catch (error) {
        done();
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
    retire: () => pool.retire(),
    close: () => pool.close(),
  };
}

/** Ties a body to the signal until it closes. */
function tie({ body }: Answer, signal: AbortSignal, done: () => void): void {
  const onAbort = (): void => void body.destroy(abortError(signal.reason));
  body.once('close', () => {
    signal.removeEventListener('abort', onAbort);
    done();
  });
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
}

function headOf(request: HttpRequest, url: URL): string {
  if (request.method !== 'GET' || request.body !== undefined) {
    throw new StorageError('invalid_argument', 'Only a GET can be a bulk request.');
  }
  const fields = Object.entries(checkedHeaders(request)).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\n${fields.join('')}Connection: keep-alive\r\n\r\n`;
}
