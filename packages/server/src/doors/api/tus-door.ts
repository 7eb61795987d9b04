import type { IncomingMessage, ServerResponse } from 'node:http';
import { StorageError } from '../../core/errors.ts';
import { drain } from '../../http/request-body.ts';
import type { DoorContext } from '../context.ts';
import { callerOf } from './caller.ts';
import { AuthError } from '../../users/user.ts';
import { ApiFailure, type Envelope, sendEnvelope } from './envelope.ts';
import { TUS_PATH, TUS_VERSION, TusDesk, TusRefusal } from './tus-desk.ts';

const LEFT_OVER = { bytes: 16 * 1024 * 1024, ms: 5_000 };

/**
 * Resumable uploads by tus 1.0.0 with the extensions creation, termination and expiration.
 *
 * The last piece is answered when the storage has the file. A client that lost its connection meanwhile asks with `HEAD`, which waits for
 * the same. Failures that a client could not mend by asking again are 4xx, since clients repeat 5xx; their bodies are the API's envelope,
 * with the error's name as `data.reason`.
 */
export function createTusDoor(
  door: DoorContext,
  failure: (path: string, error: unknown) => Envelope,
): (req: IncomingMessage, res: ServerResponse, id: string) => Promise<void> {
  const desk = new TusDesk();
  return async (req, res, id) => {
    res.setHeader('Tus-Resumable', TUS_VERSION);
    const left = new AbortController();
    res.once('close', () => {
      if (!res.writableFinished) left.abort();
    });
    try {
      const answer = await desk.answer(req, id, async () => {
        const caller = callerOf(req, left.signal, door);
        const user = await door.auth.authenticate(caller.authorization);
        return { req, door, session: { ...caller, user, view: door.viewOf(user) } };
      });
      if (!res.destroyed)
        res.writeHead(answer.status, { 'Cache-Control': 'no-store', ...answer.headers }).end();
    } catch (error) {
      const whole = await drain(req, LEFT_OVER);
      if (res.destroyed) return;
      if (!whole) res.setHeader('Connection', 'close');
      sendEnvelope(res, withReason(failure(TUS_PATH, error), error), statusOf(error));
    }
  };
}

/** What a client can do something about by other means than asking again. */
function statusOf(error: unknown): number {
  if (error instanceof TusRefusal) return error.status;
  if (error instanceof ApiFailure || error instanceof AuthError) return error.code === 409 ? 422 : error.code;
  if (!(error instanceof StorageError)) return 500;
  const { code, retry } = error;
  if (code === 'not_found') return 404;
  if (code === 'forbidden') return 403;
  if (code === 'invalid_argument' || code === 'invalid_name') return 400;
  return retry === 'later' && code !== 'exists' ? 503 : 422;
}

function withReason(envelope: Envelope, error: unknown): Envelope {
  if (error instanceof TusRefusal) return { code: error.status, message: error.message, data: null };
  return error instanceof StorageError ? { ...envelope, data: { reason: error.code } } : envelope;
}
