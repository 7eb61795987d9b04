import { StorageError, type StorageErrorCode } from '../core/errors.ts';

/** How a share is doing (design §7). */
export const SHARE_STATES = ['ok', 'password', 'deleted', 'expired', 'region', 'blocked', 'unknown'] as const;
export type ShareState = (typeof SHARE_STATES)[number];

const STATES: Readonly<Partial<Record<StorageErrorCode, ShareState>>> = {
  share_password: 'password',
  share_gone: 'deleted',
  not_found: 'deleted',
  share_expired: 'expired',
  region_blocked: 'region',
  content_blocked: 'blocked',
};

/** What a failed look says of the share: `unknown` when it says something of the way there, or of us. */
export function shareStateOf(error: unknown): ShareState {
  return (error instanceof StorageError ? STATES[error.code] : undefined) ?? 'unknown';
}

const CODES: Readonly<Partial<Record<ShareState, StorageErrorCode>>> = {
  password: 'share_password',
  deleted: 'share_gone',
  expired: 'share_expired',
  region: 'region_blocked',
  blocked: 'content_blocked',
};

/** The error that a state came from, from what was kept of it; undefined for states that say nothing against the share. */
export function shareErrorOf(
  state: ShareState,
  { reason, remedy }: { readonly reason: string; readonly remedy: string },
): StorageError | undefined {
  const code = CODES[state];
  return code && new StorageError(code, reason, { detail: remedy === '' ? {} : { remedy } });
}
