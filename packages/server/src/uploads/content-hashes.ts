import { createHash } from 'node:crypto';
import type { ContentHash, RunningHash } from '../core/content-hash.ts';
import type { HashKind } from '../core/entry.ts';

/** Hashes that are the same everywhere, by which clients vouch for what they send. */
export const COMMON_HASHES: readonly ContentHash[] = (['md5', 'sha1', 'sha256'] as const).map((kind) => ({
  kind,
  needsSize: false,
  begin: () => {
    const hash = createHash(kind);
    return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') };
  },
}));

/** Several hashes computed at once, each kind once. */
export class HashSet {
  readonly #running: ReadonlyMap<HashKind, RunningHash>;

  /** @param size Bytes of the content; without it, hashes that need it are left out */
  constructor(wanted: readonly ContentHash[], size: number | undefined) {
    const possible = wanted.filter(({ needsSize }) => !needsSize || size !== undefined);
    this.#running = new Map(possible.map((hash) => [hash.kind, hash.begin(size ?? 0)]));
  }

  update(bytes: Uint8Array): void {
    for (const hash of this.#running.values()) hash.update(bytes);
  }

  /** To be called once, at the end. */
  digests(): Map<HashKind, string> {
    return new Map([...this.#running].map(([kind, hash]) => [kind, hash.digest()]));
  }
}
