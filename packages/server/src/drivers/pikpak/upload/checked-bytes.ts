import { Readable } from 'node:stream';
import type { UploadSource } from '../../../core/driver.ts';
import { StorageError } from '../../../core/errors.ts';
import { BlockHashes, gcidBlockSize, gcidOf } from './gcid.ts';
import type { Part } from './parts.ts';

/** A part on its way, and what it proves to hold. */
export interface CheckedBytes {
  /** Fails with `protocol` when the source gives fewer or more bytes than the part has. */
  readonly body: Readable;
  /** The hashes of its blocks, once the body has ended. */
  blockHashes(): Uint8Array;
}

/**
 * Opens one part of a source, to be sent as it is read.
 *
 * @param gcid For a part that is the whole file: what it must hash to. The last bytes are given only when it does.
 */
export function checkedBytes(source: UploadSource, { start, end }: Part, gcid?: string): CheckedBytes {
  const blocks = new BlockHashes(gcidBlockSize(source.size));
  const reader = source.open(start, end).getReader();
  let hashes: Uint8Array = new Uint8Array();
  const seal = (): void => {
    hashes = blocks.digest();
    if (gcid !== undefined && gcidOf([hashes]) !== gcid) throw changed();
  };
  const body = Readable.from(counted(reader, end - start, { blocks, seal }), { objectMode: false });
  body.once('close', () => void reader.cancel().catch(() => {})); // the reason is known to whoever closed it
  return { body, blockHashes: () => hashes };
}

/** Holds the last chunk back until it is known to be right, so that what is wrong never looks whole. */
async function* counted(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  length: number,
  { blocks, seal }: { readonly blocks: BlockHashes; readonly seal: () => void },
): AsyncGenerator<Uint8Array> {
  let count = 0;
  let held: Uint8Array | undefined;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    count += value.length;
    if (count > length) throw changed();
    if (held !== undefined) yield held;
    blocks.update(value);
    held = value;
  }
  if (count < length) throw changed();
  seal();
  if (held !== undefined) yield held;
}

/** What is sent is not what was announced. */
export function changed(): StorageError {
  return new StorageError('protocol', 'The file changed while it was being uploaded.', {
    detail: { remedy: 'Upload it again when nothing writes to it.' },
  });
}
