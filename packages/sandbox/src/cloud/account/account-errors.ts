import { accountRefusal, type Refusal } from '../refusal.ts';
import { sameSecret } from '../secret-compare.ts';
import { CLIENTS } from './client-builds.ts';

/** A malformed request to the account service (protocol reference §2.7, code 3). */
export function malformed(text: string): Refusal {
  return accountRefusal({ error: 'invalid_argument', code: 3, text, message: 'Invalid argument' });
}

/** A captcha that sign-in or init does not accept (§2.7, code 4002). */
export function captchaRefused(text: string): Refusal {
  return accountRefusal({
    error: 'captcha_invalid',
    code: 4002,
    text,
    message: 'The safety verification has failed. Please try again',
  });
}

/** Credentials that are wrong or used up (§2.6, code 4126). */
export function invalidGrant(text: string): Refusal {
  return accountRefusal({
    error: 'invalid_grant',
    code: 4126,
    text,
    message: 'User credentials are incorrect or expired',
  });
}

/** Too many sign-ins (§2.7, code 10; the name `aborted` is a field observation). */
export function tooFrequent(): Refusal {
  return accountRefusal({
    error: 'aborted',
    code: 10,
    text: 'Aborted - Your operation is too frequent, please try again later',
    message: 'Your operation is too frequent, please try again later',
  });
}

/** Rule I1: the client id must be known; a secret may be missing, but not wrong. The error's name is a guess. */
export function requireClient(clientId: string, secret: string): void {
  const client = CLIENTS.find((known) => known.id === clientId);
  if (client === undefined) throw malformed('client_id is unknown');
  if (secret !== '' && !sameSecret(secret, client.secret)) throw malformed('client_secret is wrong');
}
