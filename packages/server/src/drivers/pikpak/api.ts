import type { HttpClient, HttpResponse } from '../../core/http-client.ts';
import { isAbort, StorageError } from '../../core/errors.ts';
import type { Clock } from '../../core/runtime.ts';
import { failureIn, PikPakError, type Stage } from './failure.ts';
import type { ApiRoot } from './platforms.ts';
import { type JsonObject, objectOf } from './wire.ts';

const STALL_MS = 30_000;
/** A page of 500 files is about 1.5 MB. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;
/** A clock that differs by less is right: the Date header has whole seconds and has travelled. */
const SKEW_TOLERANCE_MS = 60_000;

/** One request to the account or drive service. */
export interface ApiRequest {
  readonly stage: Stage;
  readonly service: 'user' | 'api-drive';
  readonly root: ApiRoot;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
}

/** PikPak's two JSON services, and its clock as far as answers have told it. */
export interface Api {
  /**
   * @throws PikPakError for every failure that PikPak reports; StorageError `unavailable`, `timeout`, `protocol` when no
   *   answer came that can be read; AbortError.
   */
  send(request: ApiRequest, signal: AbortSignal): Promise<JsonObject>;
  /** PikPak's time minus ours, in ms; 0 while they agree to a minute. */
  skewMs(): number;
}

/** `http` is asked at every request, so that an egress that can't be used fails calls, not the mounting. */
export function createApi(http: () => HttpClient, clock: Clock): Api {
  let skew = 0;
  return {
    async send(request, signal) {
      const response = await http().request({
        method: request.method,
        url: urlOf(request),
        headers: {
          Accept: 'application/json',
          ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...request.headers,
        },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        signal,
        stallMs: STALL_MS,
      });
      skew = skewOf(response.headers['date'], clock.now()) ?? skew;
      return answerOf(request, response);
    },
    skewMs: () => skew,
  };
}

function urlOf({ service, root, path, query = {} }: ApiRequest): string {
  const url = new URL(`https://${service}.${root}${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

async function answerOf({ stage }: ApiRequest, response: HttpResponse): Promise<JsonObject> {
  const { status } = response;
  const json = parse(await readText(response));
  const failure = failureIn(stage, { status, json, retryAfter: response.headers['retry-after'] });
  if (failure !== undefined) throw new PikPakError(failure);
  const object = objectOf(json);
  if (object !== undefined) return object;
  throw new StorageError('protocol', "PikPak's answer can't be read.", {
    retry: 'later',
    detail: {
      reason: 'answer_unreadable',
      remedy: 'Something between this server and PikPak may be answering in its place.',
    },
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readText({ body }: HttpResponse): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      const bytes = Buffer.from(chunk as Uint8Array); // no encoding is set on the stream
      size += bytes.length;
      if (size > MAX_BODY_BYTES) throw new StorageError('protocol', "PikPak's answer is too long.");
      chunks.push(bytes);
    }
  } catch (error) {
    if (isAbort(error) || error instanceof StorageError) throw error;
    throw new StorageError('unavailable', "PikPak's answer broke off.", {
      retry: 'later',
      detail: { reason: 'answer_broken' },
      cause: error,
    });
  }
  return Buffer.concat(chunks).toString();
}

function skewOf(date: string | undefined, now: number): number | undefined {
  const serverTime = Date.parse(date ?? '');
  if (Number.isNaN(serverTime)) return undefined;
  return Math.abs(serverTime - now) > SKEW_TOLERANCE_MS ? serverTime - now : 0;
}
