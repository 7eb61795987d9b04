import { errors, jwtVerify, SignJWT } from 'jose';
import type { Clock, Random } from '../core/runtime.ts';
import type { SecretTable } from '../store/port.ts';
import { AuthError } from './user.ts';

/** What a token says. Times are Unix seconds (API reference §2.2). */
export interface TokenClaims {
  readonly username: string;
  /** When the password was last changed, as known when the token was made. */
  readonly passwordChangedAt: number;
  /** Identifies the session. Random, 128 bits. */
  readonly id: string;
}

/** Makes and reads the tokens of AList's API: JWT, HS256. */
export interface TokenIssuer {
  /** @param hours until the token expires */
  issue(
    claims: Omit<TokenClaims, 'id'>,
    hours: number,
  ): Promise<{ token: string; id: string; expiresAt: number }>;
  /** @throws AuthError 401 with the texts of API reference §1.3. */
  read(token: string): Promise<TokenClaims>;
}

const KEY_NAME = 'token-key';
const KEY_BYTES = 32;
const ID_BYTES = 16;
/** A token of ours has some 300 characters; anything much longer isn't worth parsing. */
const MAX_TOKEN_LENGTH = 4096;
const HOUR_S = 3600;

/** Tokens under a key of their own, made once and kept sealed. */
export async function createTokenIssuer(
  secrets: SecretTable,
  clock: Clock,
  random: Random,
): Promise<TokenIssuer> {
  const encoded = await secrets.loadOrCreate(KEY_NAME, () => toText(random.bytes(KEY_BYTES)));
  const key = new Uint8Array(Buffer.from(encoded, 'base64url'));
  if (key.length !== KEY_BYTES) throw new Error('the stored key for tokens has a wrong length');
  return {
    async issue({ username, passwordChangedAt }, hours) {
      const now = Math.floor(clock.now() / 1000);
      const expiry = now + Math.floor(hours * HOUR_S);
      const id = toText(random.bytes(ID_BYTES));
      const token = await new SignJWT({ username, pwd_ts: passwordChangedAt })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setJti(id)
        .setIssuedAt(now)
        .setNotBefore(now)
        .setExpirationTime(expiry)
        .sign(key);
      return { token, id, expiresAt: expiry * 1000 };
    },
    async read(token) {
      if (token.length > MAX_TOKEN_LENGTH) throw new AuthError(401, "that's not even a token");
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: ['HS256'],
          currentDate: new Date(clock.now()),
          requiredClaims: ['exp', 'jti'],
        });
        const { username, pwd_ts: passwordChangedAt, jti: id } = payload;
        if (typeof username === 'string' && typeof passwordChangedAt === 'number' && id !== undefined) {
          return { username, passwordChangedAt, id };
        }
      } catch (error) {
        throw new AuthError(401, refusal(error));
      }
      throw new AuthError(401, "couldn't handle this token");
    },
  };
}

function refusal(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'token is expired';
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf')
    return 'token not active yet';
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid)
    return "that's not even a token";
  if (error instanceof errors.JOSEError) return "couldn't handle this token";
  throw error;
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
