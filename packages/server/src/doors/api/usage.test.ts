import { describe, expect, test } from 'bun:test';
import { type Usage, usageRecord, warningsOf } from './usage.ts';

const NOW = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;
const codes = (usage: Partial<Usage>): string[] =>
  warningsOf({ space: undefined, allowances: {}, ...usage }, NOW).map(({ code }) => code);

describe('warnings', () => {
  test.each([
    ['nothing known', {}, []],
    ['room enough', { space: { used: 89, total: 100 } }, []],
    ['nearly full', { space: { used: 90, total: 100 } }, ['space_low']],
    ['nearly full, of trash', { space: { used: 95, total: 100, trashed: 10 } }, ['space_low', 'trash_large']],
    ['no limit', { space: { used: 1e15 } }, []],
    ['offline downloads', { allowances: { offlineJobs: { used: 3, total: 3 } } }, ['offline_jobs_low']],
    ['a plan without transfer', { allowances: { upload: { used: 0, total: 0 } } }, []],
    [
      'the transfer of the month',
      {
        allowances: {
          download: { used: 9, total: 10 },
          upload: { used: 10, total: 10 },
          offline: { used: 99, total: 100 },
        },
      },
      ['download_low', 'upload_low', 'offline_traffic_low'],
    ],
    ['a plan that lasts', { allowances: { paidUntil: NOW + 8 * DAY } }, []],
    ['a plan that ends', { allowances: { paidUntil: NOW + 2 * DAY } }, ['plan_ends']],
    ['a plan that has ended', { allowances: { paidUntil: NOW } }, ['plan_ended']],
  ] as const)('%s', (_, usage, expected) => {
    expect(codes(usage)).toEqual([...expected]);
  });
});

test('what the cloud does not tell is null', () => {
  expect(
    usageRecord({ space: { used: 1 }, allowances: { plan: 'platinum', paidUntil: NOW + 30 * DAY } }, NOW),
  ).toEqual({
    space: { used: 1, total: null, trashed: null },
    offline_jobs: null,
    transfer: { download: null, upload: null, offline: null },
    plan: 'platinum',
    paid_until: '2026-01-31T00:00:00Z',
    warnings: [],
  });
});
