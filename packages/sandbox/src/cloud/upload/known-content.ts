import type { Drive } from '../drive/drive.ts';
import type { Film, StoredBlob } from '../drive/node.ts';
import { cidOf } from './cid.ts';

/** Content that the service has, and what it knows of it. */
export interface KnownContent {
  readonly content: StoredBlob;
  readonly film?: Film;
}

/**
 * All content that the service ever had, whoever's it was: a hash alone is enough to obtain it (protocol reference §4.10). Content
 * goes by the hash that was announced for it, true or not (guess), and the first one stays.
 */
export class KnownContents {
  readonly #byHash = new Map<string, KnownContent[]>();
  readonly #bySize = new Map<number, KnownContent[]>();
  readonly #cids = new Map<KnownContent, string>();

  add(known: KnownContent): void {
    const { gcid, blob } = known.content;
    if (this.find(gcid, blob.size) !== undefined) return;
    push(this.#byHash, gcid, known);
    push(this.#bySize, blob.size, known);
  }

  /** Adds what a drive holds. */
  addDrive(drive: Drive): void {
    for (const node of drive.tree.all())
      if (node.kind === 'file' && node.phase === 'PHASE_TYPE_COMPLETE')
        this.add({ content: node.content, ...(node.film === undefined ? {} : { film: node.film }) });
  }

  /** By gcid (upper case) and size. */
  find(gcid: string, size: number): KnownContent | undefined {
    return this.#byHash.get(gcid)?.find((known) => known.content.blob.size === size);
  }

  /** By gcid alone, as URLs of thumbnails have it. */
  findByHash(gcid: string): KnownContent | undefined {
    return this.#byHash.get(gcid)?.[0];
  }

  /** By cid (upper case) and size; the first of several. Reads the start, middle and end of each content of that size, once. */
  async findByCid(cid: string, size: number): Promise<KnownContent | undefined> {
    for (const known of this.#bySize.get(size) ?? []) {
      const own = this.#cids.get(known) ?? (await cidOf(known.content.blob));
      this.#cids.set(known, own);
      if (own === cid) return known;
    }
    return undefined;
  }
}

function push<K>(map: Map<K, KnownContent[]>, key: K, known: KnownContent): void {
  const others = map.get(key);
  if (others === undefined) map.set(key, [known]);
  else others.push(known);
}
