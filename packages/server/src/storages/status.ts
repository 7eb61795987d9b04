import { type StorageErrorCode, StorageError } from '../core/errors.ts';
import type { Clock, Log } from '../core/runtime.ts';
import type { StorageStatus } from '../core/storage-record.ts';
import type { PaceState } from '../layers/pace.ts';
import type { TraceEvent } from '../layers/trace.ts';

/** Failures that say something about the storage as a whole, not about one path or file in it. */
const OF_THE_STORAGE: ReadonlySet<StorageErrorCode> = new Set<StorageErrorCode>([
  'unauthenticated',
  'bad_credentials',
  'needs_verification',
  'rate_limited',
  'region_blocked',
  'share_password',
  'share_gone',
  'share_expired',
  'unavailable',
  'timeout',
  'protocol',
  'misconfigured',
]);

/** Follows how one storage is doing. */
export interface StatusTracker {
  current(): StorageStatus;
  /** For the trace layer: what a call says about the storage, if anything. */
  readonly heard: (event: TraceEvent) => void;
  /** The storage as a whole failed with this error, whatever its code. */
  failed(error: unknown): void;
  /** A failure of an earlier process, and since when; for a storage that nobody has asked for anything yet. */
  recalled(error: StorageError, since: number): void;
  /** What held the storage up is out of the way: it is as if nobody had asked it anything. */
  cleared(): void;
}

export interface TrackerOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** For the log. */
  readonly mountPath: string;
}

/** A tracker of a storage that nobody has asked for anything yet. */
export function createStatusTracker({ clock, log, mountPath }: TrackerOptions): StatusTracker {
  let status: StorageStatus = { state: 'idle', since: clock.now() };

  const become = (next: Omit<StorageStatus, 'since'>): void => {
    const same = next.state === status.state;
    status = { ...next, since: same ? status.since : clock.now() };
    if (!same) log.info({ storage: mountPath, state: next.state, reason: next.reason }, 'storage state');
  };
  const failed = (error: unknown): void => {
    if (!(error instanceof StorageError)) {
      log.error({ storage: mountPath, error }, 'a driver failed unexpectedly');
      become({ state: 'degraded', ...UNEXPECTED });
      return;
    }
    become({
      state: error.code === 'needs_verification' ? 'needs_verification' : 'degraded',
      ...detailsOf(error, clock.now()),
    });
  };

  /** A wait that is over leaves nothing to say about the storage but that nobody has asked it since. */
  const current = (): StorageStatus => {
    const waited =
      status.code === 'rate_limited' && (status.retryAt ?? Number.POSITIVE_INFINITY) <= clock.now();
    if (waited) become({ state: 'idle' });
    return status;
  };

  return {
    current,
    failed,
    recalled(error, since) {
      if (status.state === 'idle') status = { state: 'degraded', ...detailsOf(error, clock.now()), since };
    },
    cleared: () => become({ state: 'idle' }),
    heard({ outcome, error }) {
      if (outcome === 'ok' && status.state !== 'ok') become({ state: 'ok' });
      if (outcome !== 'failed') return;
      if (!(error instanceof StorageError)) {
        log.error({ storage: mountPath, error }, 'a driver failed unexpectedly');
      } else if (OF_THE_STORAGE.has(error.code) && !isOfOneShare(error)) failed(error);
    },
  };
}

/** One of many shares that a storage shows may be closed while the others open. */
function isOfOneShare({ code, detail }: StorageError): boolean {
  return detail.alone === true && code.startsWith('share_');
}

/** A pause so short is no state of a storage: calls wait it out. */
const SHORT_PAUSE_MS = 5_000;

/**
 * The status of a storage whose account may be held back at this moment for what another storage did: it can't be asked either.
 * What the storage has to tell for itself, and lasts at least as long, goes before.
 */
export function heldBack(status: StorageStatus, open: PaceState['open']): StorageStatus {
  if (open === undefined || open.until - open.since < SHORT_PAUSE_MS) return status;
  if (status.state === 'needs_verification' || status.state === 'disabled') return status;
  if (status.state === 'degraded' && (status.retryAt ?? Number.POSITIVE_INFINITY) >= open.until)
    return status;
  const { since, until, by } = open;
  return { state: 'degraded', since, ...detailsOf(by, 0), retryAt: until };
}

const UNEXPECTED = {
  named: 'internal',
  reason: 'Something went wrong inside Sluice.',
  remedy: 'The log says more; please report it.',
} as const;

function detailsOf(error: StorageError, now: number): Omit<StorageStatus, 'since' | 'state'> {
  const { reason, params, remedy, actionUrl } = error.detail;
  return {
    code: error.code,
    reason: error.message,
    ...(reason === undefined ? {} : { named: reason }),
    ...(params === undefined ? {} : { params }),
    ...(remedy === undefined ? {} : { remedy }),
    ...(actionUrl === undefined ? {} : { actionUrl }),
    ...(error.retryAfterMs === undefined ? {} : { retryAt: now + error.retryAfterMs }),
  };
}
