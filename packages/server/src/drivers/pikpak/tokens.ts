import { StorageError } from '../../core/errors.ts';
import { type Account, askAccount, platformOf } from './account.ts';
import { type AccountRecord, withUsed } from './account-record.ts';
import { type Credentials, passwordPrint } from './credentials.ts';
import { inWords, storageErrorOf } from './errors.ts';
import { type Failure, isGrantDead } from './failure.ts';
import { Flight } from './flight.ts';
import { noteRefusal } from './refusals.ts';
import { fingerprint } from './sign.ts';
import { signIn } from './sign-in.ts';
import { readTokens, type WireTokens } from './wire.ts';

const RENEW_AHEAD_MS = 5 * 60_000;
const RETRY_AFTER_MS = 30_000;

/** Refusals that we foresee, as PikPak would put them. */
const GRANT_DEAD: Failure = refusal('refresh', 'invalid_grant');
const SESSION_REFUSED: Failure = refusal('drive', 'unauthenticated');

/** Holds the access token: refreshes it ahead of its end, and signs in when nothing else helps (protocol reference §2.4). */
export class TokenKeeper {
  readonly #account: Account;
  readonly #flight = new Flight<string>();
  /** A token that a refresh brought and no call has used with success. */
  #unprovenRefresh = '';
  /** When a refresh ahead of time may be tried again. */
  #notBefore = 0;

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
    const now = this.#account.clock.now();
    const goodFor = now < this.#notBefore ? 0 : RENEW_AHEAD_MS;
    if (isAlive(record, now + goodFor)) return record.accessToken;
    return this.#flight.run(() => noteRefusal(this.#account, () => this.#replace('')));
  }

  /** After PikPak refused `token`. Those who were refused with the same token get one new one between them. */
  async renew(token: string): Promise<void> {
    if (this.#flight.running === undefined) {
      const record = await this.#account.records.load();
      if (record.accessToken !== token) return;
    }
    await this.#flight.run(() => noteRefusal(this.#account, () => this.#replace(token)));
  }

  /**
   * Signs in with just these credentials, whose password is the account's from then on.
   * @throws as `signIn`.
   */
  async admit(credentials: Credentials): Promise<string> {
    const { tokens, signIns } = await signIn({ ...this.#account, credentials: () => credentials });
    this.#account.log.info({ vendor: 'PikPak' }, 'signed in with the password');
    return this.#keep(tokens, { signIns, passwordPrint: passwordPrint(credentials) });
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
        return await this.#keep(
          tokens,
          token === pasted ? { used: withUsed(record, fingerprint(token)) } : {},
        );
      } catch (error) {
        if (isGrantDead(error)) await this.#bury(token);
        else return this.#makeDo(record, refused, error);
      }
    }
    return undefined;
  }

  /** When a refresh fails for now: the token at hand serves until its end, if PikPak still takes it. */
  #makeDo(record: AccountRecord, refused: string, error: unknown): string {
    const now = this.#account.clock.now();
    if (refused !== '' || !isAlive(record, now)) throw error;
    this.#notBefore = now + RETRY_AFTER_MS;
    return record.accessToken;
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
    try {
      return await this.admit(this.#account.credentials());
    } catch (error) {
      const refused = inWords(error);
      const changed = refused instanceof StorageError && refused.code === 'bad_credentials';
      if (changed) await this.#account.records.update({ passwordPrint: '' });
      throw error;
    }
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
