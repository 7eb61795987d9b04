import { StorageError } from '../../core/errors.ts';
import { type Account, askAccount, deviceIdOf, platformOf } from './account.ts';
import { withUsed } from './account-record.ts';
import { isAnonymous, signInMeta } from './credentials.ts';
import { API_ROOTS } from './platforms.ts';
import { captchaSign, fingerprint } from './sign.ts';
import { type JsonObject, readCaptcha, type WireCaptcha } from './wire.ts';

/** Where PikPak's check page leads to in the end, with the token in the address. */
const AFTER_CHECK = 'xlaccsdk01://xbase.cloud/callback?state=harbor';
const PASTED_LIFE_MS = 300_000;

/**
 * A captcha token for signing in.
 * @param previous the token that it replaces, or ''.
 * @throws StorageError `needs_verification` with the page to open; PikPakError.
 */
export async function captchaForSignIn(account: Account, previous: string): Promise<WireCaptcha> {
  return init(account, 'POST:/v1/auth/signin', previous, signInMeta(account.credentials().username));
}

/**
 * A captcha token for the drive. It is made for `action` (`GET:/drive/v1/files`) but serves for all (protocol reference §2.2).
 * A wrong clock of ours is found out by the refusal's Date, and forgiven once.
 */
export async function captchaForDrive(
  account: Account,
  action: string,
  previous: string,
): Promise<WireCaptcha> {
  const skew = account.api.skewMs();
  try {
    return await init(account, action, previous, await signedMeta(account));
  } catch (error) {
    if (account.api.skewMs() === skew) throw error;
    return init(account, action, previous, await signedMeta(account));
  }
}

/** The token that a person brought from a human check, or left in the settings: each once. */
export async function takePastedCaptcha(account: Account): Promise<WireCaptcha | undefined> {
  const record = await account.records.load();
  const token = [account.solvedCaptcha(), account.credentials().captchaToken].find(
    (given) => given !== '' && !record.used.includes(fingerprint(given)),
  );
  if (token === undefined) return undefined;
  await account.records.update({ used: withUsed(record, fingerprint(token)) });
  return { token, expiresInMs: PASTED_LIFE_MS, url: '' };
}

async function init(
  account: Account,
  action: string,
  previous: string,
  meta: JsonObject,
): Promise<WireCaptcha> {
  const answer = await askAccount(account, 'captcha', '/v1/shield/captcha/init', {
    client_id: platformOf(account).clientId,
    device_id: await deviceIdOf(account),
    action,
    captcha_token: previous,
    meta,
    redirect_uri: AFTER_CHECK,
  });
  const captcha = readCaptcha(answer);
  // Shares were seen to be read with a token that comes with a check, too (protocol reference §6.6).
  if (captcha.url !== '' && !isAnonymous(account.credentials())) {
    throw needsVerification(captcha, account.trustsLoopback);
  }
  if (captcha.token !== '') return captcha;
  throw new StorageError('protocol', 'PikPak gave no security token.', { retry: 'later' });
}

async function signedMeta(account: Account): Promise<JsonObject> {
  const platform = platformOf(account);
  const timestamp = String(account.clock.now() + account.api.skewMs());
  return {
    captcha_sign: captchaSign(platform, await deviceIdOf(account), timestamp),
    client_version: platform.clientVersion,
    package_name: platform.packageName,
    timestamp,
    user_id: (await account.records.load()).userId,
  };
}

function needsVerification({ url, expiresInMs }: WireCaptcha, trustsLoopback: boolean): StorageError {
  const page = isPikPakPage(url) || (trustsLoopback && isLoopbackPage(url)) ? { actionUrl: url } : {};
  return new StorageError('needs_verification', 'PikPak wants to see that a person is signing in.', {
    retryAfterMs: expiresInMs, // the page is good for as long; then there is a new one
    detail: {
      vendorCode: 'captcha_url',
      reason: 'human_check',
      remedy:
        'Open the page and pass the check. Then give Sluice the address that it ends at. ' +
        'Or sign in with a refresh token from a browser.',
      ...page,
    },
  });
}

/** A page that we may send someone to: PikPak's own, over TLS. */
function isPikPakPage(address: string): boolean {
  const url = URL.parse(address);
  return (
    url?.protocol === 'https:' && url.port === '' && API_ROOTS.some((root) => url.hostname === `user.${root}`)
  );
}

function isLoopbackPage(address: string): boolean {
  const url = URL.parse(address);
  return url?.protocol === 'http:' && url.hostname === '127.0.0.1';
}
