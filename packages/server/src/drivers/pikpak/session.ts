import { throwIfAborted, waitOrAbort } from '../../core/abort.ts';
import type { AccountState, Ctx, Env } from '../../core/driver.ts';
import { isAbort, StorageError } from '../../core/errors.ts';
import type { HttpClient } from '../../core/http-client.ts';
import { type Account, identityHeaders, platformOf } from './account.ts';
import { RecordKeeper } from './account-record.ts';
import { createApi } from './api.ts';
import { CaptchaKeeper } from './captcha.ts';
import { captchaTokenIn, usedBefore } from './check-answer.ts';
import { Admission } from './admission.ts';
import {
  type Credentials,
  credentialsPrint,
  isAnonymous,
  mergeCredentials,
  passwordPrint,
} from './credentials.ts';
import { inWords, storageErrorOf } from './errors.ts';
import { isCaptchaRefused, isSessionOver } from './failure.ts';
import { type LeftoverBook, leftoverBook } from './leftover-book.ts';
import { Lockout } from './lockout.ts';
import type { ApiRoot } from './platforms.ts';
import { noteRefusal } from './refusals.ts';
import { fingerprint, newDeviceId } from './sign.ts';
import { TokenKeeper } from './tokens.ts';
import { Turns } from './turns.ts';
import type { JsonObject } from './wire.ts';

const CLOSE_WAIT_MS = 5000;
const MAX_LOGINS = 16;

/** A call to the drive service. `path` without host and query. */
export interface DriveCall {
  readonly root: ApiRoot;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
  /** Whether "too frequent" is PikPak's word on this call alone, as it is for pass codes, and not on the account. */
  readonly standsAlone?: boolean;
}

/** One storage's calls. */
export interface DriveClient {
  /**
   * Makes one call to the drive. At most one new access token and one new captcha token are fetched on its behalf
   * (protocol reference §2.8); passing troubles are left to whoever repeats calls.
   *
   * @throws StorageError with words for a person; AbortError.
   */
  call(call: DriveCall, ctx: Ctx): Promise<JsonObject>;
  /** PikPak's time minus ours, in ms. */
  skewMs(): number;
  /** Whose turn it is to put something into a folder: one order for all storages on the account. */
  readonly turns: Turns;
  readonly leftovers: LeftoverBook;
}

/** What a session uses of the world. */
export interface SessionEnv extends Pick<Env, 'clock' | 'random' | 'log'> {
  /** The way out; asked at every request. */
  readonly http: () => HttpClient;
  readonly trustsLoopback: boolean;
}

/**
 * The one owner of an account: its tokens, its device, its captcha token. All storages that name the account share it.
 * Without a login it never signs in and reads what is open to anyone: shares (protocol reference §6). Making one does no I/O.
 */
export class PikPakSession {
  readonly #account: Account;
  readonly #tokens: TokenKeeper;
  readonly #captcha: CaptchaKeeper;
  readonly #lifetime = new AbortController();
  readonly #turns = new Turns();
  /** By fingerprint. Storages may disagree; PikPak decides. */
  readonly #logins = new Map<string, { readonly username: string; readonly password: string }>();
  #credentials: Credentials;
  #solvedCaptcha = '';
  #started = false;

  constructor(env: SessionEnv, state: AccountState, credentials: Credentials) {
    const { clock, random, log, http, trustsLoopback } = env;
    this.#credentials = credentials;
    this.#account = {
      api: createApi(http, clock),
      clock,
      log,
      trustsLoopback,
      records: new RecordKeeper(state, () => newDeviceId(random)),
      lockout: new Lockout(clock),
      credentials: () => this.#currentCredentials(),
      solvedCaptcha: () => this.#solvedCaptcha,
      signal: this.#lifetime.signal,
    };
    this.#tokens = new TokenKeeper(this.#account);
    this.#captcha = new CaptchaKeeper(this.#account);
  }

  /** Lets a storage in, and hears what it knows of the account. Anything new opens the way for calls that were refused. */
  enter(credentials: Credentials): DriveClient {
    const print = passwordPrint(credentials);
    const { username, password } = credentials;
    if (print !== '') this.#logins.set(print, { username, password });
    const [oldest] = this.#logins.keys();
    if (this.#logins.size > MAX_LOGINS && oldest !== undefined) this.#logins.delete(oldest);
    const before = this.#credentials;
    this.#credentials = mergeCredentials(before, credentials);
    if (credentialsPrint(before) !== credentialsPrint(this.#credentials)) {
      this.#account.lockout.end();
      this.#captcha.drop();
    }
    return this.#client(new Admission(this.#account, this.#tokens, credentials));
  }

  /**
   * Lets in a storage that is only tried, and tells nobody what it knows. Where the session has no token that works there is nothing to
   * keep from it: then it comes in as any other.
   */
  visit(credentials: Credentials): { readonly drive: DriveClient; readonly guest: boolean } {
    const record = this.#account.records.loaded;
    const lost = record !== undefined && record.refreshToken === '' && record.accessToken === '';
    if (lost) return { drive: this.enter(credentials), guest: false };
    return { drive: this.#client({ check: async () => {} }), guest: true };
  }

  #client(admission: Pick<Admission, 'check'>): DriveClient {
    return {
      call: (call, ctx) => this.#call(call, ctx, admission),
      skewMs: () => this.#account.api.skewMs(),
      turns: this.#turns,
      leftovers: leftoverBook(this.#account.records),
    };
  }

  /**
   * Takes what a human check ended at, for the next call of any storage. A pause that PikPak asked for goes on.
   * @throws StorageError `invalid_argument` for what holds no token, or one that was used before.
   */
  async pass(answer: string): Promise<void> {
    const token = captchaTokenIn(answer);
    const { used } = await this.#account.records.load();
    if (used.includes(fingerprint(token))) throw usedBefore();
    this.#solvedCaptcha = token;
    this.#account.lockout.end('needs_verification');
    this.#captcha.drop();
  }

  async #call(call: DriveCall, ctx: Ctx, admission: Pick<Admission, 'check'>): Promise<JsonObject> {
    const may = { refresh: true, captcha: true };
    for (;;) {
      throwIfAborted(ctx.signal);
      const { token, captcha } = await sharedWork(this.#prepare(call, admission), ctx.signal);
      try {
        const answer = await this.#send(call, { token, captcha }, ctx.signal);
        this.#tokens.prove(token);
        this.#captcha.prove(captcha);
        return answer;
      } catch (error) {
        if (isSessionOver(error) && may.refresh && token !== '') {
          may.refresh = false;
          await sharedWork(this.#tokens.renew(token), ctx.signal);
        } else if (isCaptchaRefused(error) && may.captcha) {
          may.captcha = false;
          this.#tokens.prove(token); // the session is looked at before the captcha
          await sharedWork(this.#captcha.renew(captcha, actionOf(call)), ctx.signal);
        } else if (call.standsAlone === true) {
          const words = inWords(error);
          throw words instanceof StorageError ? words.withDetail({ alone: true }) : words;
        } else return noteRefusal(this.#account, () => Promise.reject(error));
      }
    }
  }

  /** Lets a refresh under way end, so that its token is not lost, and stops everything else. */
  async close(): Promise<void> {
    if (this.#lifetime.signal.aborted) return;
    const running = Promise.allSettled([this.#tokens.running, this.#captcha.running]);
    const stopWaiting = new AbortController();
    const patience = this.#account.clock.sleep(CLOSE_WAIT_MS, stopWaiting.signal).catch(() => {});
    await Promise.race([running, patience]);
    stopWaiting.abort();
    this.#lifetime.abort();
  }

  async #prepare(
    call: DriveCall,
    admission: Pick<Admission, 'check'>,
  ): Promise<{ readonly token: string; readonly captcha: string }> {
    if (this.#lifetime.signal.aborted) {
      throw closed();
    }
    if (!this.#started) await this.#start();
    this.#account.lockout.check();
    await admission.check();
    const token = isAnonymous(this.#credentials) ? '' : await this.#tokens.ensure();
    const captcha = await this.#captcha.ensure(actionOf(call));
    return { token, captcha };
  }

  /** What all storages know together, with the password that PikPak has taken where there is one. */
  #currentCredentials(): Credentials {
    const proven = this.#logins.get(this.#account.records.loaded?.passwordPrint ?? '');
    return { ...this.#credentials, ...proven };
  }

  /** Takes up a pause that a process before this one was asked for. */
  async #start(): Promise<void> {
    const { pause } = await this.#account.records.load();
    if (this.#started) return;
    this.#started = true;
    const stillMeant = pause.print === credentialsPrint(this.#currentCredentials());
    if (stillMeant && pause.until > this.#account.clock.now()) {
      this.#account.lockout.begin(storageErrorOf(TOO_FREQUENT), pause.until);
    }
  }

  async #send(
    call: DriveCall,
    { token, captcha }: { readonly token: string; readonly captcha: string },
    signal: AbortSignal,
  ): Promise<JsonObject> {
    const headers = {
      ...(await identityHeaders(this.#account)),
      // Who comes without an account has to name the program (protocol reference §6.6).
      ...(token === ''
        ? { 'X-Client-Id': platformOf(this.#account).clientId }
        : { Authorization: `Bearer ${token}` }),
      'X-Captcha-Token': captcha,
    };
    return this.#account.api.send({ ...call, stage: 'drive', service: 'api-drive', headers }, signal);
  }
}

const TOO_FREQUENT = {
  stage: 'drive',
  status: 0,
  name: '',
  code: 10,
  words: '',
  retryAfterMs: undefined,
} as const;

/** Waits for work that others wait for as well: a caller can leave it, and it ends with the session. */
async function sharedWork<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await waitOrAbort(work, signal);
  } catch (error) {
    throw isAbort(error) && !signal.aborted ? closed() : error;
  }
}

function closed(): StorageError {
  return new StorageError('unavailable', 'This storage has been closed.', { retry: 'later' });
}

/** What a captcha token is made for. */
function actionOf({ method, path }: DriveCall): string {
  return `${method}:${path}`;
}
