import { expect, test } from 'bun:test';
import { NASTY_NAMES } from '../../testing/driver-contract.ts';
import { checkName } from './entry-name.ts';
import { StorageError } from './errors.ts';
import { childPath, ROOT } from './path.ts';

test('odd names are names', () => {
  for (const name of NASTY_NAMES) expect(() => checkName(name)).not.toThrow();
});

test.each([
  [''],
  ['.'],
  ['..'],
  ['a/b'],
  ['a\\b'],
  ['a\0b'],
  ['\ud800'],
  ['x'.repeat(256)],
  ['é'.repeat(128)],
])('%p is refused', (name) => {
  expect(() => checkName(name)).toThrow(StorageError);
});

test('every name that is taken can stand in a path', () => {
  for (const name of NASTY_NAMES) expect<string>(childPath(ROOT, name)).toBe(`/${name}`);
});
