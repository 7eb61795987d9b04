import type { Entry } from './entry.ts';
import { checkName } from './entry-name.ts';
import { StorageError } from './errors.ts';

/** The folder that the gateway keeps for itself at the root of a storage: copies of shared files lie in it. */
export const OWN_FOLDER = '.sluice-cache';

/** Whether an entry at a storage's root is that folder, which listings leave out. */
export function isOwnFolder({ name, kind }: Pick<Entry, 'name' | 'kind'>): boolean {
  return kind === 'folder' && name === OWN_FOLDER;
}

/**
 * Checks a name that a user gives to an entry: as `checkName`, and not that of the gateway's own folder. Whoever renamed a folder so would hide it from
 * everybody.
 * @throws StorageError `invalid_name`.
 */
export function checkGivenName(name: string): void {
  checkName(name);
  if (name !== OWN_FOLDER) return;
  throw new StorageError('invalid_name', 'the gateway keeps a folder of this name for itself', {
    detail: { remedy: 'Choose another name.' },
  });
}
