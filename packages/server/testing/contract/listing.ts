import { expect } from 'bun:test';
import { listAll, pagesOf, patientCtx } from './fixture.ts';
import { type ContractTest, expectAbort, expectCode, outcomeOf } from './test-case.ts';
import { isAbort } from '../../src/core/errors.ts';

/** Ids that lead out of a storage where ids are taken for paths. */
const ESCAPES = [
  '',
  '..',
  '../..',
  '/..',
  '/../etc',
  '/./',
  '//',
  '/%2e%2e',
  '/..%2f..',
  '..\\..',
  '/\0',
  '/etc/passwd\0',
  '\ud800',
];

export const listingTests: readonly ContractTest[] = [
  {
    name: 'the root is a folder that can be listed',
    async run({ driver }) {
      const root = await driver.stat({ id: driver.root }, patientCtx());
      expect(root).toMatchObject({ id: driver.root, kind: 'folder' });
      expect(await listAll(driver, driver.root)).not.toBeEmpty();
    },
  },
  {
    name: 'pages put together hold every entry once',
    async run({ driver, fixture: { many } }) {
      const pages = await pagesOf(driver, many.id);
      expect(pages.length).toBeGreaterThanOrEqual(many.pages);
      const entries = pages.flat();
      expect(entries).toHaveLength(many.count);
      expect(new Set(entries.map((entry) => entry.id)).size).toBe(many.count);
    },
  },
  {
    name: 'an empty folder has one page without entries, or several',
    async run({ driver, fixture }) {
      expect(await listAll(driver, fixture.emptyFolder)).toEqual([]);
    },
  },
  {
    name: 'a bad cursor is invalid_argument',
    async run({ driver, fixture: { many } }) {
      const cursor = 'no cursor of anyone \0';
      await expectCode(driver.list({ dir: many.id, cursor }, patientCtx()), 'invalid_argument');
    },
  },
  {
    name: 'names come as they are',
    async run({ driver, fixture: { nasty } }) {
      const names = (await listAll(driver, nasty.id)).map((entry) => entry.name);
      expect(names.toSorted()).toEqual(nasty.names.toSorted());
    },
  },
  {
    name: 'every listed entry has a stat that says the same',
    async run({ driver, fixture }) {
      const entries = [...(await listAll(driver, driver.root)), ...(await listAll(driver, fixture.nasty.id))];
      for (const { id, name, kind, size } of entries) {
        expect(await driver.stat({ id }, patientCtx())).toMatchObject({ id, name, kind, size });
      }
    },
  },
  {
    name: 'sizes are whole numbers and times are milliseconds of our age',
    async run({ driver, fixture }) {
      for (const { size, modified, created } of await listAll(driver, fixture.nasty.id)) {
        expect(Number.isSafeInteger(size) && size >= 0).toBe(true);
        for (const time of [modified, created]) {
          if (time === undefined) continue;
          expect(time).toBeGreaterThan(Date.UTC(1990, 0, 1));
          expect(time).toBeLessThan(Date.UTC(2100, 0, 1));
        }
      }
    },
  },
  {
    name: 'a missing id is not_found',
    async run({ driver, fixture: { missing } }) {
      await expectCode(driver.stat({ id: missing }, patientCtx()), 'not_found');
      await expectCode(driver.list({ dir: missing }, patientCtx()), 'not_found');
    },
  },
  {
    name: 'listing a file is not_a_folder',
    async run({ driver, fixture: { file } }) {
      await expectCode(driver.list({ dir: file.id }, patientCtx()), 'not_a_folder');
    },
  },
  {
    name: 'an id that the driver did not make is refused',
    async run({ driver }) {
      for (const id of ESCAPES) {
        if (id === driver.root) continue; // some clouds' root has an empty id
        await expectCode(driver.stat({ id }, patientCtx()), 'not_found', 'invalid_argument', 'forbidden');
        await expectCode(
          driver.list({ dir: id }, patientCtx()),
          'not_found',
          'invalid_argument',
          'forbidden',
        );
      }
    },
  },
  {
    name: 'a call whose signal has fired rejects with an AbortError',
    async run({ driver }) {
      const ctx = patientCtx(AbortSignal.abort());
      await expectAbort(driver.list({ dir: driver.root }, ctx));
      await expectAbort(driver.stat({ id: driver.root }, ctx));
    },
  },
  {
    name: 'a call that is aborted on its way ends within a second, and the driver goes on working',
    async run({ driver, fixture: { many } }) {
      const leave = new AbortController();
      const calls = [
        driver.list({ dir: many.id }, patientCtx(leave.signal)),
        driver.stat({ id: many.id }, patientCtx(leave.signal)),
      ].map(outcomeOf);
      const start = performance.now();
      leave.abort();
      // One that was quicker than the abort may succeed.
      for (const outcome of await Promise.all(calls))
        expect(outcome === undefined || isAbort(outcome)).toBe(true);
      expect(performance.now() - start).toBeLessThan(1000);
      expect(await listAll(driver, many.id)).toHaveLength(many.count);
    },
  },
  {
    name: 'calls at the same time do not disturb each other',
    async run({ driver, fixture }) {
      const { many, nasty, emptyFolder } = fixture;
      const rounds = await Promise.all(
        Array.from({ length: 10 }, async () => {
          const listed = await Promise.all([many.id, nasty.id, emptyFolder].map((id) => listAll(driver, id)));
          return listed.map((entries) => entries.length);
        }),
      );
      for (const round of rounds) expect(round).toEqual([many.count, nasty.names.length, 0]);
    },
  },
  {
    name: 'entries that were handed out stay as they were',
    async run({ driver, fixture: { nasty } }) {
      const first = await listAll(driver, nasty.id);
      const copy = structuredClone(first);
      await listAll(driver, nasty.id);
      await driver.stat({ id: nasty.id }, patientCtx());
      expect(first).toEqual(copy);
    },
  },
  {
    name: 'free space makes sense',
    needs: ['quota'],
    async run({ driver }) {
      const quota = await driver.quota?.({}, patientCtx());
      expect(quota?.used).toBeGreaterThanOrEqual(0);
      if (quota?.total !== undefined) expect(quota.total).toBeGreaterThanOrEqual(quota.used);
    },
  },
  {
    name: 'closing twice is fine',
    async run({ driver }) {
      await driver.close();
      await driver.close();
    },
  },
];
