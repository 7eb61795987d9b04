import type { ReasonParams } from '../../core/reasons.ts';
import type { StorageStatus } from '../../core/storage-record.ts';
import { wireTime } from './wire-time.ts';

/** A storage's state as the web app shows it. Not in AList's API. */
export interface WireState {
  readonly state: StorageStatus['state'];
  readonly reason: string;
  readonly remedy: string;
  /** What kind of failure it was, and its reason by name, with what words for it need: for frontends with words of their own. */
  readonly code: string;
  readonly reason_code: string;
  readonly reason_params: ReasonParams;
  readonly action_url: string;
  readonly since: string;
  readonly retry_at: string | null;
}

/** @param admin only admins get the page that a person has to open: whoever passes its check acts for the account */
export function wireState(status: StorageStatus, admin: boolean): WireState {
  return {
    state: status.state,
    reason: status.reason ?? '',
    remedy: status.remedy ?? '',
    code: status.code ?? '',
    reason_code: status.named ?? '',
    reason_params: status.params ?? {},
    action_url: admin ? (status.actionUrl ?? '') : '',
    since: wireTime(status.since),
    retry_at: status.retryAt === undefined ? null : wireTime(status.retryAt),
  };
}

/** AList's one word for it: `work`, `disabled`, or why it doesn't work, as plain text (API reference §9.3). */
export function wireStatus(status: StorageStatus): string {
  if (status.state === 'disabled') return 'disabled';
  if (status.state === 'idle' || status.state === 'ok') return 'work';
  const parts = [status.reason ?? 'this storage does not work', status.remedy];
  return parts.filter((part) => part !== undefined).join(' ');
}
