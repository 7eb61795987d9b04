import { StorageError } from '../../core/errors.ts';
import type { Account } from './account.ts';
import { type Credentials, passwordPrint } from './credentials.ts';
import { inWords } from './errors.ts';
import { isTooFrequent } from './failure.ts';
import { Flight } from './flight.ts';
import { noteRefusal } from './refusals.ts';
import type { TokenKeeper } from './tokens.ts';

/**
 * Whether one storage may use an account that others have opened. With another password than the one that PikPak has taken, it has to
 * sign in with its own first: right, it becomes the account's; wrong, this storage alone fails.
 */
export class Admission {
  readonly #account: Account;
  readonly #tokens: TokenKeeper;
  readonly #credentials: Credentials;
  readonly #flight = new Flight<void>();
  #refused: StorageError | undefined;

  constructor(account: Account, tokens: TokenKeeper, credentials: Credentials) {
    this.#account = account;
    this.#tokens = tokens;
    this.#credentials = credentials;
  }

  /** @throws StorageError `bad_credentials` or why it could not be found out. */
  async check(): Promise<void> {
    const own = passwordPrint(this.#credentials);
    const { passwordPrint: proven } = await this.#account.records.load();
    if (own === '' || proven === '' || own === proven) return;
    if (this.#refused !== undefined) throw this.#refused;
    await this.#flight.run(() => this.#prove());
  }

  async #prove(): Promise<void> {
    try {
      await this.#tokens.admit(this.#credentials);
    } catch (error) {
      if (isTooFrequent(error)) return noteRefusal(this.#account, () => Promise.reject(error));
      const words = inWords(error);
      if (words instanceof StorageError && words.code === 'bad_credentials') this.#refused = words;
      throw words;
    }
  }
}
