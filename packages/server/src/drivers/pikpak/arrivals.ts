import type { Ctx } from '../../core/driver.ts';
import type { EntryId } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import type { Clock } from '../../core/runtime.ts';
import type { DriveFiles } from './drive-files.ts';
import { isNumbered } from './exact-name.ts';
import type { WireFile } from './wire.ts';

/** Listings may lag a moment behind a task that has ended (protocol reference §3.9). */
const LAG_WAITS_MS: readonly number[] = [500, 1000, 2000, 4000];

/** Where something new is awaited. */
export interface Place {
  readonly folder: EntryId;
  /** What lay there before. */
  readonly before: ReadonlySet<EntryId>;
}

/** What it looks like. */
export type Likeness = Pick<WireFile, 'folder' | 'name'> & Partial<Pick<WireFile, 'size' | 'gcid'>>;

/** Finds what PikPak has made without telling its id. */
export class Arrivals {
  readonly #files: DriveFiles;
  readonly #clock: Clock;

  constructor(files: DriveFiles, clock: Clock) {
    this.#files = files;
    this.#clock = clock;
  }

  /** One thing that is new in the folder. @see lookForAll */
  async look(place: Place & { readonly like: Likeness }, ctx: Ctx): Promise<WireFile | undefined> {
    return (await this.lookForAll({ ...place, likes: [place.like] }, ctx))?.[0];
  }

  /**
   * What is new in the folder under the awaited names or numbered ones, in their order; undefined while something is missing. The names differ.
   *
   * @param id Of one of them, when it is known: it tells ours from what another program put there at that moment.
   * @throws StorageError `exists` when there is no telling which is ours: then nothing may be taken back.
   */
  async lookForAll(
    { folder, before, likes }: Place & { readonly likes: readonly Likeness[] },
    ctx: Ctx,
    id: EntryId = '',
  ): Promise<readonly WireFile[] | undefined> {
    const fresh: WireFile[] = [];
    for await (const child of this.#files.children(folder, ctx)) if (!before.has(child.id)) fresh.push(child);
    const awaited = new Set(likes.map(({ name }) => name));
    const found: WireFile[] = [];
    for (const like of likes) {
      const candidates = fresh.filter((child) => {
        const numbered = !awaited.has(child.name) && isNumbered(child.name, like.name);
        return (child.name === like.name || numbered) && isLike(child, like);
      });
      const ours = candidates.length > 1 ? candidates.find((file) => file.id === id) : candidates[0];
      if (ours !== undefined) found.push(ours);
      else if (candidates.length > 1) throw ambiguous(candidates);
      else return undefined;
    }
    return found;
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

function ambiguous(files: readonly WireFile[]): StorageError {
  const names = files.map(({ name }) => `"${name}"`).join(', ');
  return new StorageError('exists', 'Another program put something of that name there at this moment.', {
    detail: { remedy: `Look at ${names} in the folder, and remove what is too much.` },
  });
}

function isLike(file: WireFile, { folder, size, gcid }: Likeness): boolean {
  if (file.folder !== folder) return false;
  return folder || ((size === undefined || file.size === size) && (!gcid || file.gcid === gcid));
}
