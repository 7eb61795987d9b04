import { expect, test } from 'bun:test';
import { nameProblem, stemLength } from './name-check.ts';

test.each([
  ['', 'name_missing'],
  ['  ', 'name_missing'],
  ['a/b', 'name_slash'],
  ['a\\b', 'name_slash'],
  ['..', 'name_dots'],
  ['a..b', undefined],
  ['名字 🎬', undefined],
] as const)('%p', (name, problem) => {
  expect(nameProblem(name)).toBe(problem);
});

test('a file is renamed without its extension, a folder and a dot file whole', () => {
  expect([stemLength('a.tar.gz', false), stemLength('a.b', true), stemLength('.env', false)]).toEqual([
    5, 3, 4,
  ]);
});
