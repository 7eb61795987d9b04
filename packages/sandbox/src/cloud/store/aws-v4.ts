import { createHash, createHmac } from 'node:crypto';
import type { SignedRequest } from './oss-v1.ts';

/** What `Authorization: AWS4-HMAC-SHA256 …` says. */
export interface AwsAuthorization {
  readonly accessKeyId: string;
  /** `<yyyymmdd>/<region>/s3/aws4_request`; any region is taken (rule U6). */
  readonly scope: string;
  /** Lower case, in order. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const CREDENTIAL = /^([^/\s]+)\/(\d{8}\/[^/\s]+\/s3\/aws4_request)$/;
const BASIC_TIME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/** Undefined for another header, or one that lacks a part. */
export function parseAwsAuthorization(header: string): AwsAuthorization | undefined {
  if (!header.startsWith(`${ALGORITHM} `)) return undefined;
  const parts = new Map(
    header
      .slice(ALGORITHM.length)
      .split(',')
      .map((part) => {
        const [name = '', ...value] = part.trim().split('=');
        return [name, value.join('=')];
      }),
  );
  const [, accessKeyId, scope] = CREDENTIAL.exec(parts.get('Credential') ?? '') ?? [];
  const signedHeaders = parts.get('SignedHeaders');
  const signature = parts.get('Signature');
  if (accessKeyId === undefined || scope === undefined || !signedHeaders || !signature) return undefined;
  return { accessKeyId, scope, signedHeaders: signedHeaders.split(';'), signature };
}

/** When the request was made by `x-amz-date` (`20231114T221320Z`); NaN when that is missing or not of the scope's day. */
export function awsTime(headers: SignedRequest['headers'], { scope }: AwsAuthorization): number {
  const text = headers['x-amz-date'] ?? '';
  if (!scope.startsWith(`${text.slice(0, 8)}/`)) return Number.NaN;
  return Date.parse(text.replace(BASIC_TIME, '$1-$2-$3T$4:$5:$6Z'));
}

/** The headers that are there, must be signed, and are not: the host and all of Amazon's own. */
export function unsignedHeaders(request: SignedRequest, { signedHeaders }: AwsAuthorization): string[] {
  return Object.keys(request.headers).filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signedHeaders.includes(name),
  );
}

/** The AWS V4 signature of a request (protocol reference §4.6): lower-case hex. */
export function awsSignature(request: SignedRequest, how: AwsAuthorization, secret: string): string {
  const canonical = createHash('sha256').update(canonicalRequest(request, how.signedHeaders)).digest('hex');
  const date = request.headers['x-amz-date'] ?? '';
  return signText(`${ALGORITHM}\n${date}\n${how.scope}\n${canonical}`, how.scope, secret);
}

/** Signs any text with the key of a scope. */
export function signText(text: string, scope: string, secret: string): string {
  const hmac = (key: string | Buffer, data: string): Buffer =>
    createHmac('sha256', key).update(data).digest();
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return createHmac('sha256', key).update(text).digest('hex');
}

function canonicalRequest(request: SignedRequest, signedHeaders: readonly string[]): string {
  const { method, path, query, headers } = request;
  return [
    method,
    path.split('/').map(recode).join('/'),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${(headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    headers['x-amz-content-sha256'] ?? '',
  ].join('\n');
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .map(([name, value]) => [strictEncode(name), strictEncode(value)] as const)
    .sort(([a, x], [b, y]) => compareText(a, b) || compareText(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** In order of code units, not of any language. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function recode(segment: string): string {
  try {
    return strictEncode(decodeURIComponent(segment));
  } catch {
    return segment;
  }
}

/** Percent-encodes all but RFC 3986's unreserved characters. */
function strictEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
