import type { Ctx, OpTable } from '../../core/driver.ts';
import type { Entry, EntryId } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import { isRefusal } from './attempts.ts';
import { type ChangeTools, eachOf } from './change-tools.ts';
import { nameTaken } from './exact-name.ts';
import { entryOf } from './files.ts';
import type { Removals } from './removals.ts';
import { inBatches } from './tasks.ts';
import type { WireFile } from './wire.ts';

/**
 * Moves and copies (protocol reference §3.8). PikPak answers before it has done them, and numbers a name that is taken without a word;
 * here an answer means that all of it is done, and that what was asked for stands there under its names.
 */
export class Relocations {
  readonly #tools: ChangeTools;
  readonly #removals: Removals;

  constructor(tools: ChangeTools, removals: Removals) {
    this.#tools = tools;
    this.#removals = removals;
  }

  move({ ids, to }: OpTable['move']['args'], ctx: Ctx): Promise<readonly Entry[]> {
    return this.#tools.inTurn([to], ctx, async () => {
      const { files, folder } = await this.#relocation(ids, to, ctx);
      const going = files.filter((file) => file.parentId !== folder);
      if (going.length > 0) await this.#checkNames(folder, going, ctx);
      const arrived = new Map(files.map((file) => [file.id, file]));
      const own = this.#tools.begin(ctx);
      await inBatches(going, async (some) => {
        for (const file of await this.#bring(some, folder, own)) arrived.set(file.id, file);
      });
      return ids.flatMap((id) => arrived.get(id) ?? []).map(entryOf);
    });
  }

  copy({ ids, to }: OpTable['copy']['args'], ctx: Ctx): Promise<readonly Entry[]> {
    return this.#tools.inTurn([to], ctx, async () => {
      const { files, folder } = await this.#relocation(ids, to, ctx);
      const before = await this.#checkNames(folder, files, ctx);
      const own = this.#tools.begin(ctx);
      const copies: WireFile[] = [];
      await inBatches(files, async (some) => {
        const made = await this.#copyTo(some, { folder, before }, own);
        for (const { id } of made) before.add(id);
        copies.push(...made);
      });
      return copies.map(entryOf);
    });
  }

  /**
   * Moves one batch to a folder in which its names were free. Each that PikPak has numbered all the same gets its name; where that is
   * taken by now, it goes back.
   */
  async #bring(files: readonly WireFile[], folder: EntryId, ctx: Ctx): Promise<readonly WireFile[]> {
    const moved = await this.moveTo(files, folder, ctx);
    return eachOf(files, async (file) => {
      const now = moved.get(file.id) ?? file;
      return this.#tools.nameOrUndo(now, file.name, ctx, async () => {
        const back = await this.moveTo([file], file.parentId, ctx);
        await this.#tools.naming.give(back.get(file.id) ?? file, file.name, ctx);
      });
    });
  }

  async #relocation(
    ids: readonly EntryId[],
    to: EntryId,
    ctx: Ctx,
  ): Promise<{ readonly files: readonly WireFile[]; readonly folder: EntryId }> {
    const files = await this.#tools.changeable(ids, ctx);
    if (ids.includes(to)) throw new StorageError('invalid_argument', "A folder can't be put into itself.");
    const folder = this.#tools.folderId(to);
    await this.#tools.files.checkFolder(folder, ctx);
    return { files, folder };
  }

  /** The ids of what the folder holds. @throws StorageError `exists` when a name is taken in it, or by another one of the files. */
  #checkNames(folder: EntryId, files: readonly WireFile[], ctx: Ctx): Promise<Set<EntryId>> {
    const names = files.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw nameTaken(twice);
    return this.#tools.naming.idsWithout(folder, names, ctx);
  }

  async #copyTo(
    files: readonly WireFile[],
    place: { readonly folder: EntryId; readonly before: ReadonlySet<EntryId> },
    ctx: Ctx,
  ): Promise<readonly WireFile[]> {
    const { tasks, arrivals } = this.#tools;
    const awaited = { ...place, likes: files };
    const isDone = async () => {
      await tasks.quiet('copy', ctx);
      return (await arrivals.lookForAll(awaited, ctx)) !== undefined;
    };
    const body = { ids: files.map(({ id }) => id), to: { parent_id: place.folder } };
    const id = await tasks.run({ name: 'batchCopy', body, isDone }, ctx);
    const copies = await arrivals.wait(() => arrivals.lookForAll(awaited, ctx, id), ctx);
    const named = files.map((file, index) => ({ file, copy: copies[index] ?? file }));
    return eachOf(named, ({ file, copy }) =>
      this.#tools.nameOrUndo(copy, file.name, ctx, () => this.#removals.purge([copy], ctx)),
    );
  }

  /** Moves one batch; whether names are free is not looked at. Gives the files as they stand in the folder then, by id. */
  async moveTo(
    files: readonly WireFile[],
    folder: EntryId,
    ctx: Ctx,
  ): Promise<ReadonlyMap<EntryId, WireFile>> {
    const { tasks, arrivals, lookup } = this.#tools;
    const ids = files.map(({ id }) => id);
    if (ids.length === 0) return new Map();
    const look = async () => {
      const there = await lookup.inFolder(folder, ids, ctx);
      return there.size === ids.length ? there : undefined;
    };
    const isDone = async () => {
      await tasks.quiet('move', ctx);
      return (await look()) !== undefined;
    };
    try {
      await tasks.run({ name: 'batchMove', body: { ids, to: { parent_id: folder } }, isDone }, ctx);
    } catch (error) {
      const there = isRefusal(error, 'file_move_or_copy_to_cur') ? await look() : undefined;
      if (there !== undefined) return there;
      throw error;
    }
    return arrivals.wait(look, ctx);
  }
}
