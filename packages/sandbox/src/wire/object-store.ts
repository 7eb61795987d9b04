import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller, CloudWithStore } from '../types.ts';
import { headersOf, hostOf, sendWhole } from './messages.ts';
import type { Target } from './target.ts';

/** Of a body that was answered before its end, so much is read away; a client that sends more is cut off. */
const MAX_DRAINED = 64 * 1024 * 1024;

/** One request to the object store, its body unread. */
export interface StoreExchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly target: Target;
  readonly caller: Caller;
}

/**
 * Hands a request to the object store with its body as it comes, and sends the answer; one that wants to hang up ends the connection
 * instead.
 */
export async function answerStore(
  cloud: Pick<CloudWithStore, 'handleObjectStore'>,
  { req, res, target, caller }: StoreExchange,
): Promise<void> {
  // An answer may come early, and its connection must outlive the reading.
  const body: AsyncIterable<Uint8Array> = req.iterator({ destroyOnReturn: false });
  const answer = await cloud.handleObjectStore({
    method: req.method ?? 'GET',
    host: hostOf(req),
    ...target,
    headers: headersOf(req),
    body,
    caller,
  });
  if (answer.hangUp) {
    res.destroy();
    return;
  }
  sendWhole(req, res, answer);
  drain(req);
}

/** Reads the rest away, so that a client that is still sending gets to see its answer. */
function drain(req: IncomingMessage): void {
  if (req.readableEnded || req.destroyed) return;
  let drained = 0;
  req.on('error', () => {}); // the client has left: there is nobody to tell
  req.on('data', (chunk: Uint8Array) => {
    drained += chunk.length;
    if (drained > MAX_DRAINED) req.destroy();
  });
}
