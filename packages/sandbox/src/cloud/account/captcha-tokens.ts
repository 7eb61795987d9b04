import { randomBytes } from 'node:crypto';

/** What a captcha token is bound to (protocol reference rule I7): not to the action, not to the address. */
export interface CaptchaGrant {
  readonly clientId: string;
  readonly deviceId: string;
  /** For sign-in only: which of email, phone_number, username, and its value with telephone numbers normalised. */
  readonly login?: { readonly field: string; readonly value: string };
  readonly expiresAt: number;
  /** `review`: a human must solve a challenge first; the token is only a ticket until then. */
  readonly result: 'accept' | 'review';
}

const MAX_TOKENS = 20_000;

/** Captcha tokens issued and still alive or lately dead. Holds at most 20 000, dropping the oldest. */
export class CaptchaTokens {
  readonly #now: () => number;
  readonly #grants = new Map<string, CaptchaGrant>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A new token of the observed form `ck0.…` (field observation). */
  issue(grant: CaptchaGrant): string {
    const token = `ck0.${randomBytes(48).toString('base64url')}`;
    this.#grants.set(token, grant);
    const [oldest] = this.#grants.keys();
    if (this.#grants.size > MAX_TOKENS && oldest !== undefined) this.#grants.delete(oldest);
    return token;
  }

  /** The grant behind a token, also when it has expired; undefined for a token that was never issued. */
  find(token: string): CaptchaGrant | undefined {
    return this.#grants.get(token);
  }

  expired(grant: CaptchaGrant): boolean {
    return this.#now() >= grant.expiresAt;
  }

  /**
   * Marks a ticket as solved and returns a fresh token for the same sign-in; undefined for an unknown or expired ticket.
   * Rule I8 lets the ticket itself become usable, the challenge page of §2.2 hands out a solved token: both work here.
   */
  solve(ticket: string, lifeMs: number): string | undefined {
    const grant = this.#grants.get(ticket);
    if (grant?.result !== 'review' || this.expired(grant)) return undefined;
    const solved: CaptchaGrant = { ...grant, result: 'accept', expiresAt: this.#now() + lifeMs };
    this.#grants.set(ticket, solved);
    return this.issue(solved);
  }
}
