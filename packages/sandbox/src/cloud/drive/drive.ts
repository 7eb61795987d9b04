import type { Account } from '../account/accounts.ts';
import type { DriveTree } from './tree.ts';

/** An account's drive. */
export interface Drive {
  readonly account: Account;
  readonly tree: DriveTree;
}

/** Drives by user id. */
export type Drives = ReadonlyMap<string, Drive>;
