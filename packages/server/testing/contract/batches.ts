import { expect } from 'bun:test';
import type { Driver } from '../../src/core/driver.ts';
import type { Entry, EntryId } from '../../src/core/entry.ts';
import { patientCtx } from './fixture.ts';
import { type ContractTest, expectCode, has } from './test-case.ts';
import { idsIn, idsOf, mkdir, namesIn, namesOf } from './work.ts';

/** More than are looked up one by one, fewer than a cloud takes at once. */
const SOME = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/** Operations on several entries at once. The tests work in the fixture's empty folder. */
export const batchTests: readonly ContractTest[] = [
  {
    name: 'many are moved at once, and answered in the order that was asked for',
    needs: ['mkdir', 'move'],
    async run({ driver, fixture: { emptyFolder } }) {
      const { from, to, entries } = await scene(driver, emptyFolder);
      const asked = entries.toReversed();
      const moved = await has(driver.move).call(driver, { ids: idsOf(asked), to: to.id }, patientCtx());
      expect(namesOf(moved)).toEqual(namesOf(asked));
      expect([await namesIn(driver, from.id), await namesIn(driver, to.id)]).toEqual([[], SOME]);
      expect(idsOf(moved).toSorted()).toEqual((await idsIn(driver, to.id)).toSorted());
    },
  },
  {
    name: 'many are copied at once, and answered in the order that was asked for',
    needs: ['mkdir', 'copy'],
    async run({ driver, fixture: { emptyFolder } }) {
      const { from, to, entries } = await scene(driver, emptyFolder);
      const asked = entries.toReversed();
      const copies = await has(driver.copy).call(driver, { ids: idsOf(asked), to: to.id }, patientCtx());
      expect(namesOf(copies)).toEqual(namesOf(asked));
      expect([await namesIn(driver, from.id), await namesIn(driver, to.id)]).toEqual([SOME, SOME]);
      expect(idsOf(copies).toSorted()).toEqual((await idsIn(driver, to.id)).toSorted());
    },
  },
  {
    name: 'many are removed at once',
    needs: ['mkdir', 'remove'],
    async run({ driver, fixture: { emptyFolder } }) {
      const { from, entries } = await scene(driver, emptyFolder);
      const ids = idsOf(entries).slice(1);
      await has(driver.remove).call(driver, { ids, mode: 'purge' }, patientCtx());
      expect(await namesIn(driver, from.id)).toEqual(['a']);
    },
  },
  {
    name: 'where one of many is missing, it is not_found and all stay',
    needs: ['mkdir', 'move', 'copy', 'remove'],
    async run({ driver, fixture: { emptyFolder, missing } }) {
      const { from, to, entries } = await scene(driver, emptyFolder);
      const ids = [...idsOf(entries), missing];
      await expectCode(has(driver.move).call(driver, { ids, to: to.id }, patientCtx()), 'not_found');
      await expectCode(has(driver.copy).call(driver, { ids, to: to.id }, patientCtx()), 'not_found');
      await expectCode(has(driver.remove).call(driver, { ids, mode: 'purge' }, patientCtx()), 'not_found');
      expect([await namesIn(driver, from.id), await namesIn(driver, to.id)]).toEqual([SOME, []]);
    },
  },
  {
    name: 'where the name of one of many is taken, it is exists and all stay',
    needs: ['mkdir', 'move', 'copy'],
    async run({ driver, fixture: { emptyFolder } }) {
      const { from, to, entries } = await scene(driver, emptyFolder);
      await mkdir(driver, to.id, 'e');
      const args = { ids: idsOf(entries), to: to.id };
      await expectCode(has(driver.move).call(driver, args, patientCtx()), 'exists');
      await expectCode(has(driver.copy).call(driver, args, patientCtx()), 'exists');
      expect([await namesIn(driver, from.id), await namesIn(driver, to.id)]).toEqual([SOME, ['e']]);
    },
  },
  {
    name: 'two of one name are not put into one folder',
    needs: ['mkdir', 'move', 'copy'],
    async run({ driver, fixture: { emptyFolder } }) {
      const { from, to, entries } = await scene(driver, emptyFolder);
      const other = await mkdir(driver, to.id, 'a');
      const target = await mkdir(driver, emptyFolder, 'target');
      const args = { ids: [...idsOf(entries), other.id], to: target.id };
      await expectCode(has(driver.move).call(driver, args, patientCtx()), 'exists');
      await expectCode(has(driver.copy).call(driver, args, patientCtx()), 'exists');
      expect([await namesIn(driver, from.id), await namesIn(driver, target.id)]).toEqual([SOME, []]);
    },
  },
];

/** Two folders, the first of them filled. */
async function scene(
  driver: Driver,
  dir: EntryId,
): Promise<{ readonly from: Entry; readonly to: Entry; readonly entries: readonly Entry[] }> {
  const from = await mkdir(driver, dir, 'from');
  const to = await mkdir(driver, dir, 'to');
  const entries: Entry[] = [];
  for (const name of SOME) entries.push(await mkdir(driver, from.id, name));
  return { from, to, entries };
}
