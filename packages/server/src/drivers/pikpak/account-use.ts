import type { Env, Verification } from '../../core/driver.ts';
import { type Credentials, loginOf } from './credentials.ts';
import { type DriveClient, PikPakSession } from './session.ts';

/** What a storage says of the account it uses. */
export interface AccountChoice {
  /** Sessions with an account are `PikPak`'s, whatever kind of storage asks for them. */
  readonly vendor: string;
  readonly credentials: Credentials;
  readonly egress: string;
}

/** A storage's part in an account's session. */
export interface AccountUse {
  readonly drive: DriveClient;
  readonly verification: Verification;
  /** True while a storage is tried on an account that others have signed in to: its own password is not looked at. */
  readonly guest: boolean;
  /** Safe to call twice. */
  release(): Promise<void>;
}

/** Joins the session of an account, or begins it. No I/O. */
export function useAccount(env: Env, { vendor, credentials, egress }: AccountChoice): AccountUse {
  const { clock, random, log } = env;
  const sessionEnv = {
    clock,
    random,
    log,
    http: () => env.http(egress),
    // A way out that has a name instead of an address was made by this program, for an emulated PikPak.
    trustsLoopback: egress !== '' && !egress.includes('://'),
  };
  const lease = env.accounts.join(
    { vendor, login: loginOf(credentials), egress },
    (state) => new PikPakSession(sessionEnv, state, credentials),
  );
  const { session } = lease;
  return {
    ...(lease.guest ? session.visit(credentials) : { drive: session.enter(credentials), guest: false }),
    verification: { session, pass: (answer) => session.pass(answer) },
    release: () => lease.release(),
  };
}
