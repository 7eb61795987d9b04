import type { Ctx } from '../../core/driver.ts';
import type { EntryId } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import type { Clock } from '../../core/runtime.ts';
import type { DriveFiles } from './drive-files.ts';
import { isNumbered } from './exact-name.ts';
import type { WireFile } from './wire.ts';

/** Listings may lag a moment behind a task that has ended (protocol reference §3.9). */
const LAG_WAITS_MS: readonly number[] = [500, 1000, 2000, 4000];

/** Where something new is awaited, and what it looks like. */
export interface Awaited {
  readonly folder: EntryId;
  /** What lay there before. */
  readonly before: ReadonlySet<EntryId>;
  readonly like: Pick<WireFile, 'folder' | 'name'> & Partial<Pick<WireFile, 'size' | 'gcid'>>;
}

/** Finds what PikPak has made without telling its id. */
export class Arrivals {
  readonly #files: DriveFiles;
  readonly #clock: Clock;

  constructor(files: DriveFiles, clock: Clock) {
    this.#files = files;
    this.#clock = clock;
  }

  /**
   * What is new in the folder under the awaited name, or under a numbered one when just one new thing has that; undefined when there is
   * none, or no telling which it is.
   */
  async look({ folder, before, like }: Awaited, ctx: Ctx): Promise<WireFile | undefined> {
    const numbered: WireFile[] = [];
    for await (const child of this.#files.children(folder, ctx)) {
      if (before.has(child.id) || !isLike(child, like)) continue;
      if (child.name === like.name) return child;
      if (isNumbered(child.name, like.name)) numbered.push(child);
    }
    return numbered.length === 1 ? numbered[0] : undefined;
  }

  /** Looks until it finds. @throws StorageError `unavailable` when PikPak doesn't show what it says is done. */
  async wait<T>(look: () => Promise<T | undefined>, ctx: Ctx): Promise<T> {
    for (const wait of LAG_WAITS_MS) {
      const found = await look();
      if (found !== undefined) return found;
      await this.#clock.sleep(wait, ctx.signal);
    }
    const found = await look();
    if (found !== undefined) return found;
    throw new StorageError('unavailable', 'PikPak says that it is done, but does not show it.', {
      detail: { remedy: 'Look at the folder again in a while before you repeat it.' },
    });
  }
}

function isLike(file: WireFile, { folder, size, gcid }: Awaited['like']): boolean {
  if (file.folder !== folder) return false;
  return folder || ((size === undefined || file.size === size) && (!gcid || file.gcid === gcid));
}
