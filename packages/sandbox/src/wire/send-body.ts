import type { ServerResponse } from 'node:http';

/** How a body is sent. */
export interface SendOptions {
  /** As fast as the client reads unless said. */
  readonly bytesPerSecond?: number;
  /** Told of bytes as they are handed to the connection. */
  onBytes(count: number): void;
}

const PACE_MS = 100;

/**
 * Hands chunks to the connection as fast as the client takes them. Resolves when all of them have left, or when the client has; the
 * source is let go in both cases. The response is not ended.
 */
export async function sendBody(
  res: ServerResponse,
  chunks: AsyncIterable<Uint8Array>,
  options: SendOptions,
): Promise<void> {
  const gone = new AbortController();
  const onClose = (): void => gone.abort();
  res.once('close', onClose);
  try {
    for await (const chunk of chunks) {
      for (const piece of pieces(chunk, options.bytesPerSecond)) {
        if (gone.signal.aborted) return;
        options.onBytes(piece.length);
        if (!res.write(piece)) await drained(res);
        if (options.bytesPerSecond !== undefined) await pause(PACE_MS, gone.signal);
      }
    }
    await flushed(res);
  } finally {
    res.off('close', onClose);
  }
}

/** What may be sent in one step of a paced body; the chunk itself when there is no pace. */
function* pieces(chunk: Uint8Array, bytesPerSecond?: number): Generator<Uint8Array> {
  const step =
    bytesPerSecond === undefined ? chunk.length : Math.max(1, Math.round(bytesPerSecond * (PACE_MS / 1000)));
  for (let at = 0; at < chunk.length; at += step) yield chunk.subarray(at, at + step);
}

/** Resolves when the connection takes more, or is closed. */
function drained(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (res.closed) {
      resolve();
      return;
    }
    const done = (): void => {
      res.off('drain', done).off('close', done);
      resolve();
    };
    res.on('drain', done).on('close', done);
  });
}

/** Resolves when everything written has been given to the system, or the connection is closed. */
function flushed(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (res.closed) {
      resolve();
      return;
    }
    const done = (): void => {
      res.off('close', done);
      resolve();
    };
    res.on('close', done);
    res.write('', done);
  });
}

/** Waits, but not for a client that leaves. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
