import { StorageError } from '../../core/errors.ts';
import type { Clock } from '../../core/runtime.ts';
import { Flight } from '../pikpak/flight.ts';
import { Lockout } from '../pikpak/lockout.ts';
import { type JsonObject, textOf } from '../pikpak/wire.ts';
import { isAboutPassCode, isReadable, shareErrorOf, statusOf } from '../pikpak/share-status.ts';

const FIRST_PAUSE_MS = 10 * 60_000;
const LONGEST_PAUSE_MS = 6 * 3_600_000;

interface PassCodeOptions {
  /** '' where none was given. */
  readonly passCode: string;
  readonly clock: Clock;
  /** Asks PikPak about the share, with the pass code (protocol reference §6.2). */
  readonly ask: () => Promise<JsonObject>;
}

/**
 * Holds the token that a share's pass code is exchanged for and that every further call needs. It is got at the first need, once for all who
 * wait, and got again when PikPak no longer takes it.
 *
 * Tries with wrong codes are counted by PikPak (§6.9), so that a refusal is remembered: the next try comes after 10 minutes, then 20, up to
 * 6 hours. Other settings make another driver, which starts afresh.
 */
export class PassCode {
  readonly #options: PassCodeOptions;
  readonly #flight = new Flight<JsonObject>();
  readonly #refused: Lockout;
  /** undefined before the first exchange. Shares without a code work with the empty one. */
  #token: string | undefined;
  #refusals = 0;

  constructor(options: PassCodeOptions) {
    this.#options = options;
    this.#refused = new Lockout(options.clock);
    this.#token = options.passCode === '' ? '' : undefined;
  }

  /**
   * A token to send with a call.
   * @throws StorageError `share_password` and whatever else keeps the share closed; what `ask` throws.
   */
  async token(): Promise<string> {
    this.#refused.check();
    return this.#token ?? this.#exchanged();
  }

  /** After PikPak refused `token`. Those who were refused with the same token get one new one between them. @throws as `token`. */
  async renew(token: string): Promise<string> {
    this.#refused.check();
    if (this.#flight.running === undefined && this.#token !== undefined && this.#token !== token) {
      return this.#token;
    }
    return this.#exchanged();
  }

  /** What PikPak says of the share itself, asked anew; the token comes along. @throws as `token`. */
  async about(): Promise<JsonObject> {
    this.#refused.check();
    return this.#flight.run(() => this.#exchange());
  }

  async #exchanged(): Promise<string> {
    return textOf((await this.#flight.run(() => this.#exchange()))['pass_code_token']);
  }

  async #exchange(): Promise<JsonObject> {
    const answer = await this.#options.ask().catch((error: unknown) => this.#noteFailure(error));
    const status = statusOf(answer);
    if (isReadable(status)) {
      this.#refusals = 0;
      this.#token = textOf(answer['pass_code_token']);
      return answer;
    }
    const error = shareErrorOf(status);
    if (isAboutPassCode(status)) this.#pause(error);
    throw error;
  }

  /** PikPak may have had enough of tries at this share. */
  #noteFailure(error: unknown): never {
    if (error instanceof StorageError && error.code === 'rate_limited') this.#pause(error);
    throw error;
  }

  #pause(error: StorageError): void {
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** this.#refusals, LONGEST_PAUSE_MS);
    this.#refusals += 1;
    this.#refused.begin(error, this.#options.clock.now() + Math.max(pause, error.retryAfterMs ?? 0));
  }
}
