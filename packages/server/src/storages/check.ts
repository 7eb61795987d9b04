import { isAbort, StorageError } from '../core/errors.ts';
import type { Clock } from '../core/runtime.ts';
import type { StorageStatus } from '../core/storage-record.ts';
import type { OwnedMount } from './mounting.ts';

/** The longest look at a storage. */
const CHECK_TIMEOUT_MS = 20_000;

/**
 * Looks at a storage's root once, past the listings in memory, and gives the state it is in then. What fails is told by the state, not thrown.
 *
 * @throws AbortError when the signal fires.
 */
export async function checkMount(
  mount: OwnedMount,
  clock: Clock,
  signal: AbortSignal,
): Promise<StorageStatus> {
  const late = new AbortController();
  const timer = new AbortController();
  clock.sleep(CHECK_TIMEOUT_MS, timer.signal).then(
    () => late.abort(),
    () => {}, // the look has ended before its time
  );
  try {
    const { driver } = mount;
    const either = AbortSignal.any([signal, late.signal]);
    await driver.list({ dir: driver.root }, { signal: either, priority: 'browse' });
  } catch (error) {
    if (signal.aborted) throw error;
    mount.tracker.failed(isAbort(error) ? tooSlow() : explained(error));
  } finally {
    timer.abort();
  }
  return mount.status();
}

function tooSlow(): StorageError {
  return new StorageError(
    'timeout',
    `The storage did not answer within ${CHECK_TIMEOUT_MS / 1000} seconds.`,
    {
      retry: 'later',
      detail: {
        reason: 'storage_slow',
        params: { seconds: CHECK_TIMEOUT_MS / 1000 },
        remedy: 'Check the network, or the way out that this storage uses.',
      },
    },
  );
}

/** In a storage, a path that isn't there is no fault; the root not being there is. */
function explained(error: unknown): unknown {
  const missing =
    error instanceof StorageError && (error.code === 'not_found' || error.code === 'not_a_folder');
  if (!missing) return error;
  return new StorageError('misconfigured', 'The root folder of this storage does not exist.', {
    detail: { reason: 'root_missing', remedy: 'Correct the root folder in its settings, or leave it empty.' },
    cause: error,
  });
}
