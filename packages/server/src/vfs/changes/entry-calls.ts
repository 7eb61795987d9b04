import { throwIfAborted } from '../../core/abort.ts';
import type { Ctx, OpTable } from '../../core/driver.ts';
import type { Entry, EntryId } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import { cannot } from './refusals.ts';
import type { Upkeep } from './upkeep.ts';
import type { WriteFolder } from './write-folder.ts';

/** Calls to a driver, with memory kept true. They look at no rights and at no names. */
export interface EntryCalls {
  mkdir(dir: WriteFolder, name: string, ctx: Ctx): Promise<Entry>;
  rename(dir: WriteFolder, entry: Entry, name: string, ctx: Ctx): Promise<Entry>;
  /** Gives them as they stand afterwards, in their order. */
  move(way: Way, entries: readonly Entry[], ctx: Ctx): Promise<readonly Entry[]>;
  /** Gives the copies, in the order of the entries. */
  copy(way: Way, entries: readonly Entry[], ctx: Ctx): Promise<readonly Entry[]>;
  upload(dir: WriteFolder, file: Omit<OpTable['upload']['args'], 'dir'>, ctx: Ctx): Promise<Entry>;
  /** Into the trash where there is one, else for good. Entries that are gone already are fine. */
  remove(dir: WriteFolder, entries: readonly Entry[], ctx: Ctx): Promise<void>;
  /** The same, for good: for what a change of ours has made on its way. */
  discard(dir: WriteFolder, entries: readonly Entry[], ctx: Ctx): Promise<void>;
}

/** Two folders of one storage. */
export interface Way {
  readonly from: WriteFolder;
  readonly to: WriteFolder;
}

/** @throws from every call: `unsupported` when the driver lacks it, else what the driver throws. */
export function entryCalls(upkeep: Upkeep): EntryCalls {
  return {
    async mkdir({ mount, id: dir }, name, ctx) {
      const { driver } = mount;
      if (driver.mkdir === undefined) throw cannot('make folders');
      const call = driver.mkdir.bind(driver);
      const run = (): Promise<Entry> => call({ dir, name }, ctx);
      return upkeep.change(mount, { dirs: [dir] }, run, (_, made) => ({ come: [made] }));
    },

    async rename({ mount, id: dir }, entry, name, ctx) {
      const { driver } = mount;
      if (driver.rename === undefined) throw cannot('rename');
      const call = driver.rename.bind(driver);
      const run = (): Promise<Entry> => call({ id: entry.id, name }, ctx);
      const effect = (_: EntryId, renamed: Entry) => ({ gone: [entry.id], come: [renamed] });
      return upkeep.change(mount, { dirs: [dir], leaves: [entry] }, run, effect);
    },

    async move({ from, to }, entries, ctx) {
      const { driver } = from.mount;
      if (driver.move === undefined) throw cannot('move');
      const call = driver.move.bind(driver);
      const ids = idsOf(entries);
      const run = (): Promise<readonly Entry[]> => call({ ids, to: to.id }, ctx);
      const touched = { dirs: [from.id, to.id], leaves: entries };
      return upkeep.change(from.mount, touched, run, (dir, come) =>
        dir === to.id ? { come } : { gone: ids },
      );
    },

    async copy({ from, to }, entries, ctx) {
      const { driver } = from.mount;
      if (driver.copy === undefined) throw cannot('copy');
      const call = driver.copy.bind(driver);
      const run = (): Promise<readonly Entry[]> => call({ ids: idsOf(entries), to: to.id }, ctx);
      return upkeep.change(from.mount, { dirs: [to.id] }, run, (_, come) => ({ come }));
    },

    async upload({ mount, id: dir }, file, ctx) {
      const { driver } = mount;
      if (driver.upload === undefined) throw cannot('take uploads');
      const call = driver.upload.bind(driver);
      const run = (): Promise<Entry> => call({ dir, ...file }, ctx);
      const gone = file.replaces === undefined ? [] : [file.replaces];
      return upkeep.change(mount, { dirs: [dir] }, run, (_, come) => ({ gone, come: [come] }));
    },

    remove: (dir, entries, ctx) => {
      const mode = dir.mount.driver.traits.trash === false ? 'purge' : 'trash';
      return removed({ upkeep, mode }, dir, entries, ctx);
    },

    discard: (dir, entries, ctx) => removed({ upkeep, mode: 'purge' }, dir, entries, ctx),
  };
}

/** A storage removes all or, where one is missing, none: then the halves are tried, so that the missing ones are found in few calls. */
async function removed(
  how: { readonly upkeep: Upkeep; readonly mode: 'trash' | 'purge' },
  dir: WriteFolder,
  entries: readonly Entry[],
  ctx: Ctx,
): Promise<void> {
  const { driver } = dir.mount;
  if (driver.remove === undefined) throw cannot('remove');
  const call = driver.remove.bind(driver);
  const ids = idsOf(entries);
  const run = (): Promise<void> => call({ ids, mode: how.mode }, ctx);
  try {
    await how.upkeep.change(dir.mount, { dirs: [dir.id], leaves: entries }, run, () => ({ gone: ids }));
  } catch (error) {
    if (!(error instanceof StorageError) || error.code !== 'not_found') throw error;
    if (entries.length <= 1) return;
    const middle = entries.length >> 1;
    for (const half of [entries.slice(0, middle), entries.slice(middle)]) {
      throwIfAborted(ctx.signal);
      await removed(how, dir, half, ctx);
    }
  }
}

function idsOf(entries: readonly Entry[]): EntryId[] {
  return entries.map(({ id }) => id);
}
