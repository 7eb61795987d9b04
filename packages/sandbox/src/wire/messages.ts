import type { IncomingMessage, ServerResponse } from 'node:http';

/** Rule of our own: no request to the API is longer. */
const MAX_BODY = 8 * 1024 * 1024;

/** A request's body was longer than what is read. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';

  constructor() {
    super(`a request body may have at most ${MAX_BODY} bytes`);
  }
}

/** The whole body. @throws BodyTooLargeError beyond 8 MiB, and the stream's error when the client leaves. */
export async function readBody(req: IncomingMessage): Promise<Uint8Array> {
  if (Number(req.headers['content-length'] ?? 0) > MAX_BODY) throw new BodyTooLargeError();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stream: AsyncIterable<Uint8Array> = req;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > MAX_BODY) throw new BodyTooLargeError();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Sends a whole answer with its length; `HEAD` gets the head alone. */
export function sendWhole(
  req: IncomingMessage,
  res: ServerResponse,
  answer: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | Uint8Array;
  },
): void {
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  res.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
  res.end(req.method === 'HEAD' ? undefined : body);
}

/** Sends a JSON answer of the sandbox's own. */
export function sendJson(req: IncomingMessage, res: ServerResponse, status: number, value: object): void {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  sendWhole(req, res, { status, headers, body: `${JSON.stringify(value)}\n` });
}

/** The host that a request is for: without port, lower case. */
export function hostOf(req: IncomingMessage): string {
  return (req.headers.host ?? '').replace(/:\d*$/, '').toLowerCase();
}

/** Headers with lower-case names, repeated ones joined. */
export function headersOf(req: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(req.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  return headers;
}
