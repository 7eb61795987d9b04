import { missing } from '../refusal.ts';
import { asRecord, type Body, readBody, textOf } from '../request.ts';
import type { Call } from '../router.ts';
import type { CloudRules } from '../rules.ts';
import { sameSecret } from '../secret-compare.ts';
import { captchaRefused, malformed, requireClient } from './account-errors.ts';
import type { AccountDirectory } from './accounts.ts';
import { expectedCaptchaSign } from './captcha-sign.ts';
import type { CaptchaGrant, CaptchaTokens } from './captcha-tokens.ts';
import { challengeUrl } from './challenge.ts';
import { compactPhone, normalizePhone } from './phone.ts';

/** What captcha init works with. */
export interface CaptchaInitDeps {
  readonly accounts: AccountDirectory;
  readonly captchas: CaptchaTokens;
  readonly rules: CloudRules;
  readonly now: () => number;
  /** The machine's time: what clients' clocks show when the sandbox's own was advanced. */
  readonly machineNow: () => number;
  /** Replaces scheme and host of the challenge page. */
  readonly challengeBase?: string;
}

const SIGN_IN_ACTION = /^POST:(https:\/\/user\.[^/]+)?\/v1\/auth\/signin$/;
const LOGIN_FIELDS = ['email', 'phone_number', 'username'] as const;

/** `POST /v1/shield/captcha/init` (protocol reference §2.2, rules I1–I8). The old `captcha_token` is not looked at (I6). */
export function captchaInit(deps: CaptchaInitDeps, call: Call): object {
  const body = readBody(call.request);
  const clientId = textOf(body, 'client_id');
  const deviceId = textOf(body, 'device_id');
  const action = textOf(body, 'action');
  const meta = asRecord(body['meta']);
  requireClient(clientId, '');
  if (deviceId === '') throw missing('device_id');
  if (action === '') throw malformed('action is empty');
  if (meta === undefined) throw malformed('meta is empty');
  const expiresAt = deps.now() + deps.rules.captchaLifeMs;
  const answer = { expires_in: Math.floor(deps.rules.captchaLifeMs / 1000) };
  if (!SIGN_IN_ACTION.test(action)) {
    checkSignature(deps, clientId, deviceId, meta);
    const token = deps.captchas.issue({ clientId, deviceId, expiresAt, result: 'accept' });
    return { captcha_token: token, ...answer };
  }
  const login = loginOf(meta);
  const result = needsHuman(deps, login.value) ? 'review' : 'accept';
  const token = deps.captchas.issue({ clientId, deviceId, login, expiresAt, result });
  if (result === 'accept') return { captcha_token: token, ...answer };
  return { captcha_token: token, ...answer, url: challengeUrl(body, token, call.root, deps.challengeBase) };
}

function needsHuman(deps: CaptchaInitDeps, name: string): boolean {
  return deps.accounts.byName(name)?.humanCheck ?? false;
}

/** Rule I3: exactly one of the three names. The signed members may stand beside it (field observation). */
function loginOf(meta: Body): NonNullable<CaptchaGrant['login']> {
  const given = LOGIN_FIELDS.filter((field) => textOf(meta, field) !== '');
  const [field] = given;
  if (field === undefined || given.length > 1)
    throw malformed('meta needs exactly one of email, phone_number and username');
  const value = textOf(meta, field);
  return { field, value: field === 'phone_number' ? normalizePhone(value) : compactPhone(value) };
}

/** Rules I3–I5. The true code for a wrong signature is unknown; 4002 is the reference's guess. */
function checkSignature(deps: CaptchaInitDeps, clientId: string, deviceId: string, meta: Body): void {
  for (const name of ['captcha_sign', 'timestamp', 'client_version', 'package_name'])
    if (textOf(meta, name) === '') throw malformed(`meta.${name} is empty`);
  if (!('user_id' in meta)) throw malformed('meta.user_id is missing');
  const timestamp = textOf(meta, 'timestamp');
  if (!/^\d{1,15}$/.test(timestamp)) throw malformed('meta.timestamp is not a number of milliseconds');
  const expected = expectedCaptchaSign({
    clientId,
    deviceId,
    timestamp,
    clientVersion: textOf(meta, 'client_version'),
    packageName: textOf(meta, 'package_name'),
  });
  if (expected === undefined) throw captchaRefused('Code(4002) - client_version is unknown');
  if (!sameSecret(expected, textOf(meta, 'captcha_sign')))
    throw captchaRefused('Code(4002) - captcha_sign is wrong');
  if (!withinTolerance(deps, Number(timestamp)))
    throw captchaRefused('Code(4002) - timestamp is out of range');
}

function withinTolerance(deps: CaptchaInitDeps, timestamp: number): boolean {
  return [deps.now(), deps.machineNow()].some(
    (time) => Math.abs(time - timestamp) <= deps.rules.signToleranceMs,
  );
}
