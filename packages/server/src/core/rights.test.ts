import { expect, test } from 'bun:test';
import { ROOT } from './path.ts';
import { may, Permission } from './rights.ts';

test('a user may do what the mask says, and nothing else', () => {
  const rights = { basePath: ROOT, admin: false, permission: Permission.write | Permission.copy };
  const allowed = Object.entries(Permission).filter(([, bit]) => may(rights, bit));
  expect(allowed.map(([name]) => name)).toEqual(['write', 'copy']);
});

test('an admin may do everything', () => {
  const rights = { basePath: ROOT, admin: true, permission: 0 };
  expect(Object.values(Permission).every((bit) => may(rights, bit))).toBe(true);
});

test('the bits are numbered as clients of AList number them', () => {
  expect(Object.values(Permission)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512]);
});
