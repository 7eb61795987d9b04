import { Readable } from 'node:stream';
import { waitOrAbort } from '../../../core/abort.ts';
import type { HttpClient, HttpRequest } from '../../../core/http-client.ts';
import { type JsonObject, objectOf } from '../wire.ts';

/** A request as a test looks at it. */
export interface Asked {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

export interface Answer {
  readonly status?: number;
  readonly json?: unknown;
  /** In place of `json`. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Handler = (asked: Asked) => Answer | Promise<Answer>;

/** PikPak as a test scripts it, path by path. It answers like an account without files unless told otherwise. */
export interface FakeCloud extends HttpClient {
  readonly asked: Asked[];
  /** Requests to `path`. */
  readonly to: (path: string) => Asked[];
  on(path: string, handler: Handler): void;
}

export const PATHS = {
  captcha: '/v1/shield/captcha/init',
  signIn: '/v1/auth/signin',
  refresh: '/v1/auth/token',
  files: '/drive/v1/files',
} as const;

const NOTHING_THERE: Handler = () => refused(404, 'not_found', 5);

export function fakeCloud(): FakeCloud {
  const asked: Asked[] = [];
  let made = 0;
  const tokens: Handler = () => {
    made += 1;
    return {
      json: { access_token: `access-${made}`, refresh_token: `refresh-${made}`, expires_in: 7200, sub: 'U1' },
    };
  };
  const handlers = new Map<string, Handler>([
    [PATHS.captcha, () => ({ json: { captcha_token: `ck0.${(made += 1)}`, expires_in: 300 } })],
    [PATHS.signIn, tokens],
    [PATHS.refresh, tokens],
    [PATHS.files, () => ({ json: { files: [], next_page_token: '' } })],
  ]);
  return {
    asked,
    to: (path) => asked.filter((request) => request.path === path),
    on: (path, handler) => void handlers.set(path, handler),
    async request(request) {
      const seen = readRequest(request);
      asked.push(seen);
      const handler = handlers.get(seen.path) ?? NOTHING_THERE;
      const answer: Answer = await waitOrAbort(Promise.resolve(handler(seen)), request.signal);
      const { status = 200, json, text, headers = {} } = answer;
      return { status, headers, body: Readable.from([Buffer.from(text ?? JSON.stringify(json ?? {}))]) };
    },
  };
}

/** An error as the services put it. */
export function refused(status: number, error: string, code: number, words = ''): Answer {
  return { status, json: { error, error_code: code, error_description: words } };
}

function readRequest({ method, url, headers = {}, body }: HttpRequest): Asked {
  const { host, pathname, searchParams } = new URL(url);
  const json: unknown = typeof body === 'string' ? JSON.parse(body) : {};
  return { method, host, path: pathname, query: searchParams, headers, body: objectOf(json) ?? {} };
}
