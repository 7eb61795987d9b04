import { describe, expect, test } from 'bun:test';
import { readImport } from '../../api/shares.ts';
import { mergeProgress } from './merge-progress.ts';

const answer = (revision: number, rows: readonly object[], id = 'one') => readImport({ id, revision, rows });

describe('what is known of an import', () => {
  test('takes over the rows that changed and keeps the others', () => {
    const old = answer(3, [
      { index: 0, name: 'A', state: 'waiting' },
      { index: 1, name: 'B', state: 'waiting' },
    ]);
    const merged = mergeProgress(old, answer(4, [{ index: 1, name: 'C', state: 'ok' }]));
    expect(merged.rows.map(({ name, state }) => [name, state])).toEqual([
      ['A', 'waiting'],
      ['C', 'ok'],
    ]);
  });

  test('is not thrown back by an answer that comes late', () => {
    const now = answer(9, [{ index: 0, name: 'New', state: 'ok' }]);
    expect(mergeProgress(now, answer(8, [{ index: 0, name: 'Old', state: 'looking' }]))).toBe(now);
  });

  test('begins anew with another import', () => {
    const old = answer(9, [{ index: 0, name: 'A' }]);
    expect(mergeProgress(old, answer(1, [], 'two')).rows).toEqual([]);
  });

  test('a state that this page does not know is no answer, and a missing size stays missing', () => {
    const [row] = answer(1, [{ index: 0, state: 'melted', size: null }]).rows;
    expect([row?.state, row?.size]).toEqual(['unknown', undefined]);
  });
});
