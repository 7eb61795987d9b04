import { accountRefusal } from '../refusal.ts';
import type { RateWindow } from '../rate-window.ts';
import { headerOrQuery, readBody, textOf } from '../request.ts';
import type { Call } from '../router.ts';
import { captchaRefused, invalidGrant, malformed, requireClient, tooFrequent } from './account-errors.ts';
import type { AccountDirectory } from './accounts.ts';
import type { CaptchaGrant, CaptchaTokens } from './captcha-tokens.ts';
import { compactPhone } from './phone.ts';
import type { Sessions, TokenAnswer } from './sessions.ts';

/** What sign-in and refresh work with. */
export interface SignInDeps {
  readonly accounts: AccountDirectory;
  readonly captchas: CaptchaTokens;
  readonly sessions: Sessions;
  readonly attempts: RateWindow;
}

/** `POST /v1/auth/signin` (protocol reference §2.3, rules I9–I11). */
export async function signIn(deps: SignInDeps, call: Call): Promise<TokenAnswer> {
  const body = readBody(call.request);
  const clientId = textOf(body, 'client_id');
  requireClient(clientId, textOf(body, 'client_secret'));
  const username = compactPhone(textOf(body, 'username'));
  const password = textOf(body, 'password');
  if (username === '') throw malformed('username is empty');
  if (password === '') throw malformed('password is empty');
  const token =
    textOf(body, 'captcha_token') || headerOrQuery(call.request, 'x-captcha-token', 'captcha_token');
  const grant = requireCaptcha(deps.captchas, token, clientId);
  checkDevice(grant, headerOrQuery(call.request, 'x-device-id', 'device_id'));
  checkLogin(grant, username);
  throttle(deps, username, grant.deviceId);
  const account = deps.accounts.verify(username, password);
  if (account === undefined) throw wrongPassword();
  return deps.sessions.issue({ userId: account.userId, clientId }, call.request.host);
}

/** `POST /v1/auth/token` (§2.4): rotation; neither captcha nor device is asked for. */
export async function refresh(deps: SignInDeps, call: Call): Promise<TokenAnswer> {
  const body = readBody(call.request);
  const clientId = textOf(body, 'client_id');
  requireClient(clientId, textOf(body, 'client_secret'));
  if (textOf(body, 'grant_type') !== 'refresh_token') throw malformed('grant_type is not supported');
  const token = textOf(body, 'refresh_token');
  if (token === '') throw invalidGrant('refresh token is empty');
  return deps.sessions.issue(deps.sessions.redeem(token, clientId), call.request.host);
}

/** Only the `expired` text is a field observation (§2.7); `captcha_required` is one too, its code a guess. */
function requireCaptcha(captchas: CaptchaTokens, token: string, clientId: string): CaptchaGrant {
  if (token === '')
    throw accountRefusal({
      error: 'captcha_required',
      code: 4002,
      text: 'captcha_token is required',
      message: 'Please complete the verification',
    });
  const grant = captchas.find(token);
  if (grant === undefined) throw captchaRefused('Code(4002) - captcha_token invalid');
  if (captchas.expired(grant)) throw captchaRefused('Code(4002) - captcha_token expired');
  if (grant.clientId !== clientId) throw captchaRefused('Code(4002) - captcha_token client not match');
  return grant;
}

/** A client that names a device at sign-in must name the captcha's (rule I9); A, O and P name none. */
function checkDevice(grant: CaptchaGrant, deviceId: string): void {
  if (deviceId !== '' && deviceId !== grant.deviceId)
    throw captchaRefused('Code(4002) - captcha_token device not match');
}

/**
 * Rule I9: the name in the captcha's meta must be the one that signs in. The service adds the country code to the meta's
 * telephone number only, so that a bare number never matches (§2.2, field observation).
 */
function checkLogin(grant: CaptchaGrant, username: string): void {
  if (grant.login?.value !== username) {
    const got = grant.login === undefined ? '' : `${grant.login.field}:${grant.login.value} `;
    throw captchaRefused(
      `meta.username expect ${username}, but got map[${got}result:${grant.result}], please check captcha init params`,
    );
  }
  if (grant.result === 'review') throw captchaRefused('Code(4002) - captcha_token result:review');
}

/** Rule I11. Both counts go up, whichever is over. */
function throttle(deps: SignInDeps, username: string, deviceId: string): void {
  const account = deps.accounts.byName(username)?.userId ?? username;
  const allowed = [`account ${account}`, `device ${deviceId}`].map((key) => deps.attempts.hit(key));
  if (allowed.includes(false)) throw tooFrequent();
}

/** Field for field §9.15: this one has no details. */
function wrongPassword(): Error {
  return accountRefusal({
    error: 'invalid_account_or_password',
    code: 4022,
    text: 'Invalid username or password',
  });
}
