import { StorageError, type StorageErrorCode } from '../../core/errors.ts';
import type { Reason } from '../../core/reasons.ts';
import { type JsonObject, textOf } from './wire.ts';

/** What an answer about a share says of the share itself, as PikPak spells it (protocol reference §6.5). */
export type ShareStatus = string;

interface Refusal {
  readonly is: StorageErrorCode;
  readonly reason: Reason;
  readonly message: string;
  readonly remedy: string;
  /** The share may open by itself after this long. */
  readonly laterMs?: number;
}

const READABLE: ReadonlySet<ShareStatus> = new Set([
  'OK',
  'MAX_RESTORE_COUNT', // may be read, but not saved any more
]);

const BLOCKED: Refusal = {
  is: 'content_blocked',
  reason: 'share_blocked',
  message: 'PikPak has blocked this share for its content.',
  remedy: 'Nobody can open it any more. Ask for another share, or remove this storage.',
};

const REFUSALS: Readonly<Partial<Record<ShareStatus, Refusal>>> = {
  PASS_CODE_EMPTY: {
    is: 'share_password',
    reason: 'pass_code_missing',
    message: 'This share needs a pass code.',
    remedy: "Enter it in this storage's settings. Whoever shared it knows it.",
  },
  PASS_CODE_ERROR: {
    is: 'share_password',
    reason: 'pass_code_wrong',
    message: 'The pass code of this share is wrong.',
    remedy: "Correct it in this storage's settings. Upper and lower case count.",
  },
  NOT_FOUND: {
    is: 'share_gone',
    reason: 'share_unknown',
    message: 'PikPak knows no share of this id.',
    remedy: 'Check the link of the share.',
  },
  DELETED: {
    is: 'share_gone',
    reason: 'share_deleted',
    message: 'This share has been deleted.',
    remedy: 'Ask for a new one, or remove this storage.',
  },
  EXPIRED: {
    is: 'share_expired',
    reason: 'share_expired',
    message: 'This share has ended: it was made for a limited time.',
    remedy: 'Ask for a new one, or remove this storage.',
  },
  AUDITING: {
    is: 'unavailable',
    reason: 'share_checked',
    message: 'PikPak is still checking this share.',
    remedy: 'Wait. It opens by itself when PikPak is done.',
    laterMs: 10 * 60_000,
  },
  SENSITIVE_RESOURCE: BLOCKED,
  SENSITIVE_WORD: BLOCKED,
  PROHIBITED: {
    is: 'region_blocked',
    reason: 'share_region',
    message: "PikPak doesn't offer shares in the region of this server.",
    remedy: 'Set "Egress" of this storage to a proxy in another region.',
  },
};

/** Share calls answer HTTP 200 for most failures and say the truth in here. An answer without a status counts as fine. */
export function statusOf(answer: JsonObject): ShareStatus {
  return textOf(answer['share_status']) || 'OK';
}

/** Whether what was shared can be read. */
export function isReadable(status: ShareStatus): boolean {
  return READABLE.has(status);
}

/** The pass code, or the token that it was exchanged for, is missing or not taken. */
export function isAboutPassCode(status: ShareStatus): boolean {
  return status === 'PASS_CODE_EMPTY' || status === 'PASS_CODE_ERROR';
}

/** A status that is not readable, in words for a person. */
export function shareErrorOf(status: ShareStatus): StorageError {
  const vendorCode = /^\w{1,64}$/.test(status) ? status : 'share_status';
  const known = Object.hasOwn(REFUSALS, status) ? REFUSALS[status] : undefined;
  if (known === undefined) {
    return new StorageError('protocol', 'PikPak refuses this share for a reason that Sluice does not know.', {
      detail: {
        vendorCode,
        reason: 'share_refused',
        remedy: 'Open the share in a browser to see why, or look for a newer Sluice.',
      },
    });
  }
  const { is, reason, message, remedy, laterMs } = known;
  return new StorageError(is, message, {
    ...(laterMs === undefined ? {} : { retry: 'later', retryAfterMs: laterMs }),
    detail: { vendorCode, reason, remedy },
  });
}
