import type { Clock } from '../../core/runtime.ts';

/** For how long what was learned counts: clouds are busy at one hour and not at the next. */
const LEARNED_FOR_MS = 10 * 60_000;

/** How many connections were found to help, by account. Forgotten with the account's session. */
export class Learned {
  readonly #clock: Clock;
  readonly #byAccount = new WeakMap<object, { readonly connections: number; readonly until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Undefined where nothing is known, or no longer. One means that more do not help. */
  of(account: object): number | undefined {
    const found = this.#byAccount.get(account);
    return found === undefined || found.until <= this.#clock.now() ? undefined : found.connections;
  }

  note(account: object, connections: number): void {
    this.#byAccount.set(account, { connections, until: this.#clock.now() + LEARNED_FOR_MS });
  }
}
