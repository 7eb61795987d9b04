import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseTarget } from '../../http/request-path.ts';
import type { DoorContext } from '../context.ts';
import { callerOf } from './caller.ts';
import { ApiFailure, type Envelope, sendEnvelope } from './envelope.ts';
import { streamTaskEvents } from './task-events.ts';
import { taskRecord } from './task-record.ts';

const PATH = '/api/task/events';

/** Open streams that one user may have; a page has one for each of its tabs. */
const MAX_STREAMS = 20;

/**
 * `GET /api/task/events`: the caller's tasks as they change, until the caller leaves.
 * @param failure an error as the API answers it
 * @returns undefined for a request that is for another route.
 */
export function createTaskEventsDoor(
  door: DoorContext,
  failure: (path: string, error: unknown) => Envelope,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> | undefined {
  const open = new OpenStreams();
  return (req, res) => {
    if (req.method !== 'GET' || parseTarget(req.url ?? '/').rawPath !== PATH) return undefined;
    return serve({ req, res }, door, open).catch((error: unknown) => {
      if (!res.headersSent) sendEnvelope(res, failure(PATH, error));
    });
  };
}

async function serve(
  { req, res }: { readonly req: IncomingMessage; readonly res: ServerResponse },
  door: DoorContext,
  open: OpenStreams,
): Promise<void> {
  const left = new AbortController();
  res.once('close', () => left.abort());
  const { authorization, clientId } = callerOf(req, left.signal, door);
  const user = await door.auth.authenticate(authorization);
  if (user.role === 'guest') throw new ApiFailure(403, 'You are a guest');
  if (!open.enter(user.id)) throw new ApiFailure(429, 'too many event streams are open');
  try {
    await streamTaskEvents(res, {
      tasks: door.tasks.of(user),
      clock: door.clock,
      record: (task) => taskRecord(task, user, clientId),
      stillAllowed: async () => {
        const { admin } = await door.auth.authenticate(authorization);
        if (admin !== user.admin) throw new ApiFailure(403, 'what you may see has changed');
      },
      signal: left.signal,
    });
  } finally {
    open.leave(user.id);
  }
}

/** How many streams each user has. */
class OpenStreams {
  readonly #open = new Map<number, number>();

  /** False when there are too many. Who got in must leave. */
  enter(userId: number): boolean {
    const open = this.#open.get(userId) ?? 0;
    if (open >= MAX_STREAMS) return false;
    this.#open.set(userId, open + 1);
    return true;
  }

  leave(userId: number): void {
    const left = (this.#open.get(userId) ?? 1) - 1;
    if (left === 0) this.#open.delete(userId);
    else this.#open.set(userId, left);
  }
}
