import { StorageError } from '../core/errors.ts';

/**
 * The tree is empty because no storage is mounted at all. Of code `not_found`; a class of its own because clients key on its text and
 * offer to add a storage (API reference §1.3).
 */
export class NoStorageError extends StorageError {
  constructor() {
    super('not_found', 'failed get storage: storage not found; please add a storage first', {
      detail: { remedy: 'Add a storage.' },
    });
  }
}
