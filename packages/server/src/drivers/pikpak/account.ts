import type { Clock, Log } from '../../core/runtime.ts';
import type { RecordKeeper } from './account-record.ts';
import type { Api } from './api.ts';
import type { Credentials } from './credentials.ts';
import type { Stage } from './failure.ts';
import type { Lockout } from './lockout.ts';
import { PLATFORMS, type Platform } from './platforms.ts';
import { userAgent } from './user-agent.ts';
import type { JsonObject } from './wire.ts';

/** What the parts of a session share. */
export interface Account {
  readonly api: Api;
  readonly clock: Clock;
  readonly log: Log;
  readonly records: RecordKeeper;
  readonly lockout: Lockout;
  /** Whether a check page on loopback may be shown: true where PikPak itself is emulated there. */
  readonly trustsLoopback: boolean;
  /** As merged from all storages on this account. */
  credentials(): Credentials;
  /** The captcha token that a person has brought from a check last; '' for none. */
  solvedCaptcha(): string;
  /** Ends with the session. */
  readonly signal: AbortSignal;
}

export function platformOf(account: Account): Platform {
  return PLATFORMS[account.credentials().platform];
}

/** The device's id in every place where PikPak looks for it: it must be the same in all (protocol reference §1.4). */
export async function deviceIdOf(account: Account): Promise<string> {
  const record = await account.records.load();
  return account.credentials().deviceId || record.deviceId;
}

/** Headers by which PikPak knows the program and the device. */
export async function identityHeaders(account: Account): Promise<Record<string, string>> {
  const { userId } = await account.records.load();
  const deviceId = await deviceIdOf(account);
  const now = account.clock.now();
  return {
    'User-Agent': userAgent(platformOf(account), { deviceId, userId, now }),
    'X-Device-Id': deviceId,
  };
}

/** Asks the account service, on the session's own time: no caller that leaves can stop it halfway. */
export async function askAccount(
  account: Account,
  stage: Exclude<Stage, 'drive'>,
  path: string,
  body: JsonObject,
): Promise<JsonObject> {
  const headers = await identityHeaders(account);
  return account.api.send(
    { stage, service: 'user', root: account.credentials().root, method: 'POST', path, headers, body },
    account.signal,
  );
}
