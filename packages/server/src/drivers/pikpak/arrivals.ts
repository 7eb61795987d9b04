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
   * What is new in the folder under the awaited name or a numbered one; undefined when there is nothing.
   *
   * @param id Its id, when it is known: it tells ours from what another program put there at that moment.
   * @throws StorageError `exists` when there is no telling which is ours: then nothing may be taken back.
   */
  async look({ folder, before, like }: Awaited, ctx: Ctx, id: EntryId = ''): Promise<WireFile | undefined> {
    const found: WireFile[] = [];
    for await (const child of this.#files.children(folder, ctx)) {
      const named = child.name === like.name || isNumbered(child.name, like.name);
      if (named && !before.has(child.id) && isLike(child, like)) found.push(child);
    }
    const [first, second] = found;
    if (second === undefined) return first;
    const known = found.find((file) => file.id === id);
    if (known !== undefined) return known;
    const names = found.map(({ name }) => `"${name}"`).join(', ');
    throw new StorageError('exists', 'Another program put something of that name there at this moment.', {
      detail: { remedy: `Look at ${names} in the folder, and remove what is too much.` },
    });
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
