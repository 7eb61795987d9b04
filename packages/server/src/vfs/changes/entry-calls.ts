import type { Ctx, OpTable } from '../../core/driver.ts';
import type { Entry, EntryId } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import { cannot } from './refusals.ts';
import type { Upkeep } from './upkeep.ts';
import type { WriteFolder } from './write-folder.ts';

/** Single calls to a driver, with memory kept true. They look at no rights and at no names. */
export interface EntryCalls {
  mkdir(dir: WriteFolder, name: string, ctx: Ctx): Promise<Entry>;
  rename(dir: WriteFolder, entry: Entry, name: string, ctx: Ctx): Promise<Entry>;
  move(way: Way, entry: Entry, ctx: Ctx): Promise<Entry>;
  copy(way: Way, entry: Entry, ctx: Ctx): Promise<Entry>;
  upload(dir: WriteFolder, file: Omit<OpTable['upload']['args'], 'dir'>, ctx: Ctx): Promise<Entry>;
  /** Into the trash where there is one, else for good. An entry that is gone already is fine. */
  remove(dir: WriteFolder, entry: Entry, ctx: Ctx): Promise<void>;
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
      return upkeep.change(mount, { dirs: [dir] }, run, (_, come) => ({ come }));
    },

    async rename({ mount, id: dir }, entry, name, ctx) {
      const { driver } = mount;
      if (driver.rename === undefined) throw cannot('rename');
      const call = driver.rename.bind(driver);
      const run = (): Promise<Entry> => call({ id: entry.id, name }, ctx);
      const effect = (_: EntryId, come: Entry) => ({ gone: entry.id, come });
      return upkeep.change(mount, { dirs: [dir], leaves: entry }, run, effect);
    },

    async move({ from, to }, entry, ctx) {
      const { driver } = from.mount;
      if (driver.move === undefined) throw cannot('move');
      const call = driver.move.bind(driver);
      const run = (): Promise<Entry> => call({ id: entry.id, to: to.id }, ctx);
      const touched = { dirs: [from.id, to.id], leaves: entry };
      return upkeep.change(from.mount, touched, run, (dir, come) =>
        dir === to.id ? { come } : { gone: entry.id },
      );
    },

    async copy({ from, to }, entry, ctx) {
      const { driver } = from.mount;
      if (driver.copy === undefined) throw cannot('copy');
      const call = driver.copy.bind(driver);
      const run = (): Promise<Entry> => call({ id: entry.id, to: to.id }, ctx);
      return upkeep.change(from.mount, { dirs: [to.id] }, run, (_, come) => ({ come }));
    },

    async upload({ mount, id: dir }, file, ctx) {
      const { driver } = mount;
      if (driver.upload === undefined) throw cannot('take uploads');
      const call = driver.upload.bind(driver);
      const run = (): Promise<Entry> => call({ dir, ...file }, ctx);
      return upkeep.change(mount, { dirs: [dir] }, run, (_, come) => ({ come }));
    },

    async remove({ mount, id: dir }, entry, ctx) {
      const { driver } = mount;
      if (driver.remove === undefined) throw cannot('remove');
      const call = driver.remove.bind(driver);
      const mode = driver.traits.trash === false ? 'purge' : 'trash';
      const run = (): Promise<void> => call({ id: entry.id, mode }, ctx);
      try {
        await upkeep.change(mount, { dirs: [dir], leaves: entry }, run, () => ({ gone: entry.id }));
      } catch (error) {
        if (!(error instanceof StorageError) || error.code !== 'not_found') throw error;
      }
    },
  };
}
