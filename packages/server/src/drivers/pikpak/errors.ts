import { StorageError, type StorageErrorCode } from '../../core/errors.ts';
import type { Reason } from '../../core/reasons.ts';
import { type Failure, PikPakError, type Stage } from './failure.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** One way in which PikPak refuses, and what we say of it. It fits when all conditions given hold; of `names` and `codes` one is enough. */
interface Row {
  readonly stage?: Stage;
  readonly names?: readonly string[];
  readonly codes?: readonly number[];
  readonly statuses?: readonly number[];
  readonly says?: RegExp;
  readonly is: StorageErrorCode;
  /** Set where it says something about the storage as a whole. */
  readonly reason?: Reason;
  readonly message: string;
  readonly remedy?: string;
  /** The same call may succeed after this long without anyone changing anything. */
  readonly laterMs?: number;
}

const THIRD_PARTY =
  'This account was made through Google or Facebook and has no password. ' +
  "Set one in PikPak's account settings, or sign in with a refresh token.";

const BROWSER_TOKEN =
  'Sign in to PikPak in a browser and give its refresh token to this storage, or send the storage through a proxy.';

const TOO_FREQUENT = {
  is: 'rate_limited',
  reason: 'too_frequent',
  message: 'PikPak asks us to slow down after too many sign-ins or security checks.',
  remedy: 'Wait. It goes on by itself; trying more often makes the wait longer.',
  laterMs: 10 * MINUTE,
} as const;

/** The first row that fits counts (protocol reference §2.7). */
const ROWS: readonly Row[] = [
  // Sign-in, refresh, captcha
  { says: /too frequent/i, ...TOO_FREQUENT },
  { codes: [10], ...TOO_FREQUENT },
  {
    stage: 'sign-in',
    says: /AccessProhibited/i,
    is: 'unauthenticated',
    reason: 'address_refused',
    message: "PikPak doesn't let anyone sign in with a password from where this server is.",
    remedy: BROWSER_TOKEN,
  },
  {
    names: ['invalid_account_or_password'],
    codes: [4022],
    is: 'bad_credentials',
    reason: 'wrong_password',
    message: "PikPak doesn't accept this user name and password.",
    remedy: `Check both. If they are right: ${THIRD_PARTY}`,
  },
  {
    codes: [4026],
    is: 'region_blocked',
    reason: 'region_refused',
    message: "PikPak doesn't offer sign-in from where this server is.",
    remedy: 'Send this storage through a proxy in another region.',
  },
  {
    stage: 'sign-in',
    names: ['captcha_invalid'],
    says: /meta\.\w+ expect/,
    is: 'bad_credentials',
    reason: 'name_spelling',
    message: 'PikPak writes this user name in another way.',
    remedy: 'Give a phone number with its country code, such as +8613800138000, or sign in by email.',
  },
  {
    stage: 'sign-in',
    says: /result:\s*review/i,
    is: 'needs_verification',
    reason: 'person_wanted',
    message: 'PikPak wants a person to confirm this sign-in.',
    remedy: BROWSER_TOKEN,
  },
  {
    names: ['invalid_grant'],
    codes: [4126],
    is: 'unauthenticated',
    reason: 'refresh_token_dead',
    message: 'PikPak no longer accepts the refresh token.',
    remedy:
      'Give a new refresh token, made on the platform chosen here, or the password. ' +
      'Each use replaces a refresh token, so two programs must not share one.',
  },
  {
    stage: 'captcha',
    names: ['captcha_invalid'],
    is: 'unavailable',
    reason: 'program_refused',
    message: "PikPak doesn't take us for one of its programs.",
    remedy: "Check this server's clock, then try another platform in the storage's settings.",
    laterMs: MINUTE,
  },
  {
    names: ['captcha_invalid', 'captcha_required'],
    is: 'unavailable',
    reason: 'security_token_refused',
    message: 'PikPak keeps refusing the security token that it gave us.',
    remedy: 'Try again in a few minutes. If it stays, sign in with a refresh token from a browser.',
    laterMs: MINUTE,
  },
  {
    says: /(device_id|captcha_token) is empty/,
    is: 'protocol',
    reason: 'request_refused',
    message: 'PikPak misses a part of our request.',
    remedy: 'PikPak has probably changed. Look for a newer version of Sluice.',
  },
  {
    names: ['unauthenticated'],
    codes: [16, 4121, 4122],
    is: 'unauthenticated',
    reason: 'session_refused',
    message: "PikPak doesn't accept the session that it has just given us.",
    remedy: 'Try again in a few minutes. If it stays, sign in anew.',
    laterMs: MINUTE,
  },

  // Files
  {
    names: ['file_rename_uncompleted'],
    is: 'unavailable',
    message: 'PikPak is still busy with this file.',
    laterMs: 1000,
  },
  {
    names: ['file_move_or_copy_to_cur'],
    is: 'invalid_argument',
    message: 'It lies in that folder already, or the folder lies inside it.',
    remedy: 'Choose another folder.',
  },
  {
    names: ['file_in_recycle_bin'],
    is: 'not_found',
    message: "The file is in PikPak's trash.",
    remedy: 'Put it back in PikPak first.',
  },
  {
    names: ['file_restore_own'],
    is: 'invalid_argument',
    message: 'This share is your own.',
    remedy: 'Copy the file instead.',
  },
  {
    names: ['unzip_password_required', 'unzip_password_incorrect'],
    is: 'invalid_argument',
    message: 'The archive needs its right password.',
  },
  {
    names: ['global_file_token_invalid'],
    is: 'link_expired',
    message: 'PikPak has forgotten this archive listing.',
    laterMs: 0,
  },
  {
    names: ['file_duplicated_name'],
    is: 'exists',
    message: 'The folder has something of that name already.',
  },
  { names: ['file_rename_to_same_name'], is: 'exists', message: 'It has that name already.' },
  { names: ['file_name_empty'], is: 'invalid_name', message: 'A name is needed.' },
  {
    names: ['file_not_found', 'not_found', 'space_folder_not_exist'],
    is: 'not_found',
    message: 'PikPak has no such file or folder.',
  },
  {
    names: ['file_operate_system_folder'],
    is: 'forbidden',
    message: "PikPak's own folders can't be moved, renamed or deleted.",
  },
  {
    names: ['file_space_not_enough'],
    is: 'quota_exceeded',
    message: 'The PikPak account is full.',
    remedy: "Delete something, empty PikPak's trash, or get more space.",
  },
  {
    names: ['operating_file_count_exceeded'],
    is: 'invalid_argument',
    message: 'That is too many files for one go.',
    remedy: 'Take at most 100 at a time.',
  },

  // Tasks and the rest
  {
    names: ['task_daily_create_limit', 'task_daily_create_limit_vip'],
    is: 'quota_exceeded',
    message: 'PikPak takes no more uploads and downloads into this account today.',
    remedy: 'Try again tomorrow. Paying accounts have more.',
    laterMs: DAY,
  },
  {
    names: ['task_run_nums_limit'],
    is: 'unavailable',
    message: 'PikPak runs as many offline downloads as this account may have at once.',
    remedy: 'Wait until one has ended.',
    laterMs: MINUTE,
  },
  {
    names: ['task_sub_task_num_limit'],
    is: 'invalid_argument',
    message: 'This magnet holds too many files for PikPak.',
  },
  { names: ['task_url_resolve_error'], is: 'invalid_argument', message: "PikPak can't resolve this link." },
  { names: ['slow_task_link'], is: 'unsupported', message: 'PikPak finds this link too slow to download.' },
  { names: ['cannot_pack_empty_folder'], is: 'invalid_argument', message: 'The folder is empty.' },
  {
    names: ['member_code_not_support_region'],
    is: 'region_blocked',
    message: "This code isn't valid in your region.",
  },
  { names: ['invalid_activation_code'], is: 'invalid_argument', message: "This code isn't valid." },
  {
    stage: 'drive',
    names: ['invalid_argument'],
    is: 'invalid_argument',
    message: "PikPak doesn't understand the request.",
  },
  {
    names: ['invalid_argument', 'invalid_request', 'cid and file_size is required'],
    is: 'protocol',
    reason: 'request_refused',
    message: "PikPak doesn't understand our request.",
    remedy: 'PikPak has probably changed. Look for a newer version of Sluice.',
  },
  { says: /idx\.shub\./, is: 'unavailable', message: "PikPak's index doesn't know this content." },

  // By HTTP status alone
  {
    statuses: [429],
    is: 'rate_limited',
    reason: 'slow_down',
    message: 'PikPak asks us to slow down.',
    laterMs: 1000,
  },
  { statuses: [404], is: 'not_found', message: 'PikPak has no such file or folder.' },
  {
    statuses: [401],
    is: 'unauthenticated',
    reason: 'sign_in_wanted',
    message: 'PikPak wants a sign-in.',
    laterMs: MINUTE,
  },
  {
    statuses: [403],
    is: 'forbidden',
    message: "PikPak doesn't allow this.",
    remedy: 'PikPak may refuse this server: send the storage through a proxy.',
  },
];

/** A failure in words for a person, with the code that doors and layers act on. PikPak's own words stay out: they can hold tokens. */
export function storageErrorOf(failure: Failure): StorageError {
  const row = ROWS.find((candidate) => fits(candidate, failure));
  const detail = { vendorCode: failure.name || String(failure.code || failure.status) };
  if (row === undefined) return unknownFailure(failure, detail);
  const wait = laterOf(row, failure);
  const { reason, remedy } = row;
  return new StorageError(row.is, row.message, {
    ...(wait === undefined ? {} : { retry: 'later', retryAfterMs: wait }),
    detail: {
      ...detail,
      ...(reason === undefined ? {} : { reason }),
      ...(remedy === undefined ? {} : { remedy }),
    },
  });
}

/** The error to let out of the driver. Failures become words; everything else passes. */
export function inWords(error: unknown): unknown {
  return error instanceof PikPakError ? storageErrorOf(error.failure) : error;
}

function fits(row: Row, failure: Failure): boolean {
  return (
    (row.stage === undefined || row.stage === failure.stage) &&
    ((row.names === undefined && row.codes === undefined) ||
      row.names?.includes(failure.name) === true ||
      row.codes?.includes(failure.code) === true) &&
    (row.statuses === undefined || row.statuses.includes(failure.status)) &&
    (row.says === undefined || row.says.test(failure.words) || row.says.test(failure.name))
  );
}

function laterOf({ laterMs }: Row, { retryAfterMs }: Failure): number | undefined {
  if (laterMs === undefined) return undefined;
  return retryAfterMs === undefined ? laterMs : Math.max(laterMs, retryAfterMs);
}

function unknownFailure(failure: Failure, detail: { readonly vendorCode: string }): StorageError {
  if (failure.status >= 500) {
    return new StorageError('unavailable', "PikPak doesn't work at the moment.", {
      retry: 'later',
      ...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
      detail: { ...detail, reason: 'cloud_down', remedy: 'Wait a little. It is tried again by itself.' },
    });
  }
  return new StorageError('protocol', 'PikPak answers with an error that Sluice does not know.', {
    detail: { ...detail, reason: 'unknown_error', remedy: 'Look for a newer version of Sluice.' },
  });
}
