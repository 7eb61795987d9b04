import { type HttpBindings, getRequestListener } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isAbort } from '../../core/errors.ts';
import type { DoorContext } from '../context.ts';
import { appPasswordRoutes } from './app-password-routes.ts';
import { authRoutes } from './auth-routes.ts';
import { bindRequest } from './bind.ts';
import { callerOf } from './caller.ts';
import { driverRoutes } from './driver-routes.ts';
import { ApiFailure, type Envelope, sendEnvelope, success } from './envelope.ts';
import { envelopeOf, isUnexpected } from './failure.ts';
import { fsRoutes } from './fs-routes.ts';
import { fsTrashRoutes } from './fs-trash-routes.ts';
import { fsWriteRoutes } from './fs-write-routes.ts';
import { feedRoutes } from './feed-routes.ts';
import { offlineRoutes, toolRoutes } from './offline-routes.ts';
import { ownShareRoutes } from './own-share-routes.ts';
import { privacyFilter } from './privacy-filter.ts';
import { publicRoutes } from './public-routes.ts';
import { RecordTexts } from './record-texts.ts';
import type { ApiContext, Route } from './route.ts';
import { settingRoutes } from './setting-routes.ts';
import { shareListRoutes } from './share-list-routes.ts';
import { sharePlayRoutes } from './share-play-routes.ts';
import { shareRoutes } from './share-routes.ts';
import { shareSaveRoutes } from './share-save-routes.ts';
import { accountRoutes } from './account-routes.ts';
import { storageRoutes } from './storage-routes.ts';
import { createStreamDoor } from './stream-door.ts';
import { linkKeyRoutes } from './link-key-routes.ts';
import { workerRoutes } from './worker-routes.ts';
import { createTaskEventsDoor } from './task-events-door.ts';
import { taskRoutes } from './task-routes.ts';

/** Every route of the API, as data. */
export const apiRoutes: readonly Route[] = [
  ...authRoutes,
  ...appPasswordRoutes,
  ...publicRoutes,
  ...fsRoutes,
  ...fsWriteRoutes,
  ...settingRoutes,
  ...shareRoutes,
  ...sharePlayRoutes,
  ...ownShareRoutes,
  ...shareSaveRoutes,
  ...fsTrashRoutes,
  ...shareListRoutes,
  ...storageRoutes,
  ...accountRoutes,
  ...driverRoutes,
  ...workerRoutes,
  ...linkKeyRoutes,
  ...taskRoutes,
  ...offlineRoutes,
  ...feedRoutes,
];

type ApiRequest = Context<{ Bindings: HttpBindings }>;

/**
 * The door at `/api`: AList v3's API (API reference §1). Takes requests whose path begins with `/api/`.
 *
 * Answers are written to the socket by ourselves: through a web `Response` a listing of 4 MB is copied several times.
 */
export function createApiDoor(
  door: DoorContext,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const api: ApiContext = { ...door, records: new RecordTexts() };
  const send = (c: ApiRequest, envelope: Envelope, status?: number): Response => {
    if (!c.env.outgoing.destroyed) sendEnvelope(c.env.outgoing, envelope, status);
    return RESPONSE_ALREADY_SENT;
  };
  for (const route of [...apiRoutes, ...toolRoutes(door.offline.tools())]) {
    const handler = async (c: ApiRequest): Promise<Response> => send(c, await answer(c, route, api));
    if (route.method === 'ANY') app.all(`/api${route.path}`, handler);
    else app.on(route.method, `/api${route.path}`, handler);
  }
  app.notFound((c) => send(c, { code: 404, message: 'no such API route', data: null }, 404));
  app.onError((error, c) => send(c, failure(c.req.path, error, door)));
  const refuse = (path: string, error: unknown): Envelope => failure(path, error, door);
  const streams = createStreamDoor(door, refuse);
  const events = createTaskEventsDoor(door, refuse);
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  return async (req, res) => {
    await (streams(req, res) ?? events(req, res) ?? listener(req, res));
  };
}

async function answer(c: ApiRequest, route: Route, door: ApiContext): Promise<Envelope> {
  try {
    const caller = callerOf(c.env.incoming, c.req.raw.signal, door);
    const source = route.from === 'query' ? new Request(c.req.raw.url) : c.req.raw;
    if (route.access === 'anyone') {
      return success(await route.run(await bindRequest(source, route.request, route), caller, door));
    }
    if (route.access === 'download-proxy' && door.workers.admits(caller.authorization)) {
      return success(await route.run(await bindRequest(source, route.request, route), caller, door));
    }
    const user = await door.auth.authenticate(caller.authorization);
    if (route.access !== 'user' && !user.admin) throw new ApiFailure(403, 'You are not an admin');
    const session = { ...caller, user, view: door.viewOf(user) };
    return success(await route.run(await bindRequest(source, route.request, route), session, door));
  } catch (error) {
    return failure(c.req.path, error, door);
  }
}

function failure(path: string, error: unknown, door: DoorContext): Envelope {
  if (isUnexpected(error) && !isAbort(error)) {
    door.log.error({ path, error }, 'an API request failed for a reason that nothing accounts for');
  }
  const envelope = envelopeOf(error);
  const mask = privacyFilter(door.settings.get('privacy_regs'));
  return { ...envelope, message: mask(envelope.message) };
}
