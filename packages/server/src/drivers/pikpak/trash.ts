import type { Ctx, OpTable } from '../../core/driver.ts';
import type { Entry, EntryId, TrashPage } from '../../core/entry.ts';
import { type ChangeTools, eachOf, entryKeys } from './change-tools.ts';
import { nameTaken } from './exact-name.ts';
import { placedEntryOf } from './files.ts';
import { cursorBehind, pageTokenOf, TRASH } from './paging.ts';
import type { Relocations } from './relocations.ts';
import type { Removals } from './removals.ts';
import { batchesOf } from './tasks.ts';
import type { WireFile } from './wire.ts';

/** Folders above one that are looked at; deeper than anyone's. */
const MAX_LEVELS = 100;

/** What comes back from the trash, and the folder that it is to come to. */
interface Return {
  readonly file: WireFile;
  readonly folder: EntryId;
}

/** The trash of a drive (protocol reference §3.8, §3.10). It holds what was trashed itself; what lies below goes with it. */
export class Trash {
  readonly #tools: ChangeTools;
  readonly #removals: Removals;
  readonly #relocations: Relocations;

  constructor(tools: ChangeTools, removals: Removals, relocations: Relocations) {
    this.#tools = tools;
    this.#removals = removals;
    this.#relocations = relocations;
  }

  async list({ cursor }: OpTable['listTrash']['args'], ctx: Ctx): Promise<TrashPage> {
    const pageToken = pageTokenOf(cursor, TRASH_CURSOR);
    const page = await this.#tools.files.page(TRASH, pageToken, ctx);
    const entries = page.files
      .filter(({ trashed }) => trashed)
      .map((file) => ({
        ...placedEntryOf(file),
        ...(file.purgeAt === undefined ? {} : { purgeAt: file.purgeAt }),
      }));
    return { entries, ...cursorBehind(page, { folder: TRASH_CURSOR, pageToken }) };
  }

  /**
   * Puts things back where they lay, or into `to` where that folder is gone. PikPak is said to put them back there by some and into the
   * root by others (§3.8), and numbers a name that is taken: what ends up elsewhere is moved, what got a number gets its name.
   */
  untrash({ ids, to }: OpTable['untrash']['args'], ctx: Ctx): Promise<readonly Entry[]> {
    const { lookup, files: driveFiles } = this.#tools;
    return this.#tools.inTurn(entryKeys(ids), ctx, async () => {
      const files = await lookup.trashed(ids, ctx);
      const fallback = this.#tools.folderId(to);
      await driveFiles.checkFolder(fallback, ctx);
      const returns = await this.#returns(files, fallback, ctx);
      const folders = [...new Set(returns.map(({ folder }) => folder))];
      return this.#tools.inTurn(folders, ctx, async () => {
        for (const folder of folders) await this.#checkNames(folder, returns, ctx);
        const own = this.#tools.begin(ctx);
        const back = new Map<EntryId, WireFile>();
        for (const some of batchesOf(returns)) {
          for (const file of await this.#takeOut(some, own)) back.set(file.id, file);
        }
        return ids.flatMap((id) => back.get(id) ?? []).map(placedEntryOf);
      });
    });
  }

  /** @throws StorageError `not_found` for what isn't in the trash. */
  purge({ ids }: OpTable['purgeTrashed']['args'], ctx: Ctx): Promise<void> {
    const { lookup, tasks, arrivals } = this.#tools;
    return this.#tools.inTurn(entryKeys(ids), ctx, async () => {
      await lookup.trashed(ids, ctx);
      const own = this.#tools.begin(ctx);
      const areGone = async (some: readonly EntryId[]) => (await lookup.stillTrashed(some, own)) === 0;
      for (const some of batchesOf([...new Set(ids)])) {
        const isDone = () => areGone(some);
        await tasks.run({ name: 'batchDelete', body: { ids: some }, isDone }, own);
      }
      await arrivals.wait(async () => ((await areGone(ids)) ? true : undefined), own);
    });
  }

  /** Empties it, whatever else is put into it meanwhile. */
  empty(ctx: Ctx): Promise<void> {
    const { tasks, files } = this.#tools;
    return this.#tools.inTurn(['trash'], ctx, async () => {
      const own = this.#tools.begin(ctx);
      const isDone = async () => (await files.page(TRASH, '', own)).files.length === 0;
      await tasks.run({ name: 'emptyTrash', body: {}, isDone }, own);
    });
  }

  async #returns(files: readonly WireFile[], fallback: EntryId, ctx: Ctx): Promise<Return[]> {
    const live = new Map<EntryId, boolean>();
    const returns: Return[] = [];
    for (const file of files) {
      const { parentId } = file;
      const isLive = live.get(parentId) ?? (await this.#isLive(parentId, ctx));
      live.set(parentId, isLive);
      returns.push({ file, folder: isLive ? parentId : fallback });
    }
    return returns;
  }

  /** Whether a folder is there, and so are all above it: what lies below something trashed says of itself that it is live. */
  async #isLive(folder: EntryId, ctx: Ctx): Promise<boolean> {
    let at = folder;
    for (let levels = 0; at !== '' && levels < MAX_LEVELS; levels += 1) {
      const found = await this.#tools.lookup.maybe(at, ctx);
      if (found?.folder !== true) return false;
      at = found.parentId;
    }
    return at === '';
  }

  async #checkNames(folder: EntryId, returns: readonly Return[], ctx: Ctx): Promise<void> {
    const names = returns.filter((one) => one.folder === folder).map(({ file }) => file.name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw nameTaken(twice);
    await this.#tools.naming.idsWithout(folder, names, ctx);
  }

  async #takeOut(returns: readonly Return[], ctx: Ctx): Promise<readonly WireFile[]> {
    const { tasks, arrivals, lookup } = this.#tools;
    const ids = returns.map(({ file }) => file.id);
    const look = async () => {
      const out = await lookup.present(ids, returns[0]?.folder ?? '', ctx);
      return out.size === ids.length ? out : undefined;
    };
    const isDone = async () => (await look()) !== undefined;
    await tasks.run({ name: 'batchUntrash', body: { ids }, isDone }, ctx);
    const out = await arrivals.wait(look, ctx);
    const elsewhere = returns.filter(({ file, folder }) => out.get(file.id)?.parentId !== folder);
    const moved = await this.#home(elsewhere, out, ctx);
    return eachOf(returns, ({ file }) => {
      const now = moved.get(file.id) ?? out.get(file.id) ?? file;
      return this.#tools.nameOrUndo(now, file.name, ctx, () => this.#removals.trash([now], ctx));
    });
  }

  /** What PikPak has put elsewhere, moved to where it belongs, by id. */
  async #home(
    returns: readonly Return[],
    out: ReadonlyMap<EntryId, WireFile>,
    ctx: Ctx,
  ): Promise<ReadonlyMap<EntryId, WireFile>> {
    const moved = new Map<EntryId, WireFile>();
    for (const folder of new Set(returns.map((one) => one.folder))) {
      const files = returns
        .filter((one) => one.folder === folder)
        .flatMap(({ file }) => out.get(file.id) ?? []);
      for (const [id, file] of await this.#relocations.moveTo(files, folder, ctx)) moved.set(id, file);
    }
    return moved;
  }
}

/** Stands for the trash where cursors name the folder that they belong to. */
const TRASH_CURSOR = '*trash';
