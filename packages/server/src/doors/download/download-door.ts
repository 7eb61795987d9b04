import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Ctx } from '../../core/driver.ts';
import { isAbort, StorageError } from '../../core/errors.ts';
import { clientAddress } from '../../http/client-address.ts';
import { DOWNLOAD_CORS, setHeaders } from '../../http/headers.ts';
import { problemOf, sendProblem } from '../../http/problem.ts';
import { decodeRequestPath, parseTarget } from '../../http/request-path.ts';
import { askOf } from '../../links/deliveries.ts';
import { AuthError } from '../../users/user.ts';
import type { DoorContext } from '../context.ts';
import { sendRedirect, tellDelivery } from '../redirect.ts';
import { visitorOf, wantedRange } from '../visitor.ts';
import { openFor } from './authorize.ts';
import { servedPart, wholeFile } from './whole-file.ts';
import { sendFile } from './send-file.ts';
import { sendThumbnail } from './send-thumbnail.ts';

/** `/d` goes by the storage's policy and by what suits the client, `/p` always through the gateway. */
export type DownloadPrefix = '/d' | '/p';

const METHODS = 'GET, HEAD, OPTIONS';

/**
 * The download doors (API reference §4), on `node:http` itself: they need the raw path and a body that passes by reference.
 * Errors have real statuses and a JSON body, where the reference answers 200. `/p` serves every file, where the reference refuses
 * those it does not have to proxy: the web app plays through it.
 */
export function createDownloadDoor(
  door: DoorContext,
): (req: IncomingMessage, res: ServerResponse, prefix: DownloadPrefix) => Promise<void> {
  return async (req, res, prefix) => {
    if (req.method === 'OPTIONS') return answerPreflight(req, res);
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      return sendProblem(res, {
        status: 405,
        message: 'only GET and HEAD are answered here',
        allow: METHODS,
      });
    }
    const left = new AbortController();
    res.once('close', () => {
      if (!res.writableFinished) left.abort();
    });
    try {
      await serve(req, res, prefix, { door, ctx: ctxOf(req, left.signal, door) });
    } catch (error) {
      refuse(res, error, door);
    }
  };
}

interface Visit {
  readonly door: DoorContext;
  readonly ctx: Ctx;
}

async function serve(
  req: IncomingMessage,
  res: ServerResponse,
  prefix: DownloadPrefix,
  { door, ctx }: Visit,
): Promise<void> {
  const target = parseTarget(req.url ?? '/');
  const path = decodeRequestPath(target.rawPath, prefix);
  const credentials = {
    sign: target.query.get('sign'),
    authorization: req.headers.authorization,
    variant: target.query.get('variant') || undefined,
  };
  const { file: opened, signedIn, user } = await openFor(path, credentials, ctx, door);
  if (target.query.get('type') === 'thumb') return sendThumbnail(req, res, { file: opened, ctx }, door);
  // A page that plays what there is says so; and for its head alone nothing has to be saved.
  const asksForPart = target.query.get('whole') === '0';
  const file = asksForPart || req.method === 'HEAD' ? opened : await wholeFile(opened, ctx);
  const plan = await door.deliveries.plan(
    file,
    {
      ...visitorOf(req, door.trusted),
      door: 'download',
      ask: askOf(target.query, prefix === '/p' ? 'gateway' : undefined),
      range: wantedRange(req),
    },
    ctx,
  );
  if (signedIn) tellDelivery(res, plan);
  if (plan.location !== undefined) return sendRedirect(res, plan.location);
  const disposition = target.query.get('type') === 'preview' ? 'inline' : 'attachment';
  const known = user === undefined ? ctx : { ...ctx, client: { ...ctx.client, user } };
  const shown = asksForPart ? await servedPart(opened, ctx) : undefined;
  await sendFile(req, res, { file, shown, disposition, ctx: known }, door.gateway);
}

/** Script of other origins may send ranges and conditions. No credentials are allowed: the sign is in the address. */
function answerPreflight(req: IncomingMessage, res: ServerResponse): void {
  const wanted = req.headers['access-control-request-headers'] ?? '';
  setHeaders(res, {
    ...DOWNLOAD_CORS,
    'Access-Control-Allow-Methods': 'GET, HEAD',
    'Access-Control-Max-Age': '43200',
    ...(/^[\w-]+(?:, ?[\w-]+)*$/.test(wanted) ? { 'Access-Control-Allow-Headers': wanted } : {}),
  });
  res.statusCode = 204;
  res.end();
}

function ctxOf(req: IncomingMessage, signal: AbortSignal, { trusted }: DoorContext): Ctx {
  const address = clientAddress({ remoteAddress: req.socket.remoteAddress, headers: req.headers }, trusted);
  const userAgent = req.headers['user-agent'];
  return { signal, priority: 'play', client: { address, ...(userAgent === undefined ? {} : { userAgent }) } };
}

function refuse(res: ServerResponse, error: unknown, door: DoorContext): void {
  if (isAbort(error)) {
    res.destroy();
    return;
  }
  if (error instanceof AuthError) return sendProblem(res, { status: error.code, message: error.message });
  if (!(error instanceof StorageError)) {
    door.log.error({ error }, 'a download failed for a reason that nothing accounts for');
  }
  sendProblem(res, problemOf(error));
}
