import { accountRefusal, type Refusal } from '../refusal.ts';
import { bearerOf } from '../request.ts';
import type { Call } from '../router.ts';
import { wireTime } from '../wire-time.ts';
import type { Account, AccountDirectory } from './accounts.ts';
import type { Sessions } from './sessions.ts';

/** `GET /v1/user/me` (protocol reference §2.5, R). How email and telephone are masked is a guess. */
export function userProfile(accounts: AccountDirectory, sessions: Sessions, call: Call): object {
  const found = sessions.authenticate(bearerOf(call.request));
  if (!found.ok) throw unauthenticated(found.detail);
  const account = accounts.byId(found.session.userId);
  if (account === undefined) throw unauthenticated('oidc: unknown subject');
  return profileOf(account);
}

function profileOf(account: Account): object {
  const created = wireTime(account.createdAt);
  return {
    sub: account.userId,
    name: account.name,
    picture: '',
    email: maskEmail(account.email),
    phone_number:
      account.phone === undefined ? '' : `${account.phone.slice(0, 6)}****${account.phone.slice(-4)}`,
    password: account.password === undefined ? '' : 'SET',
    status: 'ACTIVE',
    created_at: created,
    password_updated_at: account.password === undefined ? '' : created,
    providers:
      account.provider === undefined
        ? null
        : [{ id: account.provider, provider_user_id: account.userId, name: account.name }],
  };
}

/** First letters of the name, then stars. */
export function maskEmail(email: string): string {
  const at = email.indexOf('@');
  return `${email.slice(0, Math.min(2, at))}***${email.slice(at)}`;
}

function unauthenticated(detail: string): Refusal {
  return accountRefusal({
    status: 401,
    error: 'unauthenticated',
    code: 16,
    text: 'Account authentication failed',
    detail,
    message: 'Account authentication failed',
  });
}
