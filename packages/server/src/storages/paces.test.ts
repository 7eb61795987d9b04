import { expect, test } from 'bun:test';
import { fakeClock } from '../../testing/fake-clock.ts';
import { storageRow } from '../../testing/store-contract.ts';
import type { StorageRecord } from '../core/storage-record.ts';
import { createPaces } from './paces.ts';

const record = (addition: StorageRecord['addition'], driver = 'Cloud'): StorageRecord => ({
  ...storageRow({ addition, driver }),
  id: 1,
});

test('storages of one login and way out share a pace, others do not', () => {
  const paceOf = createPaces(fakeClock());
  const ann = paceOf(record({ username: 'ann@x.test', egress: '' }), {});
  expect(paceOf(record({ username: ' Ann@X.test', root_folder_id: 'other' }), {})).toBe(ann);
  const others = [
    record({ username: 'bob@x.test' }),
    record({ username: 'ann@x.test', egress: 'socks5://p' }),
    record({ username: 'ann@x.test' }, 'Other'),
    record({}),
  ].map((other) => paceOf(other, {}));
  expect(new Set([ann, ...others]).size).toBe(5);
});

test('what is no text counts as left out', () => {
  const paceOf = createPaces(fakeClock());
  expect(paceOf(record({ username: 7, egress: null }), {})).toBe(paceOf(record({}), {}));
});

test('drivers on one session share a pace, whatever their kinds and settings are', () => {
  const paceOf = createPaces(fakeClock());
  const on = (session: object) => ({ verification: { session, pass: async () => {} } });
  const session = {};
  const drive = paceOf(record({ username: 'ann@x.test' }), on(session));
  expect(paceOf(record({}, 'Share'), on(session))).toBe(drive);
  expect(paceOf(record({ username: 'ann@x.test' }), on({}))).not.toBe(drive); // another account, or way out
});
