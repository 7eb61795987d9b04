import { randomBytes, randomUUID } from 'node:crypto';
import { tokenExpiryTime, wireTimeSeconds } from '../wire-time.ts';
import { invalidGrant } from './account-errors.ts';
import type { JwtSigner } from './jwt.ts';

/** Whom an access token speaks for. */
export interface Session {
  readonly userId: string;
  readonly clientId: string;
}

/** The answer to a sign-in and to a refresh (protocol reference §2.3, §2.4). */
export interface TokenAnswer {
  readonly token_type: 'Bearer';
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
  readonly sub: string;
}

/** What a bearer token turned out to be; `detail` is the service's debug text. */
export type Authentication =
  | { readonly ok: true; readonly session: Session }
  | { readonly ok: false; readonly detail: string };

interface SessionsOptions {
  readonly now: () => number;
  readonly accessLifeMs: number;
  readonly jwt: JwtSigner;
}

interface RefreshRecord {
  readonly session: Session;
  usedAt?: number;
}

const MAX_TOKENS = 50_000;

/** The account service's tokens. Holds at most 50 000 of each kind, dropping the oldest. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #access = new Map<string, { readonly session: Session; readonly expiresAt: number }>();
  readonly #refresh = new Map<string, RefreshRecord>();

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** New tokens for a session. `host` becomes the issuer. Older access tokens stay valid (rule I15). */
  async issue(session: Session, host: string): Promise<TokenAnswer> {
    const { now, accessLifeMs, jwt } = this.#options;
    const issued = Math.floor(now() / 1000);
    const lifeSeconds = Math.floor(accessLifeMs / 1000);
    const access = await jwt.sign({
      iss: `https://${host}`,
      sub: session.userId,
      aud: session.clientId,
      exp: issued + lifeSeconds,
      iat: issued,
      jti: randomUUID(),
    });
    const refresh = `os.${randomBytes(48).toString('base64url')}`;
    remember(this.#access, access, { session, expiresAt: now() + accessLifeMs });
    remember(this.#refresh, refresh, { session });
    return {
      token_type: 'Bearer',
      access_token: access,
      refresh_token: refresh,
      expires_in: lifeSeconds,
      sub: session.userId,
    };
  }

  /**
   * Uses up a refresh token and returns its session.
   *
   * @throws Refusal 4126 for a token that is unknown, used already, or of another client (rule I14).
   */
  redeem(token: string, clientId: string): Session {
    const record = this.#refresh.get(token);
    if (record === undefined) throw invalidGrant(`refresh token ${token} is not found`);
    if (record.usedAt !== undefined)
      throw invalidGrant(`refresh token ${token} has been refresh at ${wireTimeSeconds(record.usedAt)}`);
    if (record.session.clientId !== clientId)
      throw invalidGrant(`refresh token ${token} was issued to another client`);
    record.usedAt = this.#options.now();
    return record.session;
  }

  /** Looks a bearer token up. Apart from the expired one (fact: A P R), the detail texts are guesses. */
  authenticate(bearer: string): Authentication {
    if (bearer === '') return { ok: false, detail: 'oidc: token is empty' };
    const found = this.#access.get(bearer);
    if (found === undefined) return { ok: false, detail: 'oidc: malformed jwt' };
    if (this.#options.now() >= found.expiresAt)
      return {
        ok: false,
        detail: `oidc: token is expired (Token Expiry: ${tokenExpiryTime(found.expiresAt)})`,
      };
    return { ok: true, session: found.session };
  }
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MAX_TOKENS && oldest !== undefined) map.delete(oldest);
}
