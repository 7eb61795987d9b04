import { expect, test } from 'bun:test';
import { isStaticHash, staticHash } from './static-hash.ts';

// API reference §2.3
test.each([
  ['admin', '6fcb57cd10b2c11d765dcf16148d99130afd895082af83725ee8bb181b1d2b0f'],
  ['guest', '58dbc53287db56c2f3d2c1ff16620af6d6cc4a09ae5109620f2162313f345ec2'],
  ['123456', 'e166b45e39301021e897e3a6713e11171893217ad2901cf28c2c09c8d54e55d9'],
  ['', '263d6a3a1bc3780769ef456641d81a41ea52b66dd25fe02b5959967fd852127d'],
])('the static hash of %p is the one that browsers send', (password, hash) => {
  expect(staticHash(password)).toBe(hash);
  expect(isStaticHash(hash)).toBe(true);
});

test.each([[''], ['admin'], ['a'.repeat(63)], ['A'.repeat(64)], [`${'a'.repeat(64)}\n`]])(
  '%p is no static hash',
  (text) => {
    expect(isStaticHash(text)).toBe(false);
  },
);
