import { LRUCache } from 'lru-cache';
import { waitOrAbort } from '../../core/abort.ts';
import type { Ctx } from '../../core/driver.ts';
import type { Entry } from '../../core/entry.ts';
import type { Clock } from '../../core/runtime.ts';
import type { OpenFile } from '../../vfs/view.ts';
import { servedBytes } from './probe.ts';

/** Shared files smaller than this have not been seen to be cut; nothing is asked about them. */
export const PROBED_FROM = 64 * 1024 * 1024;

const MAX_KNOWN = 20_000;
const LIFE_MS = 6 * 3_600_000;

/** How much of shared files is served, as far as known. */
export class Cuts {
  readonly #clock: Clock;
  readonly #probedFrom: number;
  /** Bytes that are served; the file's size for all of them. */
  readonly #known = new LRUCache<
    string,
    { readonly served: number; readonly size: number; readonly until: number }
  >({
    max: MAX_KNOWN,
  });
  /** The part at which files were cut last, by way out. */
  readonly #likely = new Map<string, number>();
  /** Storages in which something is known to be cut. */
  readonly #storages = new Set<number>();
  #revision = 0;
  readonly #lifetime = new AbortController();
  readonly #probes = new Map<string, Promise<number | undefined>>();

  constructor(clock: Clock, probedFrom = PROBED_FROM) {
    this.#clock = clock;
    this.#probedFrom = probedFrom;
  }

  /** Grows when a file is found to be cut. */
  get revision(): number {
    return this.#revision;
  }

  /** What is known of a file without asking: how many bytes are served when it is cut. Does no I/O. */
  known(storageId: number, entry: Entry): number | undefined {
    if (!this.#storages.has(storageId)) return undefined;
    const known = this.#known.get(keyOf(storageId, entry));
    if (known === undefined || known.size !== entry.size || known.until <= this.#clock.now())
      return undefined;
    return known.served < known.size ? known.served : undefined;
  }

  /**
   * How many bytes of the file are served when it is cut; undefined when it isn't, or when there is no telling. What the cloud says goes
   * before what a look at its bytes shows; looks at one file are shared. @throws what `link` throws; AbortError
   */
  async of(file: OpenFile, ctx: Ctx): Promise<number | undefined> {
    const { entry } = file.node;
    const key = keyOf(file.storage.id, entry);
    const link = await file.link('download', ctx);
    if (link.variant !== 'original') return undefined;
    if (link.playableBytes !== undefined) {
      this.#note(file, link.playableBytes);
      this.#likely.set(file.egress, link.playableBytes / entry.size);
      return link.playableBytes < entry.size ? link.playableBytes : undefined;
    }
    const known = this.#known.get(key);
    if (known?.size === entry.size && known.until > this.#clock.now())
      return this.known(file.storage.id, entry);
    if (entry.size < this.#probedFrom) return undefined;
    const probing =
      this.#probes.get(key) ??
      servedBytes(
        { transport: file.transport, link, size: entry.size, likely: this.#likely.get(file.egress) },
        this.#lifetime.signal,
      ).finally(() => this.#probes.delete(key));
    this.#probes.set(key, probing);
    const served = await waitOrAbort(probing, ctx.signal);
    if (served === undefined) return undefined;
    this.#note(file, served);
    if (served < entry.size) this.#likely.set(file.egress, served / entry.size);
    return served < entry.size ? served : undefined;
  }

  /** Ends looks that are under way. */
  close(): void {
    this.#lifetime.abort();
  }

  #note({ node, storage }: OpenFile, served: number): void {
    const { entry } = node;
    const key = keyOf(storage.id, entry);
    if (served < entry.size && this.known(storage.id, entry) !== served) this.#revision += 1;
    if (served < entry.size) this.#storages.add(storage.id);
    this.#known.set(key, { served, size: entry.size, until: this.#clock.now() + LIFE_MS });
  }
}

function keyOf(storageId: number, { id }: Entry): string {
  return `${storageId} ${id}`;
}
