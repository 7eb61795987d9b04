import { createHash } from 'node:crypto';
import { normalizePath } from '../core/path.ts';
import type { Clock, Random } from '../core/runtime.ts';
import type { Store, UserRow } from '../store/port.ts';
import { createAppPasswords } from './app-passwords.ts';
import { GUEST_NAME } from './built-in.ts';
import { createPasswordHasher, type PasswordHasher } from './password-hasher.ts';
import { changePassword } from './passwords.ts';
import { createProgramSignIn } from './programs.ts';
import { isStaticHash, staticHash } from './static-hash.ts';
import { type Attempt, createThrottle, type ThrottleLimits } from './throttle.ts';
import { createTokenIssuer, type TokenIssuer } from './tokens.ts';
import { AuthError, type AuthService, type SignInOrigin, type User } from './user.ts';

export interface AuthOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  /** Life of a token. AList's 48 when absent. */
  readonly tokenHours?: number;
  readonly limits?: ThrottleLimits;
  /** argon2id when absent; tests take a quick one. */
  readonly hasher?: PasswordHasher;
  /** Whose password alone must not open anything to programs; nobody's when absent. */
  readonly requiresAppPassword?: (user: UserRow) => boolean;
}

type SignIn = Parameters<AuthService['signIn']>[0];

/** What the parts of the service share. */
interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly hasher: PasswordHasher;
  readonly tokens: TokenIssuer;
  readonly tokenHours: number;
}

const DEFAULT_TOKEN_HOURS = 48;
const MAX_NAME_LENGTH = 255;
const STATIC_HASH_LENGTH = 64;

/** Accounts, passwords and sessions as the API knows them. Signing keys are loaded, or made, before it resolves. */
export async function createAuth(options: AuthOptions): Promise<AuthService> {
  const { store, clock, random, limits } = options;
  const hasher = options.hasher ?? createPasswordHasher();
  const throttle = createThrottle(clock, limits);
  const parts: Parts = {
    store,
    clock,
    hasher,
    tokens: await createTokenIssuer(store.secrets, clock, random),
    tokenHours: options.tokenHours ?? DEFAULT_TOKEN_HOURS,
  };
  /** Looked at for names that don't exist, so that they take as long as those that do. */
  const nobody = await hasher.hash(Buffer.from(random.bytes(32)).toString('hex'));

  const throttled = (credentials: SignIn, { address }: SignInOrigin): Promise<UserRow> => {
    const attempt = throttle.admit(credentials.username, address);
    if ('waitMs' in attempt) throw new AuthError(429, TOO_MANY, attempt.waitMs);
    return checkPassword(credentials, attempt, { ...parts, nobody });
  };
  const appPasswords = await createAppPasswords(options);

  return {
    appPasswords,
    recognise: createProgramSignIn({
      ...options,
      appPasswords,
      toUser,
      checkPassword: async (credentials, origin) => throttled(credentials, origin),
      requiresAppPassword: options.requiresAppPassword ?? (() => false),
    }),
    async signIn(credentials, origin) {
      const user = await throttled(credentials, origin);
      // Not 401 or 403, on which some clients sign in again at once (API reference §2.4).
      if (user.disabled) throw new AuthError(400, DISABLED);
      return { token: await openSession(user, parts), user: toUser(user) };
    },
    async authenticate(authorization) {
      const token = tokenIn(authorization);
      return toUser(token === '' ? await guestUser(store) : await userOf(token, parts));
    },
    async signOut(authorization) {
      const token = tokenIn(authorization);
      const claims = await parts.tokens.read(token).catch((error: unknown) => {
        if (!(error instanceof AuthError)) throw error;
      });
      if (claims !== undefined) await store.sessions.remove(digestOf(claims.id));
    },
    setPassword: (username, password) => changePassword(username, password, parts),
  };
}

// Clients compare these texts: API reference §1.3.
const TOO_MANY =
  'Too many unsuccessful sign-in attempts have been made using an incorrect username or password, Try again later.';
const REFUSED = 'username or password is incorrect';
const DISABLED = 'Current user is disabled, replace please';

/** One slow comparison whatever is wrong: the name, the password or its form. */
async function checkPassword(
  credentials: SignIn,
  attempt: Attempt,
  { store, hasher, nobody }: Parts & { readonly nobody: string },
): Promise<UserRow> {
  const { username } = credentials;
  const row = username.length <= MAX_NAME_LENGTH ? await store.users.byName(username) : undefined;
  const hash =
    'password' in credentials ? staticHash(credentials.password) : credentials.staticHash.toLowerCase();
  const usable = row !== undefined && row.passwordHash !== '' && isStaticHash(hash);
  const stored = usable ? row.passwordHash : nobody;
  let right: boolean;
  try {
    right = await hasher.matches(hash.slice(0, STATIC_HASH_LENGTH), stored);
  } catch (error) {
    attempt.dropped();
    throw error;
  }
  if (!usable || !right) throw new AuthError(400, REFUSED);
  attempt.succeeded();
  return row;
}

async function openSession(user: UserRow, { store, tokens, tokenHours, clock }: Parts): Promise<string> {
  const { username, passwordChangedAt } = user;
  const { token, id, expiresAt } = await tokens.issue({ username, passwordChangedAt }, tokenHours);
  await store.sessions.removeExpired(clock.now());
  await store.sessions.insert({ idDigest: digestOf(id), userId: user.id, createdAt: clock.now(), expiresAt });
  return token;
}

async function guestUser(store: Store): Promise<UserRow> {
  const guest = await store.users.byName(GUEST_NAME);
  if (guest?.role === 'guest' && !guest.disabled) return guest;
  throw new AuthError(401, 'Guest user is disabled, login please');
}

async function userOf(token: string, { store, tokens }: Parts): Promise<UserRow> {
  const claims = await tokens.read(token);
  const session = await store.sessions.byDigest(digestOf(claims.id));
  const user = session && (await store.users.byId(session.userId));
  // A password change ends its sessions, but its own text is what tells the person why.
  const named = user ?? (await store.users.byName(claims.username));
  if (named !== undefined && named.passwordChangedAt !== claims.passwordChangedAt) {
    throw new AuthError(401, 'Password has been changed, login please');
  }
  if (user === undefined || user.username !== claims.username)
    throw new AuthError(401, 'token is invalidated');
  if (user.disabled) throw new AuthError(401, DISABLED);
  return user;
}

/** AList's clients send the bare token, others `Bearer` before it. */
function tokenIn(authorization: string | undefined): string {
  return (authorization ?? '').trim().replace(/^bearer(?:\s+|$)/i, '');
}

/** What is stored of a token's id: who reads the database can't make a token of it. */
function digestOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}

/** A stored user as doors see it. */
export function toUser(row: UserRow): User {
  return {
    id: row.id,
    username: row.username,
    role: row.role,
    basePath: normalizePath(row.basePath),
    admin: row.role === 'admin',
    permission: row.permission,
    disabled: row.disabled,
  };
}
