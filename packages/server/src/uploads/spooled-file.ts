import { throwIfAborted } from '../core/abort.ts';
import type { ContentHash } from '../core/content-hash.ts';
import type { UploadSource } from '../core/driver.ts';
import type { HashKind } from '../core/entry.ts';
import { StorageError } from '../core/errors.ts';
import { HashSet } from './content-hashes.ts';
import type { DiskReader, SpoolDisk } from './disk.ts';
import type { Journal } from './journal.ts';

const CHUNK = 64 * 1024;

/** A whole upload on our disk, until it has been passed on. */
export interface SpooledFile extends UploadSource {
  readonly journal: Journal;
  /** Whoever has it will try again what may pass: the storage is told so by the journal. */
  willTryAgain(): void;
  /** Lets go of it. Safe to call twice. */
  discard(): Promise<void>;
}

/** Where a whole upload lies, and what is known of it. */
export interface SpooledParts {
  readonly disk: Pick<SpoolDisk, 'read'>;
  readonly name: string;
  readonly size: number;
  readonly hashes: Map<HashKind, string>;
  readonly journal: Journal;
  readonly discard: () => Promise<void>;
}

export function spooledFile({ disk, name, size, hashes, journal, discard }: SpooledParts): SpooledFile {
  const open = (start: number, end: number): ReadableStream<Uint8Array> =>
    new ReadableStream(new FileBytes(() => disk.read(name), start, end), { highWaterMark: 0 });
  return {
    size,
    journal,
    open,
    async hash(what: ContentHash, signal: AbortSignal): Promise<string> {
      const known = hashes.get(what.kind);
      if (known !== undefined) return known;
      const set = new HashSet([what], size);
      const stream: AsyncIterable<Uint8Array> = open(0, size);
      for await (const chunk of stream) {
        throwIfAborted(signal);
        set.update(chunk);
      }
      for (const [kind, digest] of set.digests()) hashes.set(kind, digest);
      return hashes.get(what.kind) ?? '';
    },
    willTryAgain() {
      journal.triesAgain = true;
    },
    discard,
  };
}

/** A part of a file, opened when its first byte is asked for. */
class FileBytes implements UnderlyingDefaultSource<Uint8Array> {
  readonly #open: () => Promise<DiskReader>;
  readonly #end: number;
  #at: number;
  #handle: Promise<DiskReader> | undefined;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(open: () => Promise<DiskReader>, start: number, end: number) {
    this.#open = open;
    this.#at = start;
    this.#end = end;
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (this.#at < this.#end) {
      const chunk = this.#next();
      this.#reading = chunk.catch(() => {}); // its failure is told below
      try {
        controller.enqueue(await chunk);
      } catch (error) {
        await this.cancel();
        throw error;
      }
    }
    if (this.#at < this.#end) return;
    await this.cancel();
    controller.close();
  }

  /** Waits for a read that is under way, so that its number can't be another file's by then. */
  async cancel(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await this.#reading;
    await (await handle?.catch(() => undefined))?.close();
  }

  async #next(): Promise<Uint8Array> {
    this.#handle ??= this.#open();
    const handle = await this.#handle;
    const chunk = await handle.read(this.#at, Math.min(CHUNK, this.#end - this.#at));
    if (chunk.length === 0) throw new StorageError('protocol', 'the upload became shorter on our disk');
    this.#at += chunk.length;
    return chunk;
  }
}
