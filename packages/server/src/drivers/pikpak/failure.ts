import { objectOf, objectsOf, textOf } from './wire.ts';

/** What a call was for: the same error name can mean different things in different places. */
export type Stage = 'captcha' | 'sign-in' | 'refresh' | 'drive';

/** An error as PikPak reports it (protocol reference §2.6). */
export interface Failure {
  readonly stage: Stage;
  readonly status: number;
  /** The stable machine name; '' when there is none. */
  readonly name: string;
  /** 0 when there is none. Ambiguous: look at `name` first. */
  readonly code: number;
  /** Everything PikPak says about it, for matching only: it can hold tokens. */
  readonly words: string;
  readonly retryAfterMs: number | undefined;
}

/** Carries a failure to whoever can mend it. Never leaves this driver: `storageErrorOf` turns it into words. */
export class PikPakError extends Error {
  override readonly name = 'PikPakError';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(`PikPak answered ${failure.name || failure.code || failure.status}`);
    this.failure = failure;
  }
}

/**
 * The failure in an answer, or undefined for a success. An answer has failed when its status is not 2xx, or its body names an error
 * other than `OK`, or has an error code other than 0.
 */
export function failureIn(
  stage: Stage,
  answer: { readonly status: number; readonly json: unknown; readonly retryAfter: string | undefined },
): Failure | undefined {
  const body = objectOf(answer.json) ?? {};
  const given = textOf(body['error']);
  const name = given.toUpperCase() === 'OK' ? '' : given;
  const code = typeof body['error_code'] === 'number' ? body['error_code'] : 0;
  const fine = answer.status >= 200 && answer.status < 300;
  if (fine && name === '' && code === 0) return undefined;
  return {
    stage,
    status: answer.status,
    name,
    code,
    words: wordsOf(body),
    retryAfterMs: secondsOf(answer.retryAfter),
  };
}

function wordsOf(body: Readonly<Record<string, unknown>>): string {
  const details = [...objectsOf(body['details']), ...objectsOf(body['error_details'])];
  const said = details.flatMap((detail) => [detail['reason'], detail['detail'], detail['message']]);
  return [body['error_description'], body['detail'], ...said]
    .map(textOf)
    .filter((text) => text !== '')
    .join(' | ')
    .slice(0, 2000);
}

function secondsOf(retryAfter: string | undefined): number | undefined {
  return retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1000 : undefined;
}

/** The access token is missing, malformed or over. */
export function isSessionOver(error: unknown): error is PikPakError {
  if (!(error instanceof PikPakError)) return false;
  const { name, code } = error.failure;
  return name === 'unauthenticated' || [16, 4121, 4122].includes(code);
}

/** The refresh token is dead: rotated elsewhere, revoked, or made on another platform. */
export function isGrantDead(error: unknown): error is PikPakError {
  if (!(error instanceof PikPakError)) return false;
  return error.failure.name === 'invalid_grant' || error.failure.code === 4126;
}

/** The captcha token is the trouble. Code 9 alone says nothing: it is shared with errors of business (§2.7). */
export function isCaptchaRefused(error: unknown): error is PikPakError {
  if (!(error instanceof PikPakError)) return false;
  const { name, code, words } = error.failure;
  if (isTooFrequent(error)) return false;
  return name.startsWith('captcha') || code === 4002 || (name === '' && words.includes('captcha_token'));
}

/** Too many sign-ins or security checks. Going on makes it worse, for every account behind this address. */
export function isTooFrequent(error: unknown): error is PikPakError {
  if (!(error instanceof PikPakError)) return false;
  return error.failure.code === 10 || /too frequent/i.test(error.failure.words);
}
