import type { ApiRoot, PlatformName } from './platforms.ts';
import { fingerprint } from './sign.ts';

/** What a person gave us to get into an account. Unused fields are ''. */
export interface Credentials {
  /** Email, phone number with country code, or name. */
  readonly username: string;
  readonly password: string;
  /** Pasted; PikPak replaces it at its first use, after which it is worth nothing. */
  readonly refreshToken: string;
  /** Pasted after a human check; good for one use. */
  readonly captchaToken: string;
  readonly deviceId: string;
  readonly platform: PlatformName;
  readonly root: ApiRoot;
}

/** Whether there is no account in it: enough for reading shares. */
export function isAnonymous({ username, refreshToken }: Credentials): boolean {
  return username === '' && refreshToken === '';
}

/**
 * What makes two storages users of the same session. Tokens belong to a platform, so that it counts too; without an account there is
 * one session for each device.
 */
export function loginOf(credentials: Credentials): string {
  const { platform, username, refreshToken, deviceId } = credentials;
  if (isAnonymous(credentials)) return `${platform}/anonymous:${deviceId}`;
  return `${platform}/${username === '' ? `token:${fingerprint(refreshToken)}` : nameOf(username)}`;
}

/** One spelling of an account's name: the case of email addresses tells no two accounts apart. */
function nameOf(username: string): string {
  return username.includes('@') ? username.toLowerCase() : username;
}

/** The newer word wins, but silence takes nothing back: one storage may know the password and another only the name. */
export function mergeCredentials(old: Credentials, fresh: Credentials): Credentials {
  return {
    username: fresh.username || old.username,
    password: fresh.password || old.password,
    refreshToken: fresh.refreshToken || old.refreshToken,
    captchaToken: fresh.captchaToken || old.captchaToken,
    deviceId: fresh.deviceId || old.deviceId,
    platform: fresh.platform,
    root: fresh.root,
  };
}

/** Changes whenever signing in may go another way than before. */
export function credentialsPrint(credentials: Credentials): string {
  const { username, password, refreshToken, captchaToken, deviceId } = credentials;
  return fingerprint(nameOf(username), password, refreshToken, captchaToken, deviceId);
}

/** Tells one password of an account from another; '' for none. */
export function passwordPrint({ username, password }: Credentials): string {
  return username === '' || password === '' ? '' : fingerprint(nameOf(username), password);
}

/** Names the account in a captcha init before sign-in; PikPak compares it with the `username` of the sign-in (protocol reference §2.2). */
export function signInMeta(username: string): Readonly<Record<string, string>> {
  if (username.includes('@')) return { email: username };
  return /^\+\d+$/.test(username) ? { phone_number: username } : { username };
}
