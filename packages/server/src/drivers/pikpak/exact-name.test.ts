import { expect, test } from 'bun:test';
import { isNumbered } from './exact-name.ts';

test.each([
  ['foo(1).txt', 'foo.txt'],
  ['foo (12).txt', 'foo.txt'],
  ['foo.txt(1)', 'foo.txt'],
  ['foo(3)', 'foo'],
  ['.hidden(1)', '.hidden'],
  ['a.b(1).c', 'a.b.c'],
  ['foo(1)(1)', 'foo(1)'],
])('%p is what PikPak makes of %p when that is taken', (name, wanted) => {
  expect(isNumbered(name, wanted)).toBeTrue();
});

test.each([
  ['foo.txt', 'foo.txt'],
  ['foo(1).mkv', 'foo.txt'],
  ['foo(x).txt', 'foo.txt'],
  ['foo().txt', 'foo.txt'],
  ['xfoo(1).txt', 'foo.txt'],
  ['foo(1)', 'foo.txt'],
  ['foo(1)', 'foo(1)'],
  ['aba', 'ab.ba'],
])('%p is nothing that PikPak makes of %p', (name, wanted) => {
  expect(isNumbered(name, wanted)).toBeFalse();
});
