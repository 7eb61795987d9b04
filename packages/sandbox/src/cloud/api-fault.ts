import { captchaInvalid } from './drive/guard.ts';
import type { ApiFault } from './faults.ts';
import { accountRefusal, type Complaint, driveRefusal } from './refusal.ts';
import type { CloudResponse } from '../types.ts';
import { Refusal } from './refusal.ts';
import { tokenExpiryTime } from './wire-time.ts';

const HTML = 'text/html; charset=utf-8';

/** Which envelope an error wears. */
export type ServiceName = 'account' | 'drive';

/** No answer: the connection is to be cut. Where nobody does that, it reads as a gateway's failure. */
export const HUNG_UP: CloudResponse = { status: 502, headers: {}, body: '', hangUp: true };

/** The answer that a scripted fault puts in place of the real one. */
export function apiFaultAnswer(
  fault: Exclude<ApiFault, { kind: 'hang_up' }>,
  service: ServiceName,
  now: number,
): CloudResponse | Refusal {
  const refusal = (complaint: Complaint): Refusal =>
    service === 'account' ? accountRefusal(complaint) : driveRefusal(complaint);
  switch (fault.kind) {
    case 'status':
      return bareAnswer(fault);
    case 'vendor_error':
      return refusal({ status: fault.status, error: fault.error, code: fault.code, text: fault.text });
    case 'captcha_invalid':
      return captchaInvalid('failed to decode');
    case 'token_expired':
      return refusal({
        status: 401,
        error: 'unauthenticated',
        code: 16,
        text: 'Account authentication failed',
        detail: `oidc: token is expired (Token Expiry: ${tokenExpiryTime(now)})`,
      });
    case 'too_frequent':
      return refusal({
        error: 'aborted',
        code: 10,
        text: 'Your operation is too frequent, please try again later',
      });
  }
}

function bareAnswer(fault: Extract<ApiFault, { kind: 'status' }>): CloudResponse {
  const retry: Record<string, string> =
    fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) };
  switch (fault.body ?? 'html') {
    case 'html':
      return {
        status: fault.status,
        headers: { 'content-type': HTML, ...retry },
        body: `<html><body><h1>${fault.status}</h1></body></html>`,
      };
    case 'empty':
      return { status: fault.status, headers: retry, body: '' };
    case 'broken_json':
      return {
        status: fault.status,
        headers: { 'content-type': 'application/json; charset=utf-8', ...retry },
        body: '{"error":"inter',
      };
  }
}
