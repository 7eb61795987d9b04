import { createJwtSigner, type JwtSigner } from './cloud/account/jwt.ts';
import type { CloudRules } from './cloud/rules.ts';
import { createCloud, createFaults, type Faults } from './cloud/index.ts';
import { createMedia } from './media/index.ts';
import type { Blob, Caller, CloudWithStore, VirtualClock } from './types.ts';
import { answerRange } from './wire/range.ts';
import { resizedBlob } from './wire/resized-blob.ts';
import { splitTarget } from './wire/target.ts';

/** One request, to any of the emulated hosts. */
export interface InProcessRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: AsyncIterable<Uint8Array>;
}

/** `hang_up`: the connection ended without an answer. */
export type InProcessAnswer =
  | 'hang_up'
  | {
      readonly status: number;
      /** Lower-case names. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: AsyncIterable<Uint8Array>;
      /** The connection ends behind the body, which is shorter than announced. */
      readonly cut: boolean;
    };

/** A sandbox without sockets, for tests that need thousands of them and time of their own. */
export interface InProcessSandbox {
  readonly cloud: CloudWithStore;
  readonly faults: Faults;
  request(request: InProcessRequest): Promise<InProcessAnswer>;
  close(): Promise<void>;
}

export interface InProcessOptions {
  readonly clock: Pick<VirtualClock, 'now'>;
  /** `empty` unless said. */
  readonly seed?: string;
  /** What drives of the seed `empty` hold: texts by their paths; a path that ends with a slash is a folder. */
  readonly content?: Readonly<Record<string, string>>;
  readonly rules?: Partial<CloudRules>;
}

const CALLER: Caller = { address: '127.0.0.1', region: 'local' };

/**
 * Makes emulated clouds whose requests are function calls. They have everything but what is the wire's own: TLS, proxies, slow bodies and
 * limits of connections. All sign with one key, because making one takes longer than most tests.
 * Rejects with RangeError for a seed that is not known.
 */
export function createSandboxMaker(): (options: InProcessOptions) => Promise<InProcessSandbox> {
  const jwt = createJwtSigner();
  return (options) => createInProcessSandbox(options, jwt);
}

async function createInProcessSandbox(options: InProcessOptions, jwt: JwtSigner): Promise<InProcessSandbox> {
  const { clock, seed = 'empty', rules = {}, content = {} } = options;
  const faults = createFaults();
  const cloud = await createCloud({
    clock,
    faults,
    seed,
    rules,
    content,
    media: createMedia(),
    jwt,
    machineNow: () => clock.now(),
  });
  return {
    cloud,
    faults,
    close: () => cloud.close(),
    async request(request) {
      const url = new URL(request.url);
      const { body = nothing() } = request;
      const common = {
        method: request.method,
        host: url.hostname,
        ...splitTarget(url.pathname + url.search),
        headers: lowerCase({ host: url.host, ...request.headers }),
        caller: CALLER,
      };
      if (cloud.isObjectStoreHost(url.hostname)) {
        return whole(await cloud.handleObjectStore({ ...common, body }));
      }
      if (url.hostname.startsWith('dl-')) return download(url, common.headers['range'], { cloud, faults });
      return whole(await cloud.handle({ ...common, body: await collect(body) }));
    },
  };
}

/** Rules C1–C5 and the faults of C9 that need no wire. */
function download(
  { pathname, search }: URL,
  rangeHeader: string | undefined,
  { cloud, faults }: { readonly cloud: CloudWithStore; readonly faults: Faults },
): InProcessAnswer {
  const { path, query } = splitTarget(pathname + search);
  const decision = cloud.authorizeDownload(path, query, CALLER);
  if (!decision.ok) return bodiless(decision.status);
  const fault = faults.takeForDownload(pathname + search);
  if (fault?.kind === 'cdn_status') return bodiless(fault.status);
  const blob = fault?.kind === 'wrong_size' ? resizedBlob(decision.blob, fault.delta) : decision.blob;
  const range = answerRange(rangeHeader, blob.size);
  if (range.kind === 'unsatisfiable') return bodiless(416, { 'content-range': `bytes */${blob.size}` });
  const part = range.kind === 'part' ? range : { start: 0, end: blob.size };
  const cutAt = fault?.kind === 'cut_body' ? part.start + fault.afterBytes : part.end;
  const end = Math.min(part.end, cutAt, decision.cutAt ?? part.end);
  return {
    status: range.kind === 'part' ? 206 : 200,
    headers: downloadHeaders(blob, part, range.kind === 'part'),
    body: blob.slice(part.start, Math.max(part.start, end)),
    cut: end < part.end,
  };
}

function downloadHeaders(
  blob: Blob,
  { start, end }: { readonly start: number; readonly end: number },
  isPart: boolean,
): Record<string, string> {
  return {
    'content-type': blob.mimeType,
    'content-length': String(end - start),
    'accept-ranges': 'bytes',
    ...(isPart ? { 'content-range': `bytes ${start}-${end - 1}/${blob.size}` } : {}),
  };
}

function whole(answer: Awaited<ReturnType<CloudWithStore['handle']>>): InProcessAnswer {
  if (answer.hangUp === true) return 'hang_up';
  const { status, headers, body } = answer;
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return { status, headers: lowerCase(headers), body: once(bytes), cut: false };
}

function bodiless(status: number, headers: Readonly<Record<string, string>> = {}): InProcessAnswer {
  return { status, headers: { 'content-length': '0', ...headers }, body: nothing(), cut: false };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
