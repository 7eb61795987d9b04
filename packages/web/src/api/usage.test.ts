import { expect, test } from 'bun:test';
import { readUsage } from './usage.ts';

test('what the cloud tells is read, and what it does not tell stays unknown', () => {
  const usage = readUsage({
    space: { used: 1, total: null, trashed: null },
    offline_jobs: { used: 3, total: 500 },
    transfer: { download: { used: 2, total: 9 }, upload: null, offline: null },
    plan: null,
    paid_until: '2027-01-31T00:00:00Z',
    warnings: [{ code: 'space_low', message: 'nearly full' }],
  });
  expect(usage).toEqual({
    space: { used: 1, total: undefined, trashed: 0 },
    offlineJobs: { used: 3, total: 500 },
    transfer: { download: { used: 2, total: 9 }, upload: undefined, offline: undefined },
    plan: '',
    paidUntil: Date.UTC(2027, 0, 31),
    warnings: [{ code: 'space_low', message: 'nearly full' }],
  });
});
