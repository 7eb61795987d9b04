import { createHash } from 'node:crypto';
import { CLIENT_BUILDS, CLIENTS } from './client-builds.ts';

/** What a signature covers (protocol reference §1.8). `timestamp` is milliseconds as decimal text. */
export interface SignedFields {
  readonly clientId: string;
  readonly clientVersion: string;
  readonly packageName: string;
  readonly deviceId: string;
  readonly timestamp: string;
}

/** The `captcha_sign` that these fields must carry; undefined for a client build that is not known (rule I4). */
export function expectedCaptchaSign(fields: SignedFields): string | undefined {
  const platform = CLIENTS.find((client) => client.id === fields.clientId)?.platform;
  const build = CLIENT_BUILDS.find((b) => b.client === platform && b.version === fields.clientVersion);
  if (build === undefined) return undefined;
  const base = `${fields.clientId}${fields.clientVersion}${fields.packageName}${fields.deviceId}${fields.timestamp}`;
  return `1.${build.salts.reduce((text, salt) => md5Hex(text + salt), base)}`;
}

function md5Hex(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
