import type { ServerResponse } from 'node:http';
import { ClientSink } from '../../links/client-sink.ts';
import { OWNCLOUD } from './live-properties.ts';
import { escapeXml, XML_HEAD, XML_TYPE } from './xml/write.ts';

/** Sent in pieces of about this size: small enough to come early, large enough to cost few calls. */
const PIECE_CHARS = 32_768;

/** A property of one resource in an answer: its element, and how it went. */
export interface PropStat {
  readonly status: string;
  /** Elements, one behind the other. */
  readonly props: string;
  /** A precondition's element, which says why (RFC 4918 §16). */
  readonly error?: string;
}

export const OK = 'HTTP/1.1 200 OK';
export const NOT_FOUND = 'HTTP/1.1 404 Not Found';

/** One resource with its properties (RFC 4918 §14.24). */
export function propResponse(href: string, stats: readonly PropStat[]): string {
  const parts = stats.map(({ status, props, error }) => {
    const why = error === undefined ? '' : `<D:error>${error}</D:error>`;
    return `<D:propstat><D:prop>${props}</D:prop><D:status>${status}</D:status>${why}</D:propstat>`;
  });
  return `<D:response><D:href>${escapeXml(href)}</D:href>${parts.join('')}</D:response>\n`;
}

/** One resource and how it went. */
export function statusResponse(href: string, status: string, error?: string): string {
  const why = error === undefined ? '' : `<D:error>${error}</D:error>`;
  return `<D:response><D:href>${escapeXml(href)}</D:href><D:status>${status}</D:status>${why}</D:response>\n`;
}

/**
 * Sends a 207 from responses as they come, no faster than the client takes them: what is in memory is one piece. Nothing is sent before the
 * first piece is there, so that an error until then has a status of its own.
 *
 * @throws what `responses` throws; the connection is to be cut then, when the head is out.
 */
export async function sendMultistatus(res: ServerResponse, responses: AsyncIterable<string>): Promise<void> {
  const sink = new ClientSink(res);
  try {
    let piece = `${XML_HEAD}<D:multistatus xmlns:D="DAV:" xmlns:oc="${OWNCLOUD}">\n`;
    for await (const response of responses) {
      piece += response;
      if (piece.length < PIECE_CHARS) continue;
      await send(res, sink, piece);
      piece = '';
      if (!sink.open) return;
    }
    await send(res, sink, `${piece}</D:multistatus>\n`);
    await sink.end();
  } finally {
    sink.release();
  }
}

async function send(res: ServerResponse, sink: ClientSink, piece: string): Promise<void> {
  if (!res.headersSent) {
    res.statusCode = 207;
    res.setHeader('Content-Type', XML_TYPE);
    res.setHeader('Cache-Control', 'no-store');
  }
  if (!sink.write(Buffer.from(piece))) await sink.writable();
}
