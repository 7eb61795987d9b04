import { StorageError } from '../../core/errors.ts';
import { type Account, askAccount, platformOf } from './account.ts';
import { type AccountRecord, withUsed } from './account-record.ts';
import { storageErrorOf } from './errors.ts';
import { type Failure, isGrantDead } from './failure.ts';
import { Flight } from './flight.ts';
import { noteRefusal } from './refusals.ts';
import { fingerprint } from './sign.ts';
import { signIn } from './sign-in.ts';
import { readTokens, type WireTokens } from './wire.ts';

const RENEW_AHEAD_MS = 5 * 60_000;

/** Refusals that we foresee, as PikPak would put them. */
const GRANT_DEAD: Failure = refusal('refresh', 'invalid_grant');
const SESSION_REFUSED: Failure = refusal('drive', 'unauthenticated');

/** Holds the access token: refreshes it ahead of its end, and signs in when nothing else helps (protocol reference §2.4). */
export class TokenKeeper {
  readonly #account: Account;
  readonly #flight = new Flight<string>();
  /** A token that a refresh brought and no call has used with success. */
  #unprovenRefresh = '';

  constructor(account: Account) {
    this.#account = account;
  }

  /** Work under way, to be waited for before the session ends. */
  get running(): Promise<unknown> | undefined {
    return this.#flight.running;
  }

  /** An access token that should work. What replaced an older one is on disk when this resolves. */
  async ensure(): Promise<string> {
    const { running } = this.#flight;
    if (running !== undefined) return running;
    const record = await this.#account.records.load();
    return isAlive(record, this.#account.clock.now() + RENEW_AHEAD_MS)
      ? record.accessToken
      : this.#flight.run(() => noteRefusal(this.#account, () => this.#replace('')));
  }

  /** After PikPak refused `token`. Those who were refused with the same token get one new one between them. */
  async renew(token: string): Promise<void> {
    if (this.#flight.running === undefined) {
      const record = await this.#account.records.load();
      if (record.accessToken !== token) return;
    }
    await this.#flight.run(() => noteRefusal(this.#account, () => this.#replace(token)));
  }

  /** PikPak has taken `token`. */
  prove(token: string): void {
    if (token === this.#unprovenRefresh) this.#unprovenRefresh = '';
  }

  /** @param refused the token that PikPak did not take, or '' when it is only about to end. */
  async #replace(refused: string): Promise<string> {
    const record = await this.#account.records.load();
    // Refreshing again what a refresh has just brought would go on for ever.
    if (refused === '' || refused !== this.#unprovenRefresh) {
      const token = await this.#refresh(record, refused);
      if (token !== undefined) return token;
    }
    return this.#signIn(refused);
  }

  /** Tries the pasted refresh token, when it is new, and the one we hold. undefined when there is none that lives. */
  async #refresh(record: AccountRecord, refused: string): Promise<string | undefined> {
    const pasted = this.#account.credentials().refreshToken;
    const isNew = pasted !== '' && !record.used.includes(fingerprint(pasted));
    for (const token of [...(isNew ? [pasted] : []), record.refreshToken]) {
      if (token === '') continue;
      try {
        const tokens = await this.#exchange(token);
        this.#unprovenRefresh = tokens.accessToken;
        return await this.#keep(tokens, { used: withUsed(record, fingerprint(token)) });
      } catch (error) {
        if (isGrantDead(error)) await this.#bury(token);
        else if (refused === '' && isAlive(record, this.#account.clock.now())) return record.accessToken;
        else throw error;
      }
    }
    return undefined;
  }

  async #exchange(refreshToken: string): Promise<WireTokens> {
    const { clientId, clientSecret } = platformOf(this.#account);
    const answer = await askAccount(this.#account, 'refresh', '/v1/auth/token', {
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
    });
    const tokens = readTokens(answer);
    if (tokens !== undefined) return tokens;
    throw new StorageError('protocol', "PikPak's answer to the refresh holds no tokens.");
  }

  async #bury(token: string): Promise<void> {
    const record = await this.#account.records.load();
    this.#account.log.warn(
      { vendor: 'PikPak' },
      'a refresh token is dead: used elsewhere, revoked, or of another platform',
    );
    await this.#account.records.update({
      used: withUsed(record, fingerprint(token)),
      refreshToken: record.refreshToken === token ? '' : record.refreshToken,
    });
  }

  async #signIn(refused: string): Promise<string> {
    const { username, password } = this.#account.credentials();
    if (username === '' || password === '') {
      const alive = refused !== '' && refused === this.#unprovenRefresh;
      throw storageErrorOf(alive ? SESSION_REFUSED : GRANT_DEAD);
    }
    const { tokens, signIns } = await signIn(this.#account);
    this.#account.log.info({ vendor: 'PikPak' }, 'signed in with the password');
    return this.#keep(tokens, { signIns });
  }

  async #keep(tokens: WireTokens, more: Partial<AccountRecord>): Promise<string> {
    const { records, clock } = this.#account;
    const { userId } = await records.load();
    await records.update({
      ...more,
      accessToken: tokens.accessToken,
      accessExpiresAt: clock.now() + tokens.expiresInMs,
      refreshToken: tokens.refreshToken,
      userId: tokens.userId || userId,
    });
    return tokens.accessToken;
  }
}

function isAlive(record: AccountRecord, at: number): boolean {
  return record.accessToken !== '' && record.accessExpiresAt > at;
}

function refusal(stage: Failure['stage'], name: string): Failure {
  return { stage, name, status: 0, code: 0, words: '', retryAfterMs: undefined };
}
