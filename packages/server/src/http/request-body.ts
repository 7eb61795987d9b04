import type { IncomingMessage } from 'node:http';
import { StorageError } from '../core/errors.ts';

/** How long a sender may be silent in the middle of a body, in ms. */
const STALL_MS = 120_000;

/**
 * A request's body as its sender sends it: what is not read yet waits in the sender's machine. Has no limit of time, but a sender that
 * falls silent is let go.
 *
 * @throws StorageError `timeout` for a silent sender; the system's error when the connection breaks
 */
export async function* bodyOf(req: IncomingMessage, stallMs = STALL_MS): AsyncGenerator<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = req.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const { done = false, value } = await withinTime(chunks.next(), stallMs);
      ended = done;
      if (done) return;
      yield value;
    }
  } finally {
    if (!ended) await chunks.return?.();
  }
}

async function withinTime<T>(chunk: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new StorageError('timeout', `nothing more of the upload came for ${ms / 1000} s`));
    }, ms);
  });
  try {
    return await Promise.race([chunk, late]);
  } catch (error) {
    chunk.catch(() => {}); // when it comes to its end, nobody waits for it any more
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Reads away what is left of a body, so that its sender hears the answer. False when there is more of it than that is worth. */
export async function drain(
  req: IncomingMessage,
  { bytes, ms }: { readonly bytes: number; readonly ms: number },
): Promise<boolean> {
  if (req.complete && req.readableLength === 0) return true;
  const until = performance.now() + ms;
  let left = bytes;
  try {
    for await (const chunk of bodyOf(req, ms)) {
      left -= chunk.length;
      if (left < 0 || performance.now() > until) return false;
    }
    return true;
  } catch {
    return false; // its sender has left, or says nothing
  }
}
