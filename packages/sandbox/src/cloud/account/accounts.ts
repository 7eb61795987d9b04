import { sameSecret } from '../secret-compare.ts';

/** One account of the emulated service. */
export interface Account {
  /** The JWT's `sub`: short, mixed case (protocol reference §0.2). */
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  /** With `+` and country code. */
  readonly phone?: string;
  readonly username?: string;
  /** Absent for an account made through another provider (field observation: any password is wrong then). */
  readonly password?: string;
  /** The other provider's id, such as `google.com`. */
  readonly provider?: string;
  /** Rule I8: sign-in needs a human. */
  readonly humanCheck: boolean;
  readonly plan: 'premium' | 'free';
  /** Bytes. */
  readonly quotaLimit: number;
  readonly createdAt: number;
}

/** Looks accounts up by any of their names. */
export class AccountDirectory {
  readonly #byName = new Map<string, Account>();
  readonly #byId = new Map<string, Account>();

  constructor(accounts: readonly Account[]) {
    for (const account of accounts) {
      this.#byId.set(account.userId, account);
      for (const name of [account.email, account.phone, account.username])
        if (name !== undefined) this.#byName.set(name, account);
    }
  }

  /** The account with this email, telephone number (with country code) or user name. */
  byName(name: string): Account | undefined {
    return this.#byName.get(name);
  }

  byId(userId: string): Account | undefined {
    return this.#byId.get(userId);
  }

  /** The account, if the password is its own. An unknown name takes the same time as a wrong password. */
  verify(name: string, password: string): Account | undefined {
    const account = this.byName(name);
    const matches = sameSecret(account?.password ?? '', password);
    return matches && account?.password !== undefined ? account : undefined;
  }
}
