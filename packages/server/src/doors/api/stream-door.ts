import type { IncomingMessage, ServerResponse } from 'node:http';
import { drain } from '../../http/request-body.ts';
import { parseTarget } from '../../http/request-path.ts';
import type { DoorContext } from '../context.ts';
import { callerOf } from './caller.ts';
import { type Envelope, sendEnvelope, success } from './envelope.ts';
import { TUS_PATH } from './tus-desk.ts';
import { createTusDoor } from './tus-door.ts';
import { type StreamRoute, uploadRoutes } from './upload-routes.ts';

/** How much of a body is read away so that its sender hears why it was refused. */
const LEFT_OVER = { bytes: 64 * 1024 * 1024, ms: 10_000 };

/**
 * The routes that take files, on `node:http` itself: what is read ahead by a framework would fill the memory.
 * @param failure an error as the API answers it
 * @returns undefined for a request that is for none of them.
 */
export function createStreamDoor(
  door: DoorContext,
  failure: (path: string, error: unknown) => Envelope,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> | undefined {
  const tus = createTusDoor(door, failure);
  const routes = new Map(uploadRoutes.map((route) => [`${route.method} /api${route.path}`, route]));
  return (req, res) => {
    const { rawPath } = parseTarget(req.url ?? '/');
    const id = new RegExp(`^${TUS_PATH}(?:/([0-9a-f]{32}))?/?$`).exec(rawPath);
    if (id !== null) return tus(req, res, id[1] ?? '');
    const route = routes.get(`${req.method} ${rawPath}`);
    return route && answer(route, { req, res, door, failure: (error) => failure(rawPath, error) });
  };
}

interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly door: DoorContext;
  readonly failure: (error: unknown) => Envelope;
}

async function answer(route: StreamRoute, exchange: Exchange): Promise<void> {
  const { req, res } = exchange;
  const left = new AbortController();
  res.once('close', () => {
    if (!res.writableFinished) left.abort();
  });
  const envelope = await outcome(route, exchange, left.signal);
  const whole = await drain(req, LEFT_OVER);
  if (res.destroyed) return;
  if (!whole) res.setHeader('Connection', 'close');
  sendEnvelope(res, envelope);
}

async function outcome(
  route: StreamRoute,
  { req, door, failure }: Exchange,
  signal: AbortSignal,
): Promise<Envelope> {
  try {
    const caller = callerOf(req, signal, door);
    const user = await door.auth.authenticate(caller.authorization);
    return success(await route.run(req, { ...caller, user, view: door.viewOf(user) }, door));
  } catch (error) {
    return failure(error);
  }
}
