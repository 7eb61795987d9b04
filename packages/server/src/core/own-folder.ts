import type { Entry } from './entry.ts';

/** The folder that the gateway keeps for itself at the root of a storage: copies of shared files lie in it. */
export const OWN_FOLDER = '.sluice-cache';

/** Whether an entry at a storage's root is that folder, which listings leave out. */
export function isOwnFolder({ name, kind }: Pick<Entry, 'name' | 'kind'>): boolean {
  return kind === 'folder' && name === OWN_FOLDER;
}
