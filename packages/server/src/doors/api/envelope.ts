import type { ServerResponse } from 'node:http';

/** An outcome that is not a success, in the API's words (API reference §1.2). */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data: unknown = null) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** What every `/api` answer is (API reference §1.1). */
export interface Envelope {
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
  /** Milliseconds after which to ask again; goes out as a header. */
  readonly retryAfterMs?: number | undefined;
}

/** A success that is told in words of its own and has no data. */
export class SuccessText {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

export function success(data: unknown): Envelope {
  if (data instanceof SuccessText) return { code: 200, message: data.message, data: null };
  return { code: 200, message: 'success', data: data ?? null };
}

const ESCAPES: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** Data that is JSON already, escaped as `encodeJson` does it, in pieces that go out one behind the other. */
export class JsonPieces {
  readonly pieces: readonly (string | Uint8Array)[];

  constructor(...pieces: readonly (string | Uint8Array)[]) {
    this.pieces = pieces;
  }
}

/** JSON with the characters escaped that mean something in HTML, as the reference server sends it. */
export function encodeJson(value: unknown): string {
  const json = JSON.stringify(value);
  return /[<>&\u2028\u2029]/.test(json)
    ? json.replaceAll(/[<>&\u2028\u2029]/g, (char) => ESCAPES[char] ?? char)
    : json;
}

const HEADERS = {
  'Content-Type': 'application/json; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
};

/** Sends the envelope. Its HTTP status is 200 whatever the code, but for routes that don't exist. */
export function sendEnvelope(
  res: ServerResponse,
  { code, message, data, retryAfterMs }: Envelope,
  status = 200,
): void {
  const encoded = data instanceof JsonPieces ? data.pieces : [encodeJson(data)];
  const parts = [`{"code":${code},"message":${encodeJson(message)},"data":`, ...encoded, '}'].map((part) =>
    typeof part === 'string' ? Buffer.from(part) : part,
  );
  res.writeHead(status, {
    ...HEADERS,
    'Content-Length': parts.reduce((sum, { length }) => sum + length, 0),
    ...(retryAfterMs === undefined ? {} : { 'Retry-After': Math.ceil(retryAfterMs / 1000) }),
  });
  for (const part of parts) res.write(part);
  res.end();
}
