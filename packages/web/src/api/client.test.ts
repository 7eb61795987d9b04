import { describe, expect, test } from 'bun:test';
import { createApi } from './client.ts';
import { ApiError } from './errors.ts';

interface Exchange {
  readonly url: string;
  readonly init: RequestInit;
}

/** A client whose gateway answers with `answer`, and what it did. */
function clientOf(answer: () => Response | Promise<Response>, token = '') {
  const sent: Exchange[] = [];
  const refused: string[] = [];
  const reached: boolean[] = [];
  const send = async (url: string, init: RequestInit) => {
    sent.push({ url, init });
    return await answer();
  };
  const api = createApi({
    token: () => token,
    onSignedOut: (t) => void refused.push(t),
    onReached: (up) => void reached.push(up),
    fetch: send,
  });
  return { api, sent, refused, reached };
}

function envelope(code: number, message: string, data: unknown = null, headers = {}): Response {
  return new Response(JSON.stringify({ code, message, data }), { headers });
}

async function failureOf(call: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await call.catch((caught: unknown) => caught);
  if (!(error instanceof ApiError)) throw new Error('the call did not fail with an ApiError');
  return error;
}

describe('the API client', () => {
  test('the token goes raw into Authorization, a body as JSON, and the data comes back', async () => {
    const { api, sent } = clientOf(() => envelope(200, 'success', { a: 1 }), 'tok');
    expect(await api('/fs/list', { body: { path: '/' } })).toEqual({ a: 1 });
    const headers = new Headers(sent[0]?.init?.headers);
    expect(sent[0]?.url).toBe('/api/fs/list');
    expect(sent[0]?.init?.method).toBe('POST');
    expect(headers.get('Authorization')).toBe('tok');
    expect(sent[0]?.init?.body).toBe('{"path":"/"}');
  });

  test('queries are escaped, and without a body it is a GET', async () => {
    const { api, sent } = clientOf(() => envelope(200, 'success'));
    await api('/admin/storage/get', { query: { id: 3, q: 'a&b' } });
    expect(sent[0]?.url).toBe('/api/admin/storage/get?id=3&q=a%26b');
    expect(sent[0]?.init?.method).toBe('GET');
  });

  test('a refused token is reported with the token that was sent', async () => {
    const { api, refused } = clientOf(() => envelope(401, 'token is expired'), 'old');
    expect((await failureOf(api('/me'))).kind).toBe('signed_out');
    expect(refused).toEqual(['old']);
  });

  test('how long to wait is told in milliseconds', async () => {
    const { api } = clientOf(() => envelope(429, 'slow down', null, { 'Retry-After': '90' }));
    const error = await failureOf(api('/auth/login'));
    expect([error.kind, error.retryAfterMs]).toEqual(['throttled', 90_000]);
  });

  test.each([
    [500, 'failed get objs: object not found', 'not_found'],
    [500, 'not a folder', 'not_a_folder'],
    [500, 'failed get storage: storage not found; please add a storage first', 'not_found'],
    [403, 'permission denied', 'forbidden'],
    [400, 'username or password is incorrect', 'invalid'],
    [500, 'PikPak is down', 'failed'],
  ])('%p %p is %p', async (code, message, kind) => {
    const error = await failureOf(clientOf(() => envelope(code, message)).api('/x'));
    expect([error.kind, error.message]).toEqual([kind, message]);
  });

  test.each([
    ['nothing', () => Promise.reject(new TypeError('Failed to fetch'))],
    ['a page of a proxy', () => new Response('<html>502</html>', { status: 502 })],
    ['JSON that is no envelope', () => new Response('[]')],
  ])('%s means that the gateway was not reached', async (_, answer) => {
    const { api, reached } = clientOf(answer);
    expect((await failureOf(api('/x'))).kind).toBe('unreachable');
    expect(reached).toEqual([false]);
  });

  test('a call that was called off is neither an answer nor a failure', async () => {
    const aborted = new DOMException('off', 'AbortError');
    const { api, reached } = clientOf(() => Promise.reject(aborted));
    expect(await api('/x').catch((error: unknown) => error)).toBe(aborted);
    expect(reached).toEqual([]);
  });
});
