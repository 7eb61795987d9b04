import type { Allowance, Allowances } from '../../core/cloud-job.ts';
import type { Quota } from '../../core/entry.ts';
import { wireTime } from './wire-time.ts';

/** What is nearly used up, or over. */
type WarningCode =
  | 'space_low'
  | 'trash_large'
  | 'offline_jobs_low'
  | 'download_low'
  | 'upload_low'
  | 'offline_traffic_low'
  | 'plan_ends'
  | 'plan_ended';

interface Warning {
  readonly code: WarningCode;
  /** In words for a person. */
  readonly message: string;
}

export interface Usage {
  readonly space: Quota | undefined;
  readonly allowances: Allowances;
}

/** A warning comes when this part is used. */
const NEARLY = 0.9;
/** When space is short and the trash holds this part of it, emptying it is the remedy. */
const LARGE_TRASH = 0.1;
const PLAN_NOTICE_MS = 7 * 24 * 60 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

/** What an account has used, as the API tells it; bytes and numbers, null for what the cloud does not tell. @param now ms since the epoch */
export function usageRecord({ space, allowances }: Usage, now: number): object {
  const { offlineJobs, download, upload, offline, plan, paidUntil } = allowances;
  return {
    space:
      space === undefined
        ? null
        : { used: space.used, total: space.total ?? null, trashed: space.trashed ?? null },
    offline_jobs: amount(offlineJobs),
    transfer: { download: amount(download), upload: amount(upload), offline: amount(offline) },
    plan: plan ?? null,
    paid_until: paidUntil === undefined ? null : wireTime(paidUntil),
    warnings: warningsOf({ space, allowances }, now),
  };
}

function amount(allowance: Allowance | undefined): object | null {
  return allowance === undefined ? null : { used: allowance.used, total: allowance.total ?? null };
}

/** What will be in the way soon, before it is. */
export function warningsOf({ space, allowances }: Usage, now: number): readonly Warning[] {
  const { offlineJobs, download, upload, offline, paidUntil } = allowances;
  const warnings: Warning[] = [];
  const warn = (code: WarningCode, message: string): void => void warnings.push({ code, message });
  if (nearlyUsed(space)) {
    warn('space_low', `The space is ${partOf(space)} % full.`);
    const { trashed = 0, total } = space;
    if (trashed >= total * LARGE_TRASH) warn('trash_large', 'Much of it lies in the trash: empty it.');
  }
  if (nearlyUsed(offlineJobs))
    warn(
      'offline_jobs_low',
      `${offlineJobs.used} of ${offlineJobs.total} offline downloads of the day are used.`,
    );
  if (nearlyUsed(download)) warn('download_low', `${partOf(download)} % of the month's downloads are used.`);
  if (nearlyUsed(upload)) warn('upload_low', `${partOf(upload)} % of the month's uploads are used.`);
  if (nearlyUsed(offline))
    warn('offline_traffic_low', `${partOf(offline)} % of the month's offline downloads are used.`);
  if (paidUntil !== undefined && paidUntil <= now) warn('plan_ended', 'The paid plan has ended.');
  else if (paidUntil !== undefined && paidUntil - now <= PLAN_NOTICE_MS) {
    warn('plan_ends', `The paid plan ends in ${Math.ceil((paidUntil - now) / DAY_MS)} days.`);
  }
  return warnings;
}

type Known = Allowance & { readonly total: number };

/** A total of 0 is a plan without it, of which there is nothing to use up. */
function nearlyUsed<T extends Allowance>(allowance: T | undefined): allowance is T & Known {
  const { used = 0, total = 0 } = allowance ?? {};
  return total > 0 && used >= total * NEARLY;
}

function partOf({ used, total }: Known): number {
  return Math.min(100, Math.floor((used / total) * 100));
}
