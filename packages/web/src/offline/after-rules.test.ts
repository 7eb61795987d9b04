import { expect, test } from 'bun:test';
import { afterOf, NO_RULES, stepsOf } from './after-rules.ts';

test('a form in which nothing is asked for sends nothing', () => {
  expect(afterOf(NO_RULES)).toBeUndefined();
  expect(afterOf({ ...NO_RULES, renameTo: 'x', dropBelow: 'much' })).toBeUndefined();
});

test('sizes are in MB, with either sign for the fraction; a replacement goes with its pattern', () => {
  const form = { ...NO_RULES, dropBelow: '1,5', renameMatching: '^a ', renameTo: 'b ' };
  expect(afterOf(form)).toEqual({
    drop_smaller: 1_500_000,
    drop_matching: '',
    rename_matching: '^a ',
    rename_to: 'b ',
    move_to: '',
    webhook: '',
  });
  expect(stepsOf(form)).toBe(2);
});
