import { LRUCache } from 'lru-cache';
import type { Entry } from '../../core/entry.ts';
import type { User } from '../../users/user.ts';
import type { Listing, Node } from '../../vfs/view.ts';
import type { DoorContext } from '../context.ts';
import { needsSign } from '../file-url.ts';
import { encodeJson } from './envelope.ts';
import { objectRecorder } from './object-record.ts';

/** Some 350 bytes each. A folder with more objects is encoded anew each time that it changes. */
const MAX_TEXTS = 32_768;
/** Contents of whole folders, encoded: some 4.4 MB for ten thousand objects. */
const MAX_CONTENT_BYTES = 32 * 1024 * 1024;
/** Smaller folders are put together in less time than it takes to look them up. */
const MIN_KEPT_OBJECTS = 100;
/** For how long signs that expire are handed out again, at most and as a part of their life. */
const SIGN_REUSE_MS = 60_000;
const SIGN_REUSE_SHARE = 1 / 60;
const HOUR_MS = 3_600_000;

/** An entry's text, and what it was made for. */
interface Kept {
  readonly fullPath: string;
  readonly variant: string;
  readonly text: string;
}

/** The content of a whole folder. */
interface KeptContent {
  /** What it was made of: a folder that was read again is another one. */
  readonly snapshot: WeakRef<object>;
  /** Milliseconds since the epoch, for the sake of its signs; endless where they are. */
  readonly goodUntil: number;
  readonly bytes: Uint8Array;
}

/**
 * The records of `fs/list` as JSON text, kept while their entries live: signing and encoding ten thousand of them takes longer than
 * everything else in the answer. Entries are immutable, so that a changed one is another key. What large folders come to as a whole is
 * kept as bytes beside that, so that listing one again costs no more than sending it.
 */
export class RecordTexts {
  readonly #texts = new LRUCache<Entry, Kept>({ max: MAX_TEXTS });
  readonly #contents = new LRUCache<string, KeptContent>({
    maxSize: MAX_CONTENT_BYTES,
    sizeCalculation: ({ bytes }) => bytes.length,
  });
  #settings = '';

  /** The member `content` of an answer. */
  content(listing: Listing, door: DoorContext, user: User): string | Uint8Array {
    const { folder, nodes, snapshot } = listing;
    if (nodes.length === 0) return 'null';
    this.#forgetOnChange(door);
    if (snapshot === undefined || nodes.length < MIN_KEPT_OBJECTS) return this.#encode(nodes, door, user);
    const key = `${variantOf(folder, door, user)} ${door.shares.cutsKnown} ${folder.fullPath}`;
    const now = door.clock.now();
    const kept = this.#contents.get(key);
    if (kept !== undefined && kept.snapshot.deref() === snapshot && now < kept.goodUntil) return kept.bytes;
    const bytes = Buffer.from(this.#encode(nodes, door, user));
    this.#contents.set(key, { snapshot: new WeakRef(snapshot), goodUntil: now + signReuseMs(door), bytes });
    return bytes;
  }

  /** Writes the records of one answer. */
  writer(door: DoorContext, user: User): (node: Node) => string {
    this.#forgetOnChange(door);
    const record = objectRecorder(door, user);
    const write = (node: Node): string => encodeJson({ ...record(node), label_list: null });
    if (door.settings.get('link_expiration') !== '0') return write;
    return (node) => {
      if (node.mount !== undefined) return write(node); // its state changes while the entry stays
      if (door.shares.playableBytes(node) !== undefined) return write(node); // learned while the entry stays
      const variant = variantOf(node, door, user);
      const kept = this.#texts.get(node.entry);
      if (kept?.fullPath === node.fullPath && kept.variant === variant) return kept.text;
      const text = write(node);
      this.#texts.set(node.entry, { fullPath: node.fullPath, variant, text });
      return text;
    };
  }

  #encode(nodes: readonly Node[], door: DoorContext, user: User): string {
    return `[${nodes.map(this.writer(door, user)).join(',')}]`;
  }

  /** Kinds of files by extension, and how long signs hold, are settings; the key of signs can be changed. */
  #forgetOnChange(door: DoorContext): void {
    const now = (['audio_types', 'video_types', 'image_types', 'text_types', 'link_expiration'] as const)
      .map((key) => door.settings.get(key))
      .concat(door.linkKeys.keys[0])
      .join('\n');
    if (now !== this.#settings) {
      this.#texts.clear();
      this.#contents.clear();
    }
    this.#settings = now;
  }
}

/** What an entry's record depends on beside the entry and its place. */
function variantOf({ storage }: Node, door: DoorContext, user: User): string {
  return `${user.role === 'guest'}${needsSign(storage, door)}`;
}

function signReuseMs({ settings }: DoorContext): number {
  const life = Number(settings.get('link_expiration')) * HOUR_MS;
  return life > 0 ? Math.min(SIGN_REUSE_MS, life * SIGN_REUSE_SHARE) : Number.POSITIVE_INFINITY;
}
