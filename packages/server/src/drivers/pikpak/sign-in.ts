import { isAbort, StorageError } from '../../core/errors.ts';
import type { Reason } from '../../core/reasons.ts';
import { type Account, askAccount, platformOf } from './account.ts';
import { captchaForSignIn, takePastedCaptcha } from './captcha-init.ts';
import { credentialsPrint } from './credentials.ts';
import { inWords } from './errors.ts';
import { isCaptchaRefused, PikPakError } from './failure.ts';
import { withTimeLeft } from './lockout.ts';
import {
  attempted,
  failed,
  freshHistory,
  outOfOrder,
  type SignInHistory,
  succeeded,
  unreached,
  waitFor,
} from './sign-in-window.ts';
import { readTokens, type WireTokens } from './wire.ts';

/** New tokens, with the history to be saved beside them. */
export interface SignedIn {
  readonly tokens: WireTokens;
  readonly signIns: SignInHistory;
}

/**
 * Signs in by name and password, once, when the history of sign-ins allows it (protocol reference §2.3, §2.9).
 *
 * @throws StorageError `unauthenticated` (later) when it is too early; whatever stands in PikPak's way, as PikPakError or StorageError.
 */
export async function signIn(account: Account): Promise<SignedIn> {
  const before = await historyOf(account);
  const left = waitFor(before, account.clock.now());
  if (left > 0) throw tooEarly(before, left);
  const trying = attempted(before, account.clock.now());
  await account.records.update({ signIns: trying });
  try {
    const tokens = await exchangePassword(account);
    return { tokens, signIns: succeeded(trying, account.clock.now()) };
  } catch (error) {
    await account.records.update({
      signIns: historyAfter(error, { before, trying, now: account.clock.now() }),
    });
    throw error;
  }
}

function historyAfter(
  error: unknown,
  {
    before,
    trying,
    now,
  }: { readonly before: SignInHistory; readonly trying: SignInHistory; readonly now: number },
): SignInHistory {
  if (isHumanCheck(error)) return before; // the sign-in itself was not sent
  const words = inWords(error);
  if (error instanceof PikPakError && error.failure.status >= 500) return outOfOrder(before, now, words);
  return isUnheard(error) ? unreached(before, now, words) : failed(trying, words);
}

async function historyOf(account: Account): Promise<SignInHistory> {
  const { signIns } = await account.records.load();
  const print = credentialsPrint(account.credentials());
  return signIns.print === print ? signIns : freshHistory(print);
}

async function exchangePassword(account: Account): Promise<WireTokens> {
  const first = (await takePastedCaptcha(account)) ?? (await captchaForSignIn(account, ''));
  try {
    return await post(account, first.token);
  } catch (error) {
    if (!isCaptchaRefused(error) || /meta\.\w+ expect/.test(error.failure.words)) throw error;
    const second = await captchaForSignIn(account, first.token);
    return post(account, second.token);
  }
}

async function post(account: Account, captchaToken: string): Promise<WireTokens> {
  const { username, password } = account.credentials();
  const { clientId, clientSecret } = platformOf(account);
  const answer = await askAccount(account, 'sign-in', '/v1/auth/signin', {
    client_id: clientId,
    client_secret: clientSecret,
    username,
    password,
    captcha_token: captchaToken,
  });
  const tokens = readTokens(answer);
  if (tokens !== undefined) return tokens;
  throw new StorageError('protocol', "PikPak's answer to the sign-in holds no tokens.");
}

function tooEarly({ refusal }: SignInHistory, left: number): StorageError {
  const remedy =
    refusal?.remedy ||
    'Many sign-ins in a short time get an account blocked. To go on at once, give a refresh token.';
  const message = refusal?.message ?? 'Waiting before the next sign-in to PikPak.';
  return withTimeLeft(
    new StorageError(refusal?.code ?? 'unauthenticated', message, {
      // Nothing was refused: a process ended in the middle of a sign-in, or there were many. It passes by itself.
      retry: refusal === undefined ? 'later' : 'never',
      detail: { remedy, ...namedWait(refusal) },
    }),
    left,
  );
}

/** No answer at all. */
function isUnheard(error: unknown): boolean {
  if (isAbort(error)) return true;
  return error instanceof StorageError && ['unavailable', 'timeout', 'misconfigured'].includes(error.code);
}

function isHumanCheck(error: unknown): boolean {
  return error instanceof StorageError && error.code === 'needs_verification';
}

/** Why a sign-in waits, by name: what the last one was refused for, or that there were many. */
function namedWait(refusal: SignInHistory['refusal']): { readonly reason?: Reason } {
  if (refusal === undefined) return { reason: 'sign_in_waits' };
  return refusal.reason === undefined ? {} : { reason: refusal.reason };
}
