import { StorageError } from '../../core/errors.ts';
import type { Account } from './account.ts';
import { credentialsPrint } from './credentials.ts';
import { inWords } from './errors.ts';
import { isTooFrequent } from './failure.ts';

/** "Too frequent" lasts from minutes to a day (protocol reference §2.9). */
const LEAST_PAUSE_MS = 10 * 60_000;
const PAGE_LIFE_MS = 5 * 60_000;

/**
 * Does `work` for an account, and locks it out when PikPak's answer holds for every call to come: it asks to be left alone (kept over
 * a restart), wants a person, or does not take the password. Failures come out in words.
 */
export async function noteRefusal<T>(account: Account, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const words = inWords(error);
    if (words instanceof StorageError) await lockOut(account, words, isTooFrequent(error));
    throw words;
  }
}

async function lockOut(account: Account, error: StorageError, tooFrequent: boolean): Promise<void> {
  const { lockout, records, clock } = account;
  if (tooFrequent) {
    const until = clock.now() + Math.max(LEAST_PAUSE_MS, error.retryAfterMs ?? 0);
    lockout.begin(error, until);
    await records.update({ pause: { until, print: credentialsPrint(account.credentials()) } });
  } else if (error.code === 'needs_verification') {
    lockout.begin(error, clock.now() + (error.retryAfterMs ?? PAGE_LIFE_MS));
  } else if (error.code === 'bad_credentials' && error.retry === 'never') {
    lockout.begin(error, Number.POSITIVE_INFINITY);
  }
}
