import type { Reason } from '../../core/reasons.ts';
import { isAbort, StorageError, type StorageErrorCode } from '../../core/errors.ts';

const FIRST_WAIT_MS = 5 * 60_000;
const LONGEST_WAIT_MS = 6 * 3_600_000;
const QUIET_MS = 3_600_000;
const UNREACHED_WAIT_MS = 30_000;
const LONGEST_BROKEN_WAIT_MS = 15 * 60_000;

/**
 * Sign-ins of one account, kept over restarts. PikPak answers a burst of them with a block of hours (protocol reference §2.9), so that
 * after a failure the next one waits 5 minutes, then 10, up to 6 hours. One repeat soon after a success is free, for a session that was
 * ended elsewhere; more of them in one hour wait as well.
 */
export interface SignInHistory {
  /** Fingerprint of the credentials concerned: others start afresh. */
  readonly print: string;
  /** Since the last hour without any. */
  readonly attempts: number;
  /** In a row. */
  readonly failures: number;
  /** Milliseconds since the epoch. */
  readonly lastAt: number;
  readonly nextAt: number;
  /** Why the last one failed. */
  readonly refusal?: Refusal;
  /** In a row: answers that PikPak is out of order. */
  readonly broken?: number;
}

/** An error as it is kept: what a person is told while a sign-in has to wait. */
export interface Refusal {
  readonly code: StorageErrorCode;
  readonly message: string;
  readonly remedy: string;
  readonly reason?: Reason;
}

export function freshHistory(print: string): SignInHistory {
  return { print, attempts: 0, failures: 0, lastAt: 0, nextAt: 0 };
}

/** Milliseconds until a sign-in may be tried; 0 for now. A clock that was set back does not lock anyone out. */
export function waitFor(history: SignInHistory, now: number): number {
  return history.lastAt > now ? 0 : Math.max(0, history.nextAt - now);
}

/** To be saved before the attempt: a process that dies in it has failed. */
export function attempted(history: SignInHistory, now: number): SignInHistory {
  const quiet = history.failures === 0 && now - history.lastAt >= QUIET_MS;
  const failures = history.failures + 1;
  return {
    print: history.print,
    attempts: (quiet ? 0 : history.attempts) + 1,
    failures,
    lastAt: now,
    nextAt: now + doubled(failures),
  };
}

/** After `attempted`: PikPak let us in. */
export function succeeded(history: SignInHistory, now: number): SignInHistory {
  const { refusal: _, ...rest } = history;
  const wait = history.attempts <= 1 ? 0 : doubled(history.attempts - 1);
  return { ...rest, failures: 0, lastAt: now, nextAt: now + wait };
}

/** After `attempted`: the sign-in failed with `error`. */
export function failed(history: SignInHistory, error: unknown): SignInHistory {
  return { ...history, refusal: refusalOf(error) };
}

/** Instead of `attempted`: PikPak gave no answer, and probably knows nothing of it. */
export function unreached(history: SignInHistory, now: number, error: unknown): SignInHistory {
  return { ...history, lastAt: now, nextAt: now + UNREACHED_WAIT_MS, refusal: refusalOf(error) };
}

/** Instead of `attempted`: PikPak says that it is out of order. It may last, and may count the tries all the same. */
export function outOfOrder(history: SignInHistory, now: number, error: unknown): SignInHistory {
  const broken = (history.broken ?? 0) + 1;
  const wait = Math.min(UNREACHED_WAIT_MS * 2 ** (broken - 1), LONGEST_BROKEN_WAIT_MS);
  return { ...history, broken, lastAt: now, nextAt: now + wait, refusal: refusalOf(error) };
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof StorageError) {
    const { reason, remedy = '' } = error.detail;
    return { code: error.code, message: error.message, remedy, ...(reason === undefined ? {} : { reason }) };
  }
  const message = isAbort(error) ? 'The last sign-in was broken off.' : 'The last sign-in failed.';
  return { code: 'unavailable', message, remedy: '' };
}

function doubled(times: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** (times - 1), LONGEST_WAIT_MS);
}
