import { ApiError, errorKind, isAbort } from './errors.ts';
import { isRecord, readNumber, readText } from './read.ts';

/** What a call may carry. `body` makes it a POST with JSON. */
export interface CallOptions {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly method?: 'GET' | 'POST';
  readonly signal?: AbortSignal | undefined;
}

/** Calls the gateway's API. Resolves with the envelope's `data`. @throws ApiError, or an AbortError when called off. */
export type Api = (path: string, options?: CallOptions) => Promise<unknown>;

/** The part of `fetch` that is used. */
type Send = (url: string, init: RequestInit) => Promise<Response>;

interface ClientSetup {
  readonly token: () => string;
  /** Called when the gateway refuses the token that was sent. */
  readonly onSignedOut: (refusedToken: string) => void;
  /** Called after every request that wasn't called off: whether the gateway answered. */
  readonly onReached: (answered: boolean) => void;
  readonly fetch?: Send;
}

/** A client for `/api`, with the token of the moment in each request (API reference §2.1). */
export function createApi({ token, onSignedOut, onReached, fetch: send = fetch }: ClientSetup): Api {
  return async (path, options = {}) => {
    const sent = token();
    const { envelope, response } = await exchange(
      send,
      urlOf(path, options.query),
      initOf(options, sent),
    ).catch((error: unknown) => {
      if (error instanceof ApiError) onReached(false);
      throw error;
    });
    onReached(true);
    if (envelope.code === 200) return envelope.data;
    const error = failure(envelope, response);
    if (error.kind === 'signed_out') onSignedOut(sent);
    throw error;
  };
}

function urlOf(path: string, query: CallOptions['query']): string {
  if (query === undefined) return `/api${path}`;
  const pairs = Object.entries(query).map(([key, value]) => [key, String(value)]);
  return `/api${path}?${new URLSearchParams(pairs).toString()}`;
}

function initOf({ body, method, signal }: CallOptions, token: string): RequestInit {
  const headers = new Headers();
  if (token !== '') headers.set('Authorization', token);
  if (body !== undefined) headers.set('Content-Type', 'application/json');
  return {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers,
    credentials: 'omit',
    cache: 'no-store',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  };
}

async function exchange(send: Send, url: string, init: RequestInit) {
  const response = await reach(send, url, init);
  return { response, envelope: await readEnvelope(response) };
}

async function reach(send: Send, url: string, init: RequestInit): Promise<Response> {
  try {
    return await send(url, init);
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    throw new ApiError('unreachable', 'the gateway does not answer', { cause });
  }
}

interface Envelope {
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
}

/** A proxy in front of the gateway may answer with a page of its own, which is no envelope. */
async function readEnvelope(response: Response): Promise<Envelope> {
  try {
    const value: unknown = await response.json();
    if (isRecord(value) && typeof value['code'] === 'number') {
      return { code: readNumber(value['code']), message: readText(value['message']), data: value['data'] };
    }
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    throw new ApiError('unreachable', `the gateway answered ${response.status} without JSON`, { cause });
  }
  throw new ApiError('unreachable', `the gateway answered ${response.status} without an envelope`);
}

function failure({ code, message, data }: Envelope, response: Response): ApiError {
  const seconds = Number(response.headers.get('Retry-After') ?? '');
  const wait = seconds > 0 ? { retryAfterMs: seconds * 1000 } : {};
  return new ApiError(errorKind(code, message), message, { code, data, ...wait });
}
