import type { Ctx } from '../../core/driver.ts';
import type { Entry, EntryId } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import type { Mount } from '../mount.ts';

/** Deeper than anyone's folders. */
const MAX_LEVELS = 100;
/** Folders that are looked up for one answer; the storage is asked for each that it has not told of a moment ago. */
const MAX_LOOKUPS = 200;

/**
 * Finds the way to folders of which only the id is known, from below: each says in which one it lies. What lies outside the part of the
 * drive that the storage shows has no way, nor has what is gone or lies in the trash itself.
 */
export class Lineage {
  readonly #mount: Mount;
  readonly #ctx: Ctx;
  readonly #known = new Map<EntryId, Promise<Entry | undefined>>();

  constructor(mount: Mount, ctx: Ctx) {
    this.#mount = mount;
    this.#ctx = ctx;
  }

  /**
   * The folders from below the storage's root to this one; none for the root itself. Undefined where there is no way, and when more
   * folders would have to be looked up than one answer is worth. @throws what the storage throws.
   */
  async to(folder: EntryId | undefined): Promise<readonly Entry[] | undefined> {
    const way: Entry[] = [];
    let at = folder;
    while (at !== undefined && way.length < MAX_LEVELS) {
      if (at === this.#mount.driver.root) return way.toReversed();
      const found: Entry | undefined = await this.#folder(at);
      if (found?.kind !== 'folder') return undefined;
      way.push(found);
      at = found.parent;
    }
    return undefined;
  }

  #folder(id: EntryId): Promise<Entry | undefined> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    if (this.#known.size >= MAX_LOOKUPS) return Promise.resolve(undefined);
    const looked = this.#look(id);
    this.#known.set(id, looked);
    return looked;
  }

  async #look(id: EntryId): Promise<Entry | undefined> {
    const { driver, record } = this.#mount;
    try {
      return await driver.stat({ id }, this.#ctx);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      if (error.code === 'not_found') return undefined;
      throw error.withDetail({ storage: record.mountPath });
    }
  }
}
