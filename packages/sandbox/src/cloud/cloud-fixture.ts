import { bytesBlob } from './blobs.ts';
import type { CloudOptions } from './cloud-options.ts';
import { createCloud } from './create-cloud.ts';
import { createFaults, type Faults } from './faults.ts';
import { asRecord, type Body, parseJson } from './request.ts';
import { expectedCaptchaSign } from './account/captcha-sign.ts';
import { createJwtSigner } from './account/jwt.ts';
import type { Blob, Caller, Cloud, CloudResponse, CloudWithStore, MediaSource } from '../types.ts';

/** For tests: a cloud, a clock that stands until it is moved, and a client that signs in. */
export interface CloudFixture {
  readonly cloud: CloudWithStore;
  readonly faults: Faults;
  readonly clock: { now(): number; advance(ms: number): void };
}

/** 2026-01-15, the time at which every fixture starts. */
export const START_TIME = Date.UTC(2026, 0, 15, 8);
export const LOCAL: Caller = { address: '127.0.0.1', region: 'local' };
export const ASIA: Caller = { address: '203.0.113.9', region: 'asia' };
export const EUROPE: Caller = { address: '198.51.100.7', region: 'eu' };
export const WEB_CLIENT = 'YUMx5nI8ZU8Ap8pm';
/** One key for all clouds of a test run, as making one takes longer than a test. */
const JWT = createJwtSigner();
export const DEVICE = '3ee0327a0cac0b07e1a84f6a81f5cfff';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  mp4: 'video/mp4',
  mp3: 'audio/mpeg',
  jpg: 'image/jpeg',
  pdf: 'application/pdf',
  md: 'text/markdown',
  txt: 'text/plain',
  zip: 'application/zip',
  srt: 'application/x-subrip',
  ass: 'text/x-ssa',
};

const PATTERN = new Uint8Array(251 * 4096).map((_, i) => i % 251);

/** Byte i is i mod 251, made when it is read. */
export function mod251(size: number): Blob {
  return {
    size,
    mimeType: 'application/octet-stream',
    async *slice(start, end) {
      for (let at = start; at < end; ) {
        const chunk = PATTERN.subarray(at % 251, (at % 251) + Math.min(end - at, PATTERN.length - 251));
        yield chunk;
        at += chunk.length;
      }
    },
  };
}

/** Bundled files made of their own names, long enough to be cut. */
export const FAKE_MEDIA: MediaSource = {
  file: (name) => {
    const bytes = new TextEncoder().encode(`${name}\n`.repeat(200));
    return bytesBlob(bytes, MEDIA_TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream');
  },
  generated: (_kind, size) => mod251(size),
};

/** A cloud with the standard seed; `options` changes its rules or where links lead. */
export async function makeCloud(
  options: Partial<
    Pick<CloudOptions, 'rules' | 'linkBase' | 'challengeBase' | 'uploadEndpoint' | 'spool'>
  > = {},
): Promise<CloudFixture> {
  let time = START_TIME;
  const clock = {
    now: () => time,
    advance: (ms: number) => {
      time += ms;
    },
  };
  const faults = createFaults();
  const cloud = await createCloud({
    clock,
    faults,
    media: FAKE_MEDIA,
    jwt: JWT,
    machineNow: clock.now,
    ...options,
  });
  return { cloud, faults, clock };
}

/** What a test request may say; the rest is filled in. */
export interface Ask {
  readonly method?: string;
  readonly host?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: string;
  readonly caller?: Caller;
}

/** Sends a request and reads the JSON answer. */
export async function ask(
  cloud: Cloud,
  path: string,
  how: Ask = {},
): Promise<{ readonly status: number; readonly body: Body; readonly response: CloudResponse }> {
  const text = how.body ?? (how.json === undefined ? '' : JSON.stringify(how.json));
  const response = await cloud.handle({
    method: how.method ?? (text === '' ? 'GET' : 'POST'),
    host: how.host ?? (path.startsWith('/v1/') ? 'user.mypikpak.com' : 'api-drive.mypikpak.com'),
    path,
    query: new URLSearchParams(how.query),
    headers: how.headers ?? {},
    body: new TextEncoder().encode(text),
    caller: how.caller ?? LOCAL,
  });
  const body = asRecord(parseJson(String(response.body))) ?? {};
  return { status: response.status, body, response };
}

/** A captcha token for signing in with `meta`. */
export async function signInCaptcha(cloud: Cloud, meta: Readonly<Record<string, string>>): Promise<Body> {
  const { body } = await ask(cloud, '/v1/shield/captcha/init', {
    json: { client_id: WEB_CLIENT, device_id: DEVICE, action: 'POST:/v1/auth/signin', meta },
  });
  return body;
}

/** Signs in by email and returns the answer of the service. */
export async function signIn(
  cloud: Cloud,
  email = 'demo@sluice.test',
  password = 'sluice-demo',
): Promise<{ readonly status: number; readonly body: Body }> {
  const captcha = await signInCaptcha(cloud, { email });
  return ask(cloud, '/v1/auth/signin', {
    json: { client_id: WEB_CLIENT, username: email, password, captcha_token: captcha['captcha_token'] },
  });
}

/** The signed meta of a captcha init for drive calls, at time `at`. */
export function signedMeta(at: number, deviceId = DEVICE): Readonly<Record<string, string>> {
  const fields = { clientVersion: '2.0.0', packageName: 'mypikpak.com', timestamp: String(at) };
  const sign = expectedCaptchaSign({ clientId: WEB_CLIENT, deviceId, ...fields });
  return {
    captcha_sign: sign ?? '',
    client_version: fields.clientVersion,
    package_name: fields.packageName,
    timestamp: fields.timestamp,
    user_id: '',
  };
}

/** Headers of a drive call for a freshly signed-in account. */
export async function driveHeaders(cloud: Cloud, email?: string): Promise<Record<string, string>> {
  const { body } = await signIn(cloud, email);
  return { authorization: `Bearer ${String(body['access_token'])}`, 'x-device-id': DEVICE };
}

/** Members of an array member that are objects. */
export function records(body: Body, name: string): Body[] {
  const value = body[name];
  return Array.isArray(value) ? value.map((item: unknown) => asRecord(item) ?? {}) : [];
}

/** A member that is an object. */
export function record(body: Body, name: string): Body {
  return asRecord(body[name]) ?? {};
}
