import type { Reason, ReasonParams } from './reasons.ts';

/** Every way an operation on a storage can fail. Doors map these to their own status codes in one place each. */
export type StorageErrorCode =
  | 'not_found'
  | 'not_a_folder'
  | 'not_a_file'
  | 'exists'
  | 'invalid_name'
  | 'invalid_argument'
  | 'unsupported'
  | 'forbidden'
  | 'unauthenticated'
  | 'bad_credentials'
  | 'needs_verification'
  | 'rate_limited'
  | 'quota_exceeded'
  | 'region_blocked'
  | 'content_blocked'
  | 'share_password'
  | 'share_gone'
  | 'share_expired'
  | 'link_expired'
  | 'unavailable'
  | 'timeout'
  | 'protocol'
  | 'misconfigured';

/** What a person or a program needs beside the code. Holds no secrets: it is shown and logged. */
export interface StorageErrorDetail {
  readonly op?: string;
  /** Mount path of the storage concerned. */
  readonly storage?: string;
  /** The vendor's own name or number for the error. */
  readonly vendorCode?: string;
  /** What happened, by a name that frontends have words for; and what these words need. */
  readonly reason?: Reason;
  readonly params?: ReasonParams;
  /** A page that a person has to open to get on. */
  readonly actionUrl?: string;
  /** What a person can do about it, as a full sentence. */
  readonly remedy?: string;
  /** Set where a refusal is about one thing in the cloud, as tries at a pass code are, and says nothing of other calls. */
  readonly alone?: true;
}

interface StorageErrorOptions {
  readonly retry?: 'never' | 'later';
  readonly retryAfterMs?: number;
  readonly detail?: StorageErrorDetail;
  readonly cause?: unknown;
}

/**
 * The one error type of everything below the doors.
 *
 * `retry` is `later` when the same call may succeed without anyone changing anything; `retryAfterMs` is the least wait.
 */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;
  readonly retry: 'never' | 'later';
  readonly retryAfterMs: number | undefined;
  readonly detail: StorageErrorDetail;

  constructor(code: StorageErrorCode, message: string, options: StorageErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retry = options.retry ?? 'never';
    this.retryAfterMs = options.retryAfterMs;
    this.detail = options.detail ?? {};
  }

  /** The same error with more detail; what is there already wins. */
  withDetail(detail: StorageErrorDetail): StorageError {
    const copy = new StorageError(this.code, this.message, {
      retry: this.retry,
      ...(this.retryAfterMs === undefined ? {} : { retryAfterMs: this.retryAfterMs }),
      detail: { ...detail, ...this.detail },
      cause: this.cause,
    });
    if (this.stack !== undefined) copy.stack = this.stack;
    return copy;
  }
}

/** True for the error that an aborted signal causes, whoever raised it. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
