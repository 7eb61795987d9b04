import type { Driver } from '../../src/core/driver.ts';
import type { Entry, EntryId } from '../../src/core/entry.ts';
import { listAll, patientCtx } from './fixture.ts';
import { has } from './test-case.ts';

export function mkdir(driver: Driver, dir: EntryId, name: string): Promise<Entry> {
  return has(driver.mkdir).call(driver, { dir, name }, patientCtx());
}

export function idsOf(entries: readonly Entry[]): EntryId[] {
  return entries.map(({ id }) => id);
}

export function namesOf(entries: readonly Entry[]): string[] {
  return entries.map(({ name }) => name);
}

export async function namesIn(driver: Driver, dir: EntryId): Promise<string[]> {
  return namesOf(await listAll(driver, dir)).toSorted();
}

export async function idsIn(driver: Driver, dir: EntryId): Promise<EntryId[]> {
  return idsOf(await listAll(driver, dir));
}
