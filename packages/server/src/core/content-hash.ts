import type { HashKind } from './entry.ts';

/** A way to hash content. Drivers bring along those that their storages ask for. */
export interface ContentHash {
  readonly kind: HashKind;
  /** True when the hash depends on the size of the whole content, so that it can't begin before that is known. */
  readonly needsSize: boolean;
  /** @param size Bytes of the whole content; counts for nothing where the size isn't needed. */
  begin(size: number): RunningHash;
}

/** A hash that is computed as the content goes by. */
export interface RunningHash {
  /** Takes the next bytes. They may be reused afterwards. */
  update(bytes: Uint8Array): void;
  /** Hex. To be called once, at the end. */
  digest(): string;
}
