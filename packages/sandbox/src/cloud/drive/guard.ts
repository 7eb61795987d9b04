import type { CaptchaTokens } from '../account/captcha-tokens.ts';
import type { Session, Sessions } from '../account/sessions.ts';
import { driveRefusal, missing, type Refusal } from '../refusal.ts';
import { bearerOf, headerOrQuery } from '../request.ts';
import type { CloudRules } from '../rules.ts';
import type { CloudRequest } from '../../types.ts';

/** Checks who asks, for the drive service. */
export interface Guard {
  /** A call that needs an account: bearer, device id, captcha token (protocol reference rules I2, I13, I16, I18). */
  account(request: CloudRequest): Session;
  /** A share-reading call: device id, client id or captcha token, and a bearer that is good if there is one (§6.6, rule S1). */
  visitor(request: CloudRequest): Session | undefined;
}

interface GuardDeps {
  readonly sessions: Sessions;
  readonly captchas: CaptchaTokens;
  readonly rules: CloudRules;
}

/** The order bearer, then device, is a guess; that both come before the captcha is rule I18. */
export function createGuard(deps: GuardDeps): Guard {
  return {
    account: (request) => {
      const session = requireSession(deps.sessions, request);
      const deviceId = requireDevice(request);
      checkCaptcha(deps, request, {
        deviceId,
        clientId: clientIdOf(request) || session.clientId,
        demanded: deps.rules.captcha === 'strict',
      });
      return session;
    },
    visitor: (request) => {
      const session = bearerOf(request) === '' ? undefined : requireSession(deps.sessions, request);
      const deviceId = requireDevice(request);
      const clientId = clientIdOf(request) || (session?.clientId ?? '');
      const demanded =
        deps.rules.captcha === 'strict' || (deps.rules.captcha === 'observed' && clientId === '');
      checkCaptcha(deps, request, { deviceId, clientId, demanded });
      return session;
    },
  };
}

function requireSession(sessions: Sessions, request: CloudRequest): Session {
  const found = sessions.authenticate(bearerOf(request));
  if (!found.ok)
    throw driveRefusal({
      status: 401,
      error: 'unauthenticated',
      code: 16,
      text: 'Account authentication failed',
      detail: found.detail,
    });
  return found.session;
}

function requireDevice(request: CloudRequest): string {
  const deviceId = headerOrQuery(request, 'x-device-id', 'device_id');
  if (deviceId === '') throw missing('device_id');
  return deviceId;
}

function clientIdOf(request: CloudRequest): string {
  return headerOrQuery(request, 'x-client-id', 'client_id');
}

interface CaptchaNeed {
  readonly deviceId: string;
  /** '' when the caller named no client. */
  readonly clientId: string;
  readonly demanded: boolean;
}

/** Detail texts `failed to decode` and `no client info found` are field observations (§2.7); the others are guesses. */
function checkCaptcha(deps: GuardDeps, request: CloudRequest, need: CaptchaNeed): void {
  if (deps.rules.captcha === 'lax') return;
  const token = headerOrQuery(request, 'x-captcha-token', 'captcha_token');
  if (token === '') {
    if (need.demanded) throw missing('captcha_token');
    return;
  }
  if (!/^ck0\.[\w-]+$/.test(token)) throw captchaInvalid('failed to decode');
  const grant = deps.captchas.find(token);
  if (grant === undefined) throw captchaInvalid('no client info found');
  if (deps.captchas.expired(grant)) throw captchaInvalid('captcha_token expired');
  if (grant.result === 'review') throw captchaInvalid('result:review');
  if (grant.deviceId !== need.deviceId) throw captchaInvalid('device not match');
  if (need.clientId !== '' && grant.clientId !== need.clientId) throw captchaInvalid('no client info found');
}

/** A captcha token that a drive call does not accept (§2.6, code 9). */
export function captchaInvalid(detail: string): Refusal {
  const text = 'Verification code is invalid';
  return driveRefusal({ error: 'captcha_invalid', code: 9, text, detail, message: text });
}
