import type { ContentHash } from '../core/content-hash.ts';
import type { Ctx, UploadSource } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import { openUpstream } from '../links/upstream-body.ts';
import type { OpenFile } from '../vfs/view.ts';

/** How often the bytes of one file may break off and be gone on with. */
const MAX_BREAKS = 5;

/** A file of the tree as the body of an upload. A hash that its storage knows is given without a byte being read. */
export function fileSource(file: OpenFile, ctx: Ctx): UploadSource {
  const { size, hashes } = file.node.entry;
  return {
    size,
    open: (start, end) => webStream(bytesOf(file, { start, end }, ctx)),
    async hash(what: ContentHash, signal: AbortSignal): Promise<string> {
      const known = hashes?.[what.kind];
      if (known !== undefined) return known;
      const running = what.begin(size);
      for await (const chunk of bytesOf(file, { start: 0, end: size }, { ...ctx, signal }))
        running.update(chunk);
      return running.digest();
    },
  };
}

/**
 * All bytes of a range, in order. Where they break off it goes on from the last one, a few times.
 * @throws StorageError `unavailable` when they keep breaking off.
 */
export async function* bytesOf(
  file: OpenFile,
  { start, end }: { readonly start: number; readonly end: number },
  ctx: Ctx,
): AsyncGenerator<Uint8Array> {
  let at = start;
  for (let breaks = 0; at < end; breaks += 1) {
    try {
      for (;;) {
        const leg = await openUpstream(file, { start: at, end }, ctx);
        const body: AsyncIterable<Uint8Array> = leg.body;
        for await (const chunk of body) {
          const part = chunk.length > end - at ? chunk.subarray(0, end - at) : chunk;
          at += part.length;
          yield part;
          if (at === end) return;
        }
        if (at < leg.end) break; // it broke off; a leg that came whole is followed by the next
      }
    } catch (error) {
      ctx.signal.throwIfAborted();
      if (error instanceof StorageError && error.retry === 'never' && error.code !== 'protocol') throw error;
      if (breaks >= MAX_BREAKS) throw error;
    }
    if (breaks >= MAX_BREAKS) throw brokeOff();
  }
}

function brokeOff(): StorageError {
  return new StorageError('unavailable', 'The bytes of the file break off again and again.', {
    retry: 'later',
    detail: { remedy: 'Look whether the file plays where it lies.' },
  });
}

/** A chunk at a time as the reader asks; a reader that leaves lets go of the source. */
function webStream(bytes: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await bytes.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => void (await bytes.return(undefined)),
    },
    { highWaterMark: 0 },
  );
}
