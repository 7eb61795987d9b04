import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Ctx } from '../../core/driver.ts';
import { validatorsOf } from '../../http/conditional.ts';
import { DOWNLOAD_CORS, setHeaders } from '../../http/headers.ts';
import type { OpenFile } from '../../vfs/view.ts';
import type { DoorContext } from '../context.ts';
import { sendRedirect } from '../redirect.ts';

/** For how long a browser shows a picture without asking. */
const FRESH_S = 600;

/**
 * Answers `?type=thumb` with a small picture of the file (API reference §3.1): the cloud's own by its address, or one that the gateway makes.
 * @throws StorageError as `Thumbnails.of`.
 */
export async function sendThumbnail(
  req: IncomingMessage,
  res: ServerResponse,
  { file, ctx }: { readonly file: OpenFile; readonly ctx: Ctx },
  door: DoorContext,
): Promise<void> {
  const { entry } = file.node;
  if (entry.thumbnail !== undefined) return sendRedirect(res, entry.thumbnail);
  const { bytes, mimeType } = await door.thumbnails.of(file, ctx);
  const { modified } = validatorsOf(entry);
  setHeaders(res, {
    ...DOWNLOAD_CORS,
    'Content-Type': mimeType,
    'Content-Length': String(bytes.length),
    'Content-Disposition': 'inline',
    'Cache-Control': `private, max-age=${FRESH_S}`,
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    ...(modified === undefined ? {} : { 'Last-Modified': new Date(modified).toUTCString() }),
  });
  res.statusCode = 200;
  res.end(req.method === 'HEAD' ? undefined : bytes);
}
