import { StorageError } from '../../core/errors.ts';
import { API_ROOTS } from './platforms.ts';

/** Longer than any token that was seen, which have some hundred characters (protocol reference §2.1). */
const TOKEN = /^[!-~]{8,4096}$/;

/**
 * The captcha token in what a person brings from a check: the token itself, or the address that the check ended at, which holds it in
 * its query or behind the `#` (protocol reference §2.2).
 *
 * @throws StorageError `invalid_argument`, with `vendorCode` `check_page` for the address of the check itself, else `no_token`.
 */
export function captchaTokenIn(answer: string): string {
  const given = answer.trim();
  if (isCheckPage(given)) {
    throw refusal(
      'check_page',
      'This is the address of the check itself.',
      'Pass the check, then give the address that it ends at.',
    );
  }
  const token = tokenInAddress(given) ?? given;
  if (TOKEN.test(token) && !token.includes('://')) return token;
  throw refusal(
    'no_token',
    'There is no captcha token in this.',
    'Give the whole address that the check ended at, or the token alone.',
  );
}

/** A token that was handed in before: each is good for one use. */
export function usedBefore(): StorageError {
  return refusal('used_token', 'This captcha token has been used already.', 'Open the check again.');
}

function tokenInAddress(given: string): string | undefined {
  const query = /[?#&]?(captcha_token=.*)$/.exec(given)?.[1];
  return query === undefined
    ? undefined
    : (new URLSearchParams(query.replaceAll('#', '&')).get('captcha_token') ?? undefined);
}

/** The token in that address is only a ticket for the check. */
function isCheckPage(given: string): boolean {
  const url = URL.parse(given);
  if (url === null || !url.pathname.startsWith('/captcha/')) return false;
  return url.hostname === '127.0.0.1' || API_ROOTS.some((root) => url.hostname === `user.${root}`);
}

function refusal(vendorCode: string, message: string, remedy: string): StorageError {
  return new StorageError('invalid_argument', message, { detail: { vendorCode, remedy } });
}
