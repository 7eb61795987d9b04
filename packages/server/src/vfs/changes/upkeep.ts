import type { Entry, EntryId } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import type { ListingCache } from '../listing-cache.ts';
import type { Revision } from '../listing.ts';
import type { Mount } from '../mount.ts';

/** What a call to a driver may change. */
export interface Touched {
  /** The folders whose content changes. */
  readonly dirs: readonly EntryId[];
  /** The entries that leave their place. */
  readonly leaves?: readonly Entry[];
}

interface Busy {
  running: number;
  /** Two changes have met here: the order in which the storage made them isn't known. */
  met: boolean;
}

/**
 * Keeps what is remembered of a mount true while it is changed. After a change the listings of its folders are brought up to date from
 * the storage's answer. They are forgotten when the change failed, since it may have been made all the same, and when two changes met in
 * one folder.
 */
export class Upkeep {
  readonly #listings: ListingCache;
  readonly #busy = new WeakMap<Mount, Map<EntryId, Busy>>();

  constructor(listings: ListingCache) {
    this.#listings = listings;
  }

  /**
   * Makes a change. @param effect what it did to a folder, by the answer
   * @throws what `run` throws; a `StorageError` names its storage.
   */
  async change<T>(
    mount: Mount,
    touched: Touched,
    run: () => Promise<T>,
    effect: (dir: EntryId, answer: T) => Revision,
  ): Promise<T> {
    const dirs = [...new Set(touched.dirs)];
    for (const dir of dirs) this.#enter(mount, dir);
    let answer: { readonly is: T } | undefined;
    try {
      answer = { is: await run() };
      return answer.is;
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      // What was remembered has led to something that isn't there.
      if (error.code === 'not_found' || error.code === 'not_a_folder') this.#listings.dropMount(mount);
      throw error.withDetail({ storage: mount.record.mountPath });
    } finally {
      for (const dir of dirs) {
        mount.memory.invalidate(dir);
        const met = this.#leave(mount, dir);
        if (answer === undefined || met) this.#listings.drop(mount, dir);
        else this.#listings.revise(mount, dir, effect(dir, answer.is));
      }
      for (const entry of touched.leaves ?? []) this.#forget(mount, entry);
    }
  }

  #forget(mount: Mount, entry: Entry): void {
    if (entry.kind === 'folder') this.#listings.dropTree(mount, entry.id);
    else mount.memory.forgetLinks(entry.id);
  }

  #enter(mount: Mount, dir: EntryId): void {
    const folders = this.#busy.get(mount) ?? new Map<EntryId, Busy>();
    this.#busy.set(mount, folders);
    const busy = folders.get(dir) ?? { running: 0, met: false };
    busy.met ||= busy.running > 0;
    busy.running++;
    folders.set(dir, busy);
  }

  #leave(mount: Mount, dir: EntryId): boolean {
    const folders = this.#busy.get(mount);
    const busy = folders?.get(dir);
    if (busy === undefined) return true;
    busy.running--;
    if (busy.running === 0) folders?.delete(dir);
    return busy.met;
  }
}
