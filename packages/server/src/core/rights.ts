import type { TreePath } from './path.ts';

/** Bits of a user's permission mask, numbered as AList v3 numbers them. */
export const Permission = {
  seeHidden: 1 << 0,
  skipPathPassword: 1 << 1,
  offlineDownload: 1 << 2,
  write: 1 << 3,
  rename: 1 << 4,
  move: 1 << 5,
  copy: 1 << 6,
  remove: 1 << 7,
  webdavRead: 1 << 8,
  webdavManage: 1 << 9,
} as const;

export type PermissionBit = (typeof Permission)[keyof typeof Permission];

/** What a view needs to know of its user. Admins pass every permission check, but stay inside their base path. */
export interface Rights {
  readonly basePath: TreePath;
  readonly admin: boolean;
  readonly permission: number;
}

/** True when the user may do what `bit` stands for. */
export function may(rights: Rights, bit: PermissionBit): boolean {
  return rights.admin || (rights.permission & bit) !== 0;
}
