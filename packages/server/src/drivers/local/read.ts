import type { FileHandle } from 'node:fs/promises';
import { abortError, throwIfAborted } from '../../core/abort.ts';
import { StorageError } from '../../core/errors.ts';
import { fromSystem } from './errors.ts';

const CHUNK = 262_144;

/**
 * Bytes `start` to `end` of an open file as a stream, which owns the handle from here on: it is closed at the end, on cancel, and
 * when the signal fires.
 * @throws StorageError `not_a_file`; `invalid_argument` for a range that is not inside the file. The handle is closed then too.
 */
export async function readFile(
  handle: FileHandle,
  range: { readonly start: number; readonly end: number },
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new StorageError('not_a_file', 'not a file');
    checkRange(range.start, range.end, stats.size);
    throwIfAborted(signal);
  } catch (error) {
    await handle.close();
    throw fromSystem(error);
  }
  return new ReadableStream(new FileSource(handle, range.start, range.end, signal), { highWaterMark: 0 });
}

function checkRange(start: number, end: number, size: number): void {
  const inside =
    Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= size;
  if (!inside)
    throw new StorageError('invalid_argument', `range ${start}-${end} is not inside ${size} bytes`);
}

class FileSource implements UnderlyingDefaultSource<Uint8Array> {
  readonly #handle: FileHandle;
  readonly #end: number;
  readonly #signal: AbortSignal;
  #at: number;
  #onAbort: () => void = () => {};
  #reading: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> | undefined;

  constructor(handle: FileHandle, start: number, end: number, signal: AbortSignal) {
    this.#handle = handle;
    this.#at = start;
    this.#end = end;
    this.#signal = signal;
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#onAbort = () => {
      controller.error(abortError(this.#signal.reason));
      void this.#close();
    };
    this.#signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      const chunk = await this.#next();
      if (this.#closed !== undefined) return; // cancelled or aborted meanwhile
      if (chunk.length > 0) controller.enqueue(chunk);
      if (this.#at < this.#end) return;
      await this.#close();
      controller.close();
    } catch (error) {
      await this.#close();
      throw fromSystem(error);
    }
  }

  async cancel(): Promise<void> {
    await this.#close();
  }

  async #next(): Promise<Uint8Array> {
    const wanted = Math.min(CHUNK, this.#end - this.#at);
    if (wanted === 0) return new Uint8Array();
    const buffer = Buffer.allocUnsafeSlow(wanted); // what the disk does not fill is cut off below
    const read = this.#handle.read(buffer, 0, wanted, this.#at);
    this.#reading = read.catch(() => {}); // its failure is told by `read` itself
    const { bytesRead } = await read;
    if (bytesRead === 0) throw new StorageError('protocol', 'the file became shorter while it was read');
    this.#at += bytesRead;
    return buffer.subarray(0, bytesRead);
  }

  /** Waits for a read that is under way, so that its number can't be another file's by then. */
  #close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#closed ??= this.#reading.then(() => this.#handle.close());
    return this.#closed;
  }
}
