import type { EntryId } from './entry.ts';
import type { StorageError } from './errors.ts';

/** An offline download that a storage's cloud does by itself. */
export interface CloudJob {
  readonly id: string;
  /** What is fetched, as it was asked for; '' when the cloud does not tell. */
  readonly url: string;
  /** The folder that it is for; absent when the cloud does not tell. */
  readonly folder?: EntryId;
  readonly name: string;
  /** `queued` has not begun. `done` is what the cloud says; the files may take a moment to be listed. */
  readonly phase: 'queued' | 'running' | 'done' | 'failed';
  /** 0 to 100. */
  readonly percent: number;
  /** Bytes, when known. */
  readonly size?: number;
  /** The file or folder that it makes, once that is known. A running one may have brought a part of it. */
  readonly entry?: EntryId;
  /** Milliseconds since the epoch, when known. */
  readonly created?: number;
  /** Why it failed. `retry: 'later'` when asking again may help. */
  readonly error?: StorageError;
}

/** What an account may do besides keeping bytes. Absent is what the cloud does not tell. */
export interface Allowances {
  /** Offline downloads of the day, in numbers. */
  readonly offlineJobs?: Allowance;
  /** Bytes of the month. */
  readonly download?: Allowance;
  readonly upload?: Allowance;
  readonly offline?: Allowance;
  /** The plan's name in the cloud's words, and until when it is paid for; ms since the epoch. */
  readonly plan?: string;
  readonly paidUntil?: number;
}

export interface Allowance {
  readonly used: number;
  /** Absent when there is no limit. */
  readonly total?: number;
}
