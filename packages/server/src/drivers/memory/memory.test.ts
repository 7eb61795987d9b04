import { describe, expect, test } from 'bun:test';
import {
  CONTRACT_TREE,
  describeDriver,
  findContractTree,
  patientCtx,
} from '../../../testing/driver-contract.ts';
import { applyLayers } from '../../layers/apply.ts';
import { pace } from '../../layers/pace.ts';
import { standardLayers } from '../../layers/standard.ts';
import { systemClock, systemRandom } from '../../runtime/system.ts';
import { createMemoryDriver, memoryDriverType } from './index.ts';

const OPS = [
  'read',
  'mkdir',
  'rename',
  'move',
  'copy',
  'remove',
  'listTrash',
  'untrash',
  'purgeTrashed',
  'emptyTrash',
  'star',
  'listStarred',
  'upload',
  'quota',
] as const;

describeDriver('the memory driver', {
  ops: OPS,
  async open() {
    const driver = createMemoryDriver(CONTRACT_TREE, { pageSize: 7 });
    const fixture = await findContractTree(driver, { pages: 4, missing: 'm0' });
    return { driver, fixture, close: () => driver.close() };
  },
});

describeDriver('the memory driver behind all layers', {
  ops: OPS,
  async open() {
    const [clock, random] = [systemClock(), systemRandom()];
    const { layers } = standardLayers({
      clock,
      random,
      cache: { listTtlMs: 60_000 },
      pace: pace({ clock, perSecond: 100_000, burst: 1000 }),
      onCall: () => {},
      onUpstream: () => {},
    });
    const driver = applyLayers(createMemoryDriver(CONTRACT_TREE, { pageSize: 7 }), layers);
    const fixture = await findContractTree(driver, { pages: 4, missing: 'm0' });
    return { driver, fixture, close: () => driver.close() };
  },
});

describe('createMemoryDriver', () => {
  test('a cursor stays good when the entry it names goes', async () => {
    const driver = createMemoryDriver({ a: '', b: '', c: '' }, { pageSize: 2 });
    const first = await driver.list({ dir: driver.root }, patientCtx());
    await driver.remove?.({ ids: [first.entries[1]?.id ?? ''], mode: 'purge' }, patientCtx());
    const second = await driver.list({ dir: driver.root, cursor: first.next ?? '' }, patientCtx());
    expect(second.entries.map((entry) => entry.name)).toEqual(['c']);
    expect(second.next).toBeUndefined();
  });

  test('what is in the trash still takes space', async () => {
    const driver = createMemoryDriver({ a: '12345', b: '123' }, { capacity: 10 });
    const { entries } = await driver.list({ dir: driver.root }, patientCtx());
    await driver.remove?.({ ids: [entries[0]?.id ?? ''], mode: 'trash' }, patientCtx());
    expect(await driver.quota?.({}, patientCtx())).toEqual({ used: 3, trashed: 5, total: 10 });
  });

  test('a copy that does not fit is quota_exceeded', async () => {
    const driver = createMemoryDriver({ a: '12345', d: {} }, { capacity: 9 });
    const { entries } = await driver.list({ dir: driver.root }, patientCtx());
    const [a, d] = entries.map((entry) => entry.id);
    const copy = driver.copy?.({ ids: [a ?? ''], to: d ?? '' }, patientCtx());
    expect(await copy?.catch((error: unknown) => error)).toMatchObject({ code: 'quota_exceeded' });
  });

  test('bytes that a reader was given are its own', async () => {
    const driver = createMemoryDriver({ a: 'abc' });
    const [file] = (await driver.list({ dir: driver.root }, patientCtx())).entries;
    const args = { id: file?.id ?? '', start: 0, end: 3 };
    for (let round = 0; round < 2; round++) {
      const reader = (await driver.read?.(args, patientCtx()))?.getReader();
      const chunk = (await reader?.read())?.value;
      expect(new TextDecoder().decode(chunk)).toBe('abc');
      chunk?.fill(0);
    }
  });

  test('a page size that makes no sense is refused', () => {
    expect(() => createMemoryDriver({}, { pageSize: 0 })).toThrow('pageSize');
    expect(memoryDriverType().config.parse({ page_size: '0' })).toHaveProperty('problems');
    expect(memoryDriverType().config.parse({ page_size: '5' })).toEqual({ ok: { pageSize: 5 } });
  });
});
