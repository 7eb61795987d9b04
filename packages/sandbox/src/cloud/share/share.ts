import type { Drive } from '../drive/drive.ts';

/** States of a share (protocol reference §6.5). Values other than OK and PASS_CODE_* are field observations. */
export type ShareStatus =
  | 'OK'
  | 'PASS_CODE_EMPTY'
  | 'PASS_CODE_ERROR'
  | 'NOT_FOUND'
  | 'DELETED'
  | 'EXPIRED'
  | 'MAX_RESTORE_COUNT'
  | 'PROHIBITED';

/** One share of someone's drive. */
export interface Share {
  readonly id: string;
  readonly title: string;
  readonly drive: Drive;
  /** The items that were shared; what lies below them belongs to the share. */
  readonly rootIds: readonly string[];
  readonly passCode?: string;
  /** When absent, reading depends on pass code and region alone. */
  readonly state?: 'DELETED' | 'EXPIRED';
  /** The only region that may read it. */
  readonly region?: 'eu';
  /** Part (0–1) of an original that an anonymous reader gets. */
  readonly anonymousRange?: number;
  /** When it was made; absent for shares of a seed, which no list shows. */
  readonly createdAt?: number;
  /** When it ends; absent for one that does not. */
  readonly expiresAt?: number;
  /** How long it was made for; -1 for ever. */
  readonly expirationDays?: number;
  /** How often it may be saved; absent for any number of times. */
  readonly restoreLimit?: number;
}

/** Texts for the states. Only that of PROHIBITED and PASS_CODE_ERROR are observed (§6.5, §9.10). */
export const STATUS_TEXTS: Readonly<Record<ShareStatus, string>> = {
  OK: '',
  PASS_CODE_EMPTY: 'Pass code is required',
  PASS_CODE_ERROR: 'Wrong pass code',
  NOT_FOUND: 'The share does not exist',
  DELETED: 'The share has been deleted',
  EXPIRED: 'The share has expired',
  MAX_RESTORE_COUNT: 'The share has been saved too many times',
  PROHIBITED: 'Sorry, sharing is not available in the current region',
};
