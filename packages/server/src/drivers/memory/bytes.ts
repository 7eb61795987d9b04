import { abortError, waitOrAbort } from '../../core/abort.ts';
import { StorageError } from '../../core/errors.ts';

const CHUNK = 65_536;

/** `bytes` as a stream, a chunk at a time as the reader asks for them. Fails with an AbortError once the signal has fired. */
export function bytesStream(bytes: Uint8Array, signal: AbortSignal): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (signal.aborted) return controller.error(abortError(signal.reason));
        if (at >= bytes.length) return controller.close();
        // A copy: a reader may transfer what it gets, and must not be able to write into the file.
        controller.enqueue(bytes.slice(at, at + CHUNK));
        at += CHUNK;
      },
    },
    { highWaterMark: 0 },
  );
}

/** Reads a stream to its end. @throws StorageError `protocol` when it holds more than `limit` bytes; AbortError. */
export async function collect(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  limit: number,
): Promise<Uint8Array> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await waitOrAbort(reader.read(), signal);
      if (done) return Buffer.concat(chunks);
      length += value.length;
      if (length > limit)
        throw new StorageError('protocol', `upload is longer than the ${limit} bytes announced`);
      chunks.push(value);
    }
  } catch (error) {
    reader.cancel(error).catch(() => {}); // what counts is why we stop
    throw error;
  }
}
