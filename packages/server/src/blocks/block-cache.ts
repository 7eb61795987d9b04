import type { Readable } from 'node:stream';
import type { Entry } from '../core/entry.ts';
import { BlockBody, heldAgainAt, heldUntil } from './block-body.ts';
import { BlockStore, type BlockStoreOptions, type BlockTotals } from './block-store.ts';
import { contentKey } from './format.ts';
import { BlockBuffers, Keeper } from './keeper.ts';

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Content that has passed, kept on disk for whoever asks for the same. Who may have a file is decided before it is asked. */
export interface BlockCache {
  readonly totals: Readonly<BlockTotals>;
  /** Bytes on disk now. */
  readonly bytes: number;
  /** Finds what is on disk; see `BlockStore.load`. */
  load(signal: AbortSignal): Promise<void>;
  /** The first bytes of `range`, as far as they are held. */
  read(entry: Entry, range: Range): { readonly body: Readable; readonly end: number } | undefined;
  /** Up to where `range` has to come from the cloud: its end, or where held bytes go on. */
  missingUntil(entry: Entry, range: Range): number;
  /** What keeps the blocks of a stream. Undefined for content that can't be told from other. */
  keeper(entry: Entry): Pick<Keeper, 'pass' | 'drop'> | undefined;
}

/** Nothing is made or read on disk before `load` or the first block. */
export function createBlockCache(options: BlockStoreOptions): BlockCache {
  const store = new BlockStore(options);
  const buffers = new BlockBuffers();
  return {
    totals: store.totals,
    get bytes() {
      return store.bytes;
    },
    load: (signal) => store.load(signal),
    read(entry, range) {
      if (store.bytes > options.maxBytes()) void store.trim(); // the setting has been lowered
      const key = store.isOn ? contentKey(entry) : undefined;
      if (key === undefined) return undefined;
      const end = heldUntil(store, key, range.start, range.end);
      if (end === range.start) return undefined;
      return { body: new BlockBody(store, key, { start: range.start, end }), end };
    },
    missingUntil(entry, { start, end }) {
      const key = store.isOn ? contentKey(entry) : undefined;
      return key === undefined ? end : heldAgainAt(store, key, start, end);
    },
    keeper(entry) {
      const key = store.isOn ? contentKey(entry) : undefined;
      return key === undefined ? undefined : new Keeper(store, key, buffers);
    },
  };
}
