import { describe, expect, test } from 'bun:test';
import { StorageError } from '../../core/errors.ts';
import { inWords, storageErrorOf } from './errors.ts';
import {
  type Failure,
  failureIn,
  isCaptchaRefused,
  isGrantDead,
  isSessionOver,
  isTooFrequent,
  PikPakError,
  type Stage,
} from './failure.ts';

const MINUTE = 60_000;

function failure(given: Partial<Failure>): Failure {
  return { stage: 'drive', status: 400, name: '', code: 0, words: '', retryAfterMs: undefined, ...given };
}

function answered(stage: Stage, status: number, json: unknown, retryAfter?: string): Failure | undefined {
  return failureIn(stage, { status, json, retryAfter });
}

describe('the error table (protocol reference §2.7)', () => {
  test.each<[Stage, number, number, string, string, string, number | 'never']>([
    // stage, status, code, error, words, our code, wait
    ['drive', 401, 16, 'unauthenticated', 'oidc: token is expired', 'unauthenticated', MINUTE],
    ['drive', 400, 4121, '', '', 'unauthenticated', MINUTE],
    ['drive', 401, 4122, '', '', 'unauthenticated', MINUTE],
    ['refresh', 400, 4126, 'invalid_grant', 'has been refresh at', 'unauthenticated', 'never'],
    ['sign-in', 400, 4126, 'invalid_grant', 'AccessProhibited', 'unauthenticated', 'never'],
    ['drive', 400, 9, 'captcha_invalid', 'failed to decode', 'unavailable', MINUTE],
    ['captcha', 400, 4002, 'captcha_invalid', '', 'unavailable', MINUTE],
    ['sign-in', 400, 4002, 'captcha_invalid', 'Code(4002) - captcha_token expired', 'unavailable', MINUTE],
    ['sign-in', 400, 4002, 'captcha_invalid', 'result:review', 'needs_verification', 'never'],
    [
      'sign-in',
      400,
      4002,
      'captcha_invalid',
      'meta.username expect bob, but got map[]',
      'bad_credentials',
      'never',
    ],
    ['sign-in', 400, 4002, 'captcha_invalid', 'operation is too frequent', 'rate_limited', 10 * MINUTE],
    ['drive', 400, 0, 'captcha_required', '', 'unavailable', MINUTE],
    ['captcha', 400, 10, 'aborted', '', 'rate_limited', 10 * MINUTE],
    ['sign-in', 400, 4022, 'invalid_account_or_password', '', 'bad_credentials', 'never'],
    ['sign-in', 400, 3, 'invalid_argument', '', 'protocol', 'never'],
    ['drive', 400, 3, 'invalid_argument', '', 'invalid_argument', 'never'],
    ['sign-in', 400, 4026, '', '', 'region_blocked', 'never'],
    ['drive', 400, 0, '', 'device_id is empty', 'protocol', 'never'],
    ['drive', 400, 0, '', 'captcha_token is empty', 'protocol', 'never'],
    ['drive', 400, 9, 'file_rename_uncompleted', '', 'unavailable', 1000],
    ['drive', 400, 9, 'file_move_or_copy_to_cur', '', 'invalid_argument', 'never'],
    ['drive', 400, 9, 'file_in_recycle_bin', '', 'not_found', 'never'],
    ['drive', 400, 9, 'file_restore_own', '', 'invalid_argument', 'never'],
    ['drive', 400, 9, 'unzip_password_required', '', 'invalid_argument', 'never'],
    ['drive', 400, 9, 'unzip_password_incorrect', '', 'invalid_argument', 'never'],
    ['drive', 400, 9, 'global_file_token_invalid', '', 'link_expired', 0],
    ['drive', 400, 3, 'file_duplicated_name', '', 'exists', 'never'],
    ['drive', 400, 3, 'file_rename_to_same_name', '', 'exists', 'never'],
    ['drive', 400, 3, 'file_name_empty', '', 'invalid_name', 'never'],
    ['drive', 400, 3, 'invalid_request', '', 'protocol', 'never'],
    ['drive', 404, 5, 'file_not_found', '', 'not_found', 'never'],
    ['drive', 404, 5, 'not_found', '', 'not_found', 'never'],
    ['drive', 400, 0, 'space_folder_not_exist', '', 'not_found', 'never'],
    ['drive', 400, 0, 'file_operate_system_folder', '', 'forbidden', 'never'],
    ['drive', 400, 8, 'file_space_not_enough', '', 'quota_exceeded', 'never'],
    ['drive', 400, 11, 'task_daily_create_limit_vip', '', 'quota_exceeded', 24 * 60 * MINUTE],
    ['drive', 403, 0, 'task_daily_create_limit', '', 'quota_exceeded', 24 * 60 * MINUTE],
    ['drive', 400, 0, 'task_run_nums_limit', '', 'unavailable', MINUTE],
    ['drive', 400, 0, 'task_sub_task_num_limit', '', 'invalid_argument', 'never'],
    ['drive', 400, 0, 'task_url_resolve_error', '', 'invalid_argument', 'never'],
    ['drive', 400, 0, 'slow_task_link', '', 'unsupported', 'never'],
    ['drive', 400, 0, 'cannot_pack_empty_folder', '', 'invalid_argument', 'never'],
    ['drive', 400, 11, 'operating_file_count_exceeded', '', 'invalid_argument', 'never'],
    ['drive', 400, 0, 'member_code_not_support_region', '', 'region_blocked', 'never'],
    ['drive', 400, 0, 'invalid_activation_code', '', 'invalid_argument', 'never'],
    ['drive', 400, 0, 'cid and file_size is required', '', 'protocol', 'never'],
    ['drive', 500, 500, '', 'Get "https://idx.shub.mypikpak.com": timeout', 'unavailable', 'never'],
    ['drive', 429, 0, '', '', 'rate_limited', 1000],
    ['drive', 404, 0, '', '', 'not_found', 'never'],
    ['drive', 401, 0, '', '', 'unauthenticated', MINUTE],
    ['drive', 403, 0, '', '', 'forbidden', 'never'],
    ['drive', 418, 0, 'never_seen_before', '', 'protocol', 'never'],
  ])('%p %p %p %p %p is %p, later %p', (...[stage, status, code, name, words, ours, wait]) => {
    const error = storageErrorOf(failure({ stage, status, code, name, words }));
    expect(error.code as string).toBe(ours);
    expect(error.retry).toBe(wait === 'never' ? 'never' : 'later');
    expect(error.retryAfterMs).toBe(wait === 'never' ? undefined : wait);
    expect(error.message).toMatch(/^[A-Z].*\.$/);
    expect(error.detail.vendorCode).toBe(name || String(code || status));
  });

  test.each([500, 502, 503, 504, 509])('status %p passes, with or without a Retry-After', (status) => {
    expect(storageErrorOf(failure({ status }))).toMatchObject({ code: 'unavailable', retry: 'later' });
    expect(storageErrorOf(failure({ status, retryAfterMs: 7000 })).retryAfterMs).toBe(7000);
  });

  test('a longer Retry-After wins over our own wait', () => {
    expect(storageErrorOf(failure({ status: 429, retryAfterMs: 9000 })).retryAfterMs).toBe(9000);
    expect(storageErrorOf(failure({ code: 10, retryAfterMs: 9000 })).retryAfterMs).toBe(10 * MINUTE);
  });

  test('a refused password names the account without one, in these words', () => {
    const { remedy } = storageErrorOf(failure({ name: 'invalid_account_or_password' })).detail;
    expect(remedy).toContain(
      'This account was made through Google or Facebook and has no password. ' +
        "Set one in PikPak's account settings, or sign in with a refresh token.",
    );
  });

  test("PikPak's own text stays out, for it can hold tokens", () => {
    const words = 'refresh token os.EXAMPLE has been refresh at 2024';
    const error = storageErrorOf(failure({ stage: 'refresh', name: 'invalid_grant', words }));
    expect(JSON.stringify([error.message, error.detail])).not.toContain('os.EXAMPLE');
  });

  test('inWords leaves other errors alone', () => {
    const other = new Error('x');
    expect(inWords(other)).toBe(other);
    expect(inWords(new PikPakError(failure({ code: 10 })))).toBeInstanceOf(StorageError);
  });
});

describe('failureIn (protocol reference §2.6)', () => {
  test.each([
    [200, {}],
    [200, { error: '', error_code: 0 }],
    [200, { error: 'OK' }],
    [200, { error: 'ok', error_code: 0 }],
    [204, undefined],
  ])('status %p with %p is a success', (status, json) => {
    expect(answered('drive', status, json)).toBeUndefined();
  });

  test.each([
    [400, undefined],
    [400, { detail: 'device_id is empty' }],
    [500, 'html'],
    [200, { error: 'captcha_invalid' }],
    [200, { error_code: 9 }],
    [302, {}],
  ])('status %p with %p is a failure', (status, json) => {
    expect(answered('drive', status, json)).toBeDefined();
  });

  test('reads both envelopes, and a Retry-After in seconds', () => {
    const drive = answered('drive', 401, {
      error: 'unauthenticated',
      error_code: 16,
      error_description: 'no',
      error_details: [{ detail: 'oidc: token is expired' }],
    });
    expect(drive).toMatchObject({ name: 'unauthenticated', code: 16, words: 'no | oidc: token is expired' });
    const account = answered('sign-in', 400, { error: 'x', details: [{ reason: 'r' }, null, 7] }, '3');
    expect(account).toMatchObject({ words: 'r', retryAfterMs: 3000 });
    expect(answered('drive', 503, '', 'Wed, 21 Oct 2015 07:28:00 GMT')?.retryAfterMs).toBeUndefined();
  });
});

describe('what can be mended', () => {
  const is = (given: Partial<Failure>) => {
    const error = new PikPakError(failure(given));
    return {
      session: isSessionOver(error),
      captcha: isCaptchaRefused(error),
      grant: isGrantDead(error),
      frequent: isTooFrequent(error),
    };
  };
  const nothing = { session: false, captcha: false, grant: false, frequent: false };

  test.each([
    [{ name: 'unauthenticated' }, { session: true }],
    [{ code: 16 }, { session: true }],
    [{ code: 4121 }, { session: true }],
    [{ code: 4122 }, { session: true }],
    [{ code: 9, name: 'captcha_invalid' }, { captcha: true }],
    [{ name: 'captcha_required' }, { captcha: true }],
    [{ code: 4002, name: '' }, { captcha: true }],
    [{ words: 'captcha_token is empty' }, { captcha: true }],
    [{ code: 4002, name: 'captcha_invalid', words: 'got map[result:review]' }, { captcha: true }],
    [{ code: 4002, name: 'captcha_invalid', words: 'too frequent' }, { frequent: true }],
    [{ code: 10 }, { frequent: true }],
    [{ code: 4126, name: 'invalid_grant' }, { grant: true }],
    [{ code: 9, name: 'file_rename_uncompleted' }, {}],
    [{ code: 9, name: 'file_in_recycle_bin' }, {}],
    [{ code: 3, name: 'invalid_argument' }, {}],
  ])('%p is %p', (given, wanted) => {
    expect(is(given)).toEqual({ ...nothing, ...wanted });
  });
});

describe('what is wrong with a storage as a whole has a name', () => {
  test.each<[Stage, number, number, string, string, string]>([
    ['drive', 401, 16, 'unauthenticated', '', 'session_refused'],
    ['drive', 400, 4121, '', '', 'session_refused'],
    ['refresh', 400, 4126, 'invalid_grant', '', 'refresh_token_dead'],
    ['sign-in', 400, 4126, 'invalid_grant', 'AccessProhibited', 'address_refused'],
    ['drive', 400, 9, 'captcha_invalid', '', 'security_token_refused'],
    ['captcha', 400, 4002, 'captcha_invalid', '', 'program_refused'],
    ['sign-in', 400, 4002, 'captcha_invalid', 'result:review', 'person_wanted'],
    ['sign-in', 400, 4002, 'captcha_invalid', 'meta.username expect bob', 'name_spelling'],
    ['sign-in', 400, 4002, 'captcha_invalid', 'operation is too frequent', 'too_frequent'],
    ['drive', 400, 10, 'aborted', '', 'too_frequent'],
    ['sign-in', 400, 4022, 'invalid_account_or_password', '', 'wrong_password'],
    ['sign-in', 400, 4026, '', '', 'region_refused'],
    ['drive', 400, 0, '', 'device_id is empty', 'request_refused'],
    ['sign-in', 400, 3, 'invalid_argument', '', 'request_refused'],
    ['drive', 429, 0, '', '', 'slow_down'],
    ['drive', 401, 0, '', '', 'sign_in_wanted'],
    ['drive', 503, 0, '', '', 'cloud_down'],
    ['drive', 400, 777, 'something_new', '', 'unknown_error'],
  ])('at %s: %d %d %s %s', (...row) => {
    const [stage, status, code, name, words, reason] = row;
    expect(storageErrorOf(failure({ stage, status, code, name, words })).detail.reason as string).toBe(
      reason,
    );
  });
});
