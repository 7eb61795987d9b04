import { LRUCache } from 'lru-cache';
import type { Entry } from '../../core/entry.ts';
import type { User } from '../../users/user.ts';
import type { Node } from '../../vfs/view.ts';
import type { DoorContext, SettingReader } from '../context.ts';
import { needsSign } from '../file-url.ts';
import { encodeJson } from './envelope.ts';
import { objectRecorder } from './object-record.ts';

/** Some 350 bytes each. A folder with more objects is encoded anew each time, as is every folder when signs expire. */
const MAX_TEXTS = 32_768;

/** An entry's text, and what it was made for. */
interface Kept {
  readonly fullPath: string;
  readonly variant: string;
  readonly text: string;
}

/**
 * The records of `fs/list` as JSON text, kept while their entries live: signing and encoding ten thousand of them takes longer than
 * everything else in the answer. Entries are immutable, so that a changed one is another key.
 */
export class RecordTexts {
  readonly #kept = new LRUCache<Entry, Kept>({ max: MAX_TEXTS });
  #settings = '';

  /** Writes the records of one answer. */
  writer(door: DoorContext, user: User): (node: Node) => string {
    this.#forgetOnChange(door.settings);
    const record = objectRecorder(door, user);
    const write = (node: Node): string => encodeJson({ ...record(node), label_list: null });
    if (door.settings.get('link_expiration') !== '0') return write;
    return (node) => {
      if (node.mount !== undefined) return write(node); // its state changes while the entry stays
      const variant = `${user.role === 'guest'}${needsSign(node.storage, door)}`;
      const kept = this.#kept.get(node.entry);
      if (kept?.fullPath === node.fullPath && kept.variant === variant) return kept.text;
      const text = write(node);
      this.#kept.set(node.entry, { fullPath: node.fullPath, variant, text });
      return text;
    };
  }

  /** Kinds of files by extension are settings. */
  #forgetOnChange(settings: SettingReader): void {
    const now = (['audio_types', 'video_types', 'image_types', 'text_types'] as const)
      .map((key) => settings.get(key))
      .join('\n');
    if (now !== this.#settings) this.#kept.clear();
    this.#settings = now;
  }
}
