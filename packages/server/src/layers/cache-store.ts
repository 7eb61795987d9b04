import { LRUCache } from 'lru-cache';
import type { OpName, OpTable } from '../core/driver.ts';
import type { EntryId } from '../core/entry.ts';

/** An answer in memory. */
export interface Kept {
  readonly op: OpName;
  /** The folder of a `list`, the entry of a `stat` or `link`; '' for `quota`. */
  readonly id: EntryId;
  readonly value: Exclude<OpTable[OpName]['result'], void | ReadableStream<Uint8Array> | readonly unknown[]>;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** From when on it is fetched anew while it is still served; never without. */
  readonly renewAt?: number;
}

/** One cache's part of a store. */
export interface Shelf {
  get(key: string): Kept | undefined;
  put(key: string, kept: Kept): void;
  all(): Kept[];
  drop(match: (kept: Kept) => boolean): void;
}

/** Memory that the caches of all storages share, so that a thousand storages need no more of it than one busy one. */
export interface CacheStore {
  /** Room for one more cache. A shelf that was emptied takes none. */
  shelf(): Shelf;
  /** Answers in memory. */
  size(): number;
}

/**
 * Room for about `maxEntries` entries: a listed page counts as many as it holds and one, any other answer as one. What was
 * used least recently goes first. @throws Error when `maxEntries` is not a positive whole number.
 */
export function createCacheStore(maxEntries = 100_000): CacheStore {
  const lru = new LRUCache<string, Kept>({
    maxSize: maxEntries,
    sizeCalculation: ({ value }) => ('entries' in value ? value.entries.length + 1 : 1),
  });
  let shelves = 0;
  return {
    size: () => lru.size,
    shelf() {
      const prefix = `${shelves++} `;
      const mine = (): [string, Kept][] => [...lru.entries()].filter(([key]) => key.startsWith(prefix));
      return {
        get: (key) => lru.get(prefix + key),
        put: (key, kept) => void lru.set(prefix + key, kept),
        all: () => mine().map(([, kept]) => kept),
        drop(match) {
          for (const [key, kept] of mine()) if (match(kept)) lru.delete(key);
        },
      };
    },
  };
}
