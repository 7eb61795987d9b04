import { expect } from 'bun:test';
import type { Driver } from '../../src/core/driver.ts';
import type { Entry, EntryId, TrashedEntry } from '../../src/core/entry.ts';
import { listAll, patientCtx } from './fixture.ts';
import { type ContractTest, expectCode, has } from './test-case.ts';
import { idsOf, mkdir, namesIn, namesOf } from './work.ts';

/** The trash and the stars. The tests work in the fixture's empty folder; the trash may hold other things. */
export const trashTests: readonly ContractTest[] = [
  {
    name: 'what was trashed is in the trash, with its id and the folder that it lay in',
    needs: ['mkdir', 'remove', 'listTrash'],
    async run({ driver, fixture: { emptyFolder } }) {
      const folder = await mkdir(driver, emptyFolder, 'folder');
      await mkdir(driver, folder.id, 'inside');
      expect(await driver.stat({ id: folder.id }, patientCtx())).toMatchObject({ parent: emptyFolder });
      await trash(driver, folder.id);
      const found = await trashedFrom(driver, emptyFolder);
      expect(found).toMatchObject([{ id: folder.id, name: 'folder', kind: 'folder', parent: emptyFolder }]);
      await expectCode(driver.stat({ id: folder.id }, patientCtx()), 'not_found');
    },
  },
  {
    name: 'what is restored is back where it lay, with all below it',
    needs: ['mkdir', 'remove', 'listTrash', 'untrash'],
    async run({ driver, fixture: { emptyFolder } }) {
      const home = await mkdir(driver, emptyFolder, 'home');
      const names = ['a', 'b', 'c', 'd', 'e', 'f'];
      const folders: Entry[] = [];
      for (const name of names) folders.push(await mkdir(driver, home.id, name));
      await mkdir(driver, folders[0]?.id ?? '', 'inside');
      await trash(driver, ...idsOf(folders));
      const back = await untrash(driver, driver.root, ...idsOf(folders));
      expect(back.map(({ name, parent }) => [name, parent])).toEqual(names.map((name) => [name, home.id]));
      expect(await namesIn(driver, home.id)).toEqual(names);
      expect(await namesIn(driver, back[0]?.id ?? '')).toEqual(['inside']);
      expect(await trashedFrom(driver, home.id)).toEqual([]);
    },
  },
  {
    name: 'what lay in a folder that is gone, or in the trash itself, is restored to the folder that is named',
    needs: ['mkdir', 'remove', 'untrash'],
    async run({ driver, fixture: { emptyFolder } }) {
      for (const mode of ['purge', 'trash'] as const) {
        const outer = await mkdir(driver, emptyFolder, 'outer');
        const inner = await mkdir(driver, outer.id, 'inner');
        const [kept, lost] = [await mkdir(driver, emptyFolder, mode), await mkdir(driver, inner.id, 'lost')];
        await trash(driver, lost.id);
        await has(driver.remove).call(driver, { ids: [outer.id], mode }, patientCtx());
        const outcome = await untrash(driver, kept.id, lost.id).catch((error: unknown) => error);
        // A storage may purge with a folder what was trashed out of it before.
        if (mode === 'purge' && outcome instanceof Error) continue;
        expect(outcome).toMatchObject([{ name: 'lost', parent: kept.id }]);
        expect(await namesIn(driver, kept.id)).toEqual(['lost']);
      }
    },
  },
  {
    name: 'restoring to where the name is taken is exists, and all stay in the trash',
    needs: ['mkdir', 'remove', 'listTrash', 'untrash'],
    async run({ driver, fixture: { emptyFolder } }) {
      const [a, b] = [await mkdir(driver, emptyFolder, 'a'), await mkdir(driver, emptyFolder, 'b')];
      await trash(driver, a.id, b.id);
      await mkdir(driver, emptyFolder, 'b');
      await expectCode(untrash(driver, driver.root, a.id, b.id), 'exists');
      expect(await namesIn(driver, emptyFolder)).toEqual(['b']);
      expect(namesOf(await trashedFrom(driver, emptyFolder)).toSorted()).toEqual(['a', 'b']);
    },
  },
  {
    name: 'two of one name are not restored to one folder',
    needs: ['mkdir', 'remove', 'untrash'],
    async run({ driver, fixture: { emptyFolder } }) {
      const first = await mkdir(driver, emptyFolder, 'twin');
      await trash(driver, first.id);
      const second = await mkdir(driver, emptyFolder, 'twin');
      await trash(driver, second.id);
      await expectCode(untrash(driver, driver.root, first.id, second.id), 'exists');
      expect(await namesIn(driver, emptyFolder)).toEqual([]);
    },
  },
  {
    name: 'what is live or missing is neither restored nor purged from the trash: it is not_found',
    needs: ['mkdir', 'remove', 'untrash', 'purgeTrashed'],
    async run({ driver, fixture: { emptyFolder, missing } }) {
      const [live, gone] = [
        await mkdir(driver, emptyFolder, 'live'),
        await mkdir(driver, emptyFolder, 'gone'),
      ];
      await trash(driver, gone.id);
      for (const id of [live.id, missing]) {
        await expectCode(untrash(driver, driver.root, gone.id, id), 'not_found');
        await expectCode(purgeTrashed(driver, gone.id, id), 'not_found');
      }
      expect(await namesIn(driver, emptyFolder)).toEqual(['live']);
      expect(await untrash(driver, driver.root, gone.id)).toMatchObject([{ name: 'gone' }]);
    },
  },
  {
    name: 'what is purged from the trash is gone for good, and nothing else is',
    needs: ['mkdir', 'remove', 'listTrash', 'untrash', 'purgeTrashed'],
    async run({ driver, fixture: { emptyFolder } }) {
      const folders: Entry[] = [];
      for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) {
        folders.push(await mkdir(driver, emptyFolder, name));
      }
      await trash(driver, ...idsOf(folders));
      await purgeTrashed(driver, ...idsOf(folders).slice(1));
      expect(namesOf(await trashedFrom(driver, emptyFolder))).toEqual(['a']);
      await expectCode(untrash(driver, driver.root, folders[1]?.id ?? ''), 'not_found');
    },
  },
  {
    name: 'a trash that is emptied is empty, and what is live stays',
    needs: ['mkdir', 'remove', 'listTrash', 'emptyTrash'],
    async run({ driver, fixture: { emptyFolder } }) {
      const [, gone] = [await mkdir(driver, emptyFolder, 'live'), await mkdir(driver, emptyFolder, 'gone')];
      await trash(driver, gone.id);
      await has(driver.emptyTrash).call(driver, {}, patientCtx());
      expect(await trashed(driver)).toEqual([]);
      expect(await namesIn(driver, emptyFolder)).toEqual(['live']);
      await has(driver.emptyTrash).call(driver, {}, patientCtx());
    },
  },
  {
    name: 'a star is seen in listings and found with the folder that it lies in, until it is taken away',
    needs: ['mkdir', 'star', 'listStarred'],
    async run({ driver, fixture: { emptyFolder, missing } }) {
      const [a, b] = [await mkdir(driver, emptyFolder, 'a'), await mkdir(driver, emptyFolder, 'b')];
      const star = (starred: boolean, ...ids: EntryId[]) =>
        has(driver.star).call(driver, { ids, starred }, patientCtx());
      const starred = async () => {
        const { entries } = await has(driver.listStarred).call(driver, {}, patientCtx());
        return namesOf(entries.filter(({ parent }) => parent === emptyFolder)).toSorted();
      };
      await star(true, a.id, b.id);
      expect((await listAll(driver, emptyFolder)).map((entry) => entry.starred)).toEqual([true, true]);
      expect(await starred()).toEqual(['a', 'b']);
      await star(false, a.id);
      expect(await starred()).toEqual(['b']);
      await expectCode(star(true, a.id, missing), 'not_found');
      expect(await starred()).toEqual(['b']);
    },
  },
];

function trash(driver: Driver, ...ids: EntryId[]): Promise<void> {
  return has(driver.remove).call(driver, { ids, mode: 'trash' }, patientCtx());
}

function untrash(driver: Driver, to: EntryId, ...ids: EntryId[]): Promise<readonly Entry[]> {
  return has(driver.untrash).call(driver, { ids, to }, patientCtx());
}

function purgeTrashed(driver: Driver, ...ids: EntryId[]): Promise<void> {
  return has(driver.purgeTrashed).call(driver, { ids }, patientCtx());
}

async function trashedFrom(driver: Driver, dir: EntryId): Promise<TrashedEntry[]> {
  return (await trashed(driver)).filter(({ parent }) => parent === dir);
}

async function trashed(driver: Driver): Promise<TrashedEntry[]> {
  const entries: TrashedEntry[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 1000; pages++) {
    const args = cursor === undefined ? {} : { cursor };
    const page = await has(driver.listTrash).call(driver, args, patientCtx());
    entries.push(...page.entries);
    if (page.next === undefined) return entries;
    cursor = page.next;
  }
  throw new Error('the trash does not end');
}
