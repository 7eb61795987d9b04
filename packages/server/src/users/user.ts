import type { TreePath } from '../core/path.ts';
import type { Rights } from '../core/rights.ts';
import type { AppPasswords } from './app-passwords.ts';

/** A user as doors see it. */
export interface User extends Rights {
  readonly id: number;
  readonly username: string;
  readonly role: 'general' | 'guest' | 'admin';
  readonly basePath: TreePath;
  readonly disabled: boolean;
}

/** A refused sign-in or token. `code` is the API's; `message` a text that clients key on (API reference §1.3). */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  readonly code: 400 | 401 | 402 | 403 | 429;
  readonly retryAfterMs: number | undefined;

  constructor(code: AuthError['code'], message: string, retryAfterMs?: number) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Where a sign-in comes from. */
export interface SignInOrigin {
  readonly address: string;
}

/** Signs users in and recognises their tokens. */
export interface AuthService {
  /**
   * Takes a name and a password, in clear or as AList's static hash, and gives a token. A wrong name takes as long as a wrong password.
   * @throws AuthError 400 `username or password is incorrect`; 429 with `retryAfterMs` when throttled by account or address.
   */
  signIn(
    credentials: { readonly username: string } & (
      | { readonly password: string }
      | { readonly staticHash: string }
    ),
    origin: SignInOrigin,
  ): Promise<{ readonly token: string; readonly user: User }>;
  /**
   * The user behind an `Authorization` header: a raw token, `Bearer` + token, or nothing for the guest.
   * @throws AuthError 401 with the texts of API reference §1.3.
   */
  authenticate(authorization: string | undefined): Promise<User>;
  /**
   * The user behind a name and password that a program sends with every request: the user's own password, or an app password, which
   * narrows what the user may do. No session comes of it, and a password that was right is not asked the slow way again for a while.
   * @throws AuthError 400 as `signIn`, 401 for someone who must use an app password, 403 when disabled, 429 when throttled.
   */
  recognise(
    credentials: { readonly username: string; readonly password: string },
    origin: SignInOrigin,
  ): Promise<User>;
  /** Passwords for programs. */
  readonly appPasswords: AppPasswords;
  /** Revokes a token; an unknown one is fine. */
  signOut(authorization: string | undefined): Promise<void>;
  /** Sets a password and ends all sessions of that user. @throws StorageError `not_found`, `invalid_argument` (too short). */
  setPassword(username: string, password: string): Promise<void>;
}
