import { joinPath, normalizePath } from '../core/path.ts';
import { Permission } from '../core/rights.ts';
import type { Clock, Random } from '../core/runtime.ts';
import type { Store, UserRow } from '../store/port.ts';
import type { AppPassword, AppPasswords } from './app-passwords.ts';
import { GUEST_NAME } from './built-in.ts';
import { AuthError, type AuthService, type User } from './user.ts';
import { createVerifiedPasswords } from './verified-passwords.ts';

type Credentials = Parameters<AuthService['recognise']>[0];
type Origin = Parameters<AuthService['recognise']>[1];

export interface ProgramOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly appPasswords: AppPasswords;
  /** The slow and throttled comparison, as for people. */
  readonly checkPassword: (credentials: Credentials, origin: Origin) => Promise<UserRow>;
  readonly toUser: (row: UserRow) => User;
  /** True for a user whose password alone must not open anything: one with a second factor. */
  readonly requiresAppPassword: (row: UserRow) => boolean;
}

const REFUSED = 'username or password is incorrect';
const DISABLED = 'this user is disabled';
const NEEDS_APP_PASSWORD =
  'This account has a second factor: programs need an app password. Make one in the account menu of the web page.';
/** The password that AList's clients send for the guest, who has none (API reference §7.1). */
const GUEST_PASSWORD = 'guest';

/** @returns `AuthService.recognise` */
export function createProgramSignIn(options: ProgramOptions): AuthService['recognise'] {
  const { store, appPasswords, toUser, requiresAppPassword } = options;
  const verified = createVerifiedPasswords(options.clock, options.random);
  const running = new Map<string, Promise<UserRow>>();

  const compared = async (credentials: Credentials, origin: Origin): Promise<UserRow> => {
    const row = await options.checkPassword(credentials, origin);
    verified.add(row, credentials.password);
    return row;
  };

  /** Clients open several connections at once: they are one attempt, not many that lock each other out. */
  const byPassword = (credentials: Credentials, origin: Origin): Promise<UserRow> => {
    const key = `${verified.keyOf(credentials.username, credentials.password)} ${origin.address}`;
    const joined = running.get(key);
    if (joined !== undefined) return joined;
    const attempt = compared(credentials, origin).finally(() => running.delete(key));
    running.set(key, attempt);
    return attempt;
  };

  return async (credentials, origin) => {
    const { username, password } = credentials;
    const named = await store.users.byName(username);
    const app = named === undefined ? undefined : await appPasswords.find(password);
    if (named !== undefined && app?.userId === named.id) {
      if (named.disabled) throw new AuthError(403, DISABLED);
      return limited(toUser(named), app);
    }
    if (named?.role === 'guest' && username === GUEST_NAME && password === GUEST_PASSWORD) {
      if (named.disabled) throw new AuthError(401, REFUSED);
      return toUser(named);
    }
    const known = named !== undefined && verified.knows(named, password);
    const row = known ? named : await byPassword(credentials, origin);
    if (row.disabled) throw new AuthError(403, DISABLED);
    if (requiresAppPassword(row)) throw new AuthError(401, NEEDS_APP_PASSWORD);
    return toUser(row);
  };
}

/** The user as far as an app password reaches. Read-only takes an admin's passage through every check, too. */
function limited(user: User, { readOnly, folder }: AppPassword): User {
  const confined = { ...user, basePath: joinPath(user.basePath, normalizePath(folder)) };
  if (!readOnly) return confined;
  const mask = Permission.seeHidden | Permission.skipPathPassword | Permission.webdavRead;
  const granted = user.admin ? mask : user.permission & mask;
  return { ...confined, admin: false, permission: granted };
}
