import type { ServerResponse } from 'node:http';
import { StorageError, type StorageErrorCode } from '../core/errors.ts';
import { DOWNLOAD_CORS, setHeaders } from './headers.ts';

/** An error as doors outside the API answer it: a real status and a JSON body in the API's envelope. */
export interface Problem {
  readonly status: number;
  readonly message: string;
  readonly retryAfterMs?: number;
  /** For a method that is not served: those that are. */
  readonly allow?: string;
}

/**
 * What an error of a storage means in HTTP. The cloud's refusal of *our* sign-in is a bad gateway, not a 401: the client has no
 * credentials that could help.
 */
const STATUS: Readonly<Record<StorageErrorCode, number>> = {
  not_found: 404,
  not_a_folder: 400,
  not_a_file: 400,
  exists: 409,
  invalid_name: 400,
  invalid_argument: 400,
  unsupported: 501,
  forbidden: 403,
  unauthenticated: 502,
  bad_credentials: 502,
  needs_verification: 502,
  rate_limited: 503,
  quota_exceeded: 507,
  region_blocked: 502,
  content_blocked: 451,
  share_password: 502,
  share_gone: 410,
  share_expired: 410,
  link_expired: 502,
  unavailable: 502,
  timeout: 504,
  protocol: 502,
  misconfigured: 500,
};

/** What happened, and what to do about it, as one text. */
export function explain(error: StorageError): string {
  const { remedy } = error.detail;
  if (remedy === undefined) return error.message;
  return `${error.message}${/[.!?]$/.test(error.message) ? '' : '.'} ${remedy}`;
}

/** Any error as a problem. Of unexpected ones nothing is told: their text may hold addresses or secrets. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof StorageError)) return { status: 500, message: 'internal error' };
  const { retryAfterMs } = error;
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  return { status: STATUS[error.code], message: explain(error), ...wait };
}

/** Answers with a problem, or cuts the connection when the head is out already: a body that ended short would look complete. */
export function sendProblem(res: ServerResponse, problem: Problem): void {
  const { status, message, retryAfterMs, allow } = problem;
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const body = JSON.stringify({ code: status, message, data: null });
  for (const name of res.getHeaderNames()) res.removeHeader(name);
  res.statusCode = status;
  setHeaders(res, {
    ...DOWNLOAD_CORS,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(retryAfterMs === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) }),
    ...(allow === undefined ? {} : { Allow: allow }),
  });
  res.end(body);
}
