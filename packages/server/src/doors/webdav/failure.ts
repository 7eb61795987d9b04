import type { ServerResponse } from 'node:http';
import { isAbort, StorageError } from '../../core/errors.ts';
import { setHeaders } from '../../http/headers.ts';
import { type Problem, problemOf } from '../../http/problem.ts';
import { AuthError } from '../../users/user.ts';
import { escapeXml, XML_HEAD, XML_TYPE } from './xml/write.ts';

/** What a precondition of RFC 4918 §16 says beside the status. */
interface Condition {
  /** The element's name in `DAV:`. */
  readonly name: string;
  /** Resources that it is about, as hrefs. */
  readonly hrefs?: readonly string[];
}

/** A request that is refused, in WebDAV's words. */
export class DavFailure extends Error {
  override readonly name = 'DavFailure';
  readonly status: number;
  readonly condition: Condition | undefined;

  constructor(status: number, message: string, condition?: Condition) {
    super(message);
    this.status = status;
    this.condition = condition;
  }
}

/** Where WebDAV's statuses for an error differ from those of other doors (RFC 4918 §9). */
const STATUS: Partial<Record<StorageError['code'], number>> = {
  not_a_folder: 409,
  // 501 would tell clients that the method is unknown, and some then take the whole server for read-only.
  unsupported: 403,
};

/** Any error as WebDAV answers it. Trouble upstream is never 404: sync clients would take it for "deleted". */
export function davProblemOf(error: unknown): Problem & { readonly condition?: Condition } {
  if (error instanceof DavFailure) {
    const { status, message, condition } = error;
    return { status, message, ...(condition === undefined ? {} : { condition }) };
  }
  if (error instanceof AuthError) return authProblem(error);
  const problem = problemOf(error);
  const status = error instanceof StorageError ? STATUS[error.code] : undefined;
  return status === undefined ? problem : { ...problem, status };
}

/** A wrong name or password is 401 here, since the credentials come with the request. */
function authProblem({ code, message, retryAfterMs }: AuthError): Problem {
  const status = code === 400 || code === 402 ? 401 : code;
  return { status, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

const CHALLENGE = 'Basic realm="Sluice", charset="UTF-8"';

/**
 * Answers with an error: XML where a precondition is named, else a line of text. When the head is out already the connection is cut: half a
 * listing must not look like a whole one.
 */
export function sendFailure(res: ServerResponse, error: unknown): void {
  if (res.headersSent || isAbort(error)) {
    res.destroy();
    return;
  }
  const { status, message, retryAfterMs, condition } = davProblemOf(error);
  const body = condition === undefined ? `${message}\n` : conditionXml(condition);
  for (const name of res.getHeaderNames()) res.removeHeader(name);
  res.statusCode = status;
  setHeaders(res, {
    'Content-Type': condition === undefined ? 'text/plain; charset=utf-8' : XML_TYPE,
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    // Always: a client that isn't asked again keeps sending what was refused (API reference §7.1).
    ...(status === 401 ? { 'WWW-Authenticate': CHALLENGE } : {}),
    ...(retryAfterMs === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) }),
  });
  res.end(body);
}

/** RFC 4918 §14.5. */
export function conditionXml({ name, hrefs = [] }: Condition): string {
  const about = hrefs.map((href) => `<D:href>${escapeXml(href)}</D:href>`).join('');
  return `${XML_HEAD}<D:error xmlns:D="DAV:"><D:${name}>${about}</D:${name}></D:error>`;
}
