import { StorageError } from '../core/errors.ts';
import type { StorageStatus } from '../core/storage-record.ts';
import { type OwnedMount, renewMount } from './mounting.ts';

/**
 * Hands a check's answer to what a mount waits for, and gives what that is.
 * @throws StorageError `unsupported` where there is no check; whatever is wrong with the answer
 */
export async function passCheck(mount: OwnedMount | undefined, answer: string): Promise<object> {
  const verification = mount?.driver.verification;
  if (verification === undefined) {
    throw new StorageError('unsupported', 'This storage waits for no check.', {
      detail: { remedy: 'Look at its state: it may be switched off, or of a kind that has no checks.' },
    });
  }
  await verification.pass(answer);
  return verification.session;
}

/** The mounts that share a session, when it has been let go. */
export function heldUpBy(session: object, mounts: Iterable<OwnedMount>): OwnedMount[] {
  return [...mounts].filter(({ driver }) => driver.verification?.session === session);
}

/** The same storage, to be put in the mount's place: it has forgotten what it waited for, and so does the tree. */
export function releaseMount(mount: OwnedMount): OwnedMount {
  mount.memory.clear();
  if (mount.status().state === 'needs_verification') mount.tracker.cleared();
  return renewMount(mount, mount.record);
}

/** The state after a check was passed. @throws StorageError `needs_verification` when the cloud wants it passed again. */
export function refusedAgain(status: StorageStatus): StorageStatus {
  if (status.state !== 'needs_verification') return status;
  const { actionUrl } = status;
  throw new StorageError(
    'needs_verification',
    'The cloud does not take this answer: it is wrong or too old.',
    {
      detail: {
        vendorCode: 'refused_token',
        remedy: 'Open the check again and pass it: there is a new one.',
        ...(actionUrl === undefined ? {} : { actionUrl }),
      },
    },
  );
}
