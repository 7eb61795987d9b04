import { StorageError } from '../../core/errors.ts';
import type { Account } from './account.ts';
import { captchaForDrive, takePastedCaptcha } from './captcha-init.ts';
import { Flight } from './flight.ts';
import { noteRefusal } from './refusals.ts';

const RENEW_AHEAD_MS = 30_000;
const LEAST_DISTANCE_MS = 1000;
/** Tokens refused in a row, fresh as they were, before we stop asking for more. */
const MAX_STRIKES = 3;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 10 * 60_000;

/** Holds the captcha token that goes with every drive call (protocol reference §2.1, §2.2). */
export class CaptchaKeeper {
  readonly #account: Account;
  readonly #flight = new Flight<string>();
  #token = '';
  #expiresAt = 0;
  #askedAt = Number.NEGATIVE_INFINITY;
  #proven = true;
  #strikes = 0;
  #pausedUntil = 0;

  constructor(account: Account) {
    this.#account = account;
  }

  /** Work under way, to be waited for before the session ends. */
  get running(): Promise<unknown> | undefined {
    return this.#flight.running;
  }

  /** @param action what the token is first needed for, such as `GET:/drive/v1/files`. */
  async ensure(action: string): Promise<string> {
    const { running } = this.#flight;
    if (running !== undefined) return running;
    const alive = this.#expiresAt - this.#account.clock.now() > RENEW_AHEAD_MS;
    return alive
      ? this.#token
      : this.#flight.run(() => noteRefusal(this.#account, () => this.#obtain(action)));
  }

  /** After PikPak refused `token`. Those who were refused with the same token get one new one between them. */
  async renew(token: string, action: string): Promise<void> {
    if (this.#flight.running === undefined && token === this.#token) {
      if (!this.#proven) this.#strike();
      this.#expiresAt = 0;
    }
    await this.ensure(action);
  }

  /** PikPak has taken `token`. */
  prove(token: string): void {
    if (token !== this.#token) return;
    this.#proven = true;
    this.#strikes = 0;
  }

  /** Forgets the token: its device or user has changed. */
  drop(): void {
    this.#expiresAt = 0;
    this.#strikes = 0;
    this.#pausedUntil = 0;
  }

  #strike(): void {
    this.#strikes += 1;
    if (this.#strikes < MAX_STRIKES) return;
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (this.#strikes - MAX_STRIKES), LONGEST_PAUSE_MS);
    this.#pausedUntil = this.#account.clock.now() + pause;
  }

  async #obtain(action: string): Promise<string> {
    const { clock, signal } = this.#account;
    this.#checkPause();
    const early = this.#askedAt + LEAST_DISTANCE_MS - clock.now();
    if (early > 0) await clock.sleep(early, signal);
    this.#askedAt = clock.now();
    const captcha =
      (await takePastedCaptcha(this.#account)) ?? (await captchaForDrive(this.#account, action, this.#token));
    this.#token = captcha.token;
    this.#expiresAt = clock.now() + captcha.expiresInMs;
    this.#proven = false;
    return captcha.token;
  }

  #checkPause(): void {
    const left = this.#pausedUntil - this.#account.clock.now();
    if (left <= 0) return;
    throw new StorageError('unavailable', 'PikPak keeps refusing the security tokens that it gives us.', {
      retry: 'later',
      retryAfterMs: left,
      detail: {
        reason: 'security_token_refused',
        remedy: 'It is tried again by itself. If it stays, sign in with a refresh token from a browser.',
      },
    });
  }
}
