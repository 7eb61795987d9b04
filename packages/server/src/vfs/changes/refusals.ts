import { StorageError } from '../../core/errors.ts';

/** The change would touch the root of a storage. The texts for removing and moving are AList's, which clients know (API reference §1.3). */
export function storageRoot(what: 'remove' | 'move'): StorageError {
  if (what === 'remove') {
    const text =
      'delete root folder is not allowed, please goto the manage page to delete the storage instead';
    return new StorageError('unsupported', text);
  }
  return new StorageError('unsupported', "a storage's root folder stays where it is", {
    detail: { remedy: "Change the mount path in the storage's settings instead." },
  });
}

/** The change would take a folder away from under a mount. */
export function holdsMounts(): StorageError {
  return new StorageError('unsupported', 'another storage is mounted inside this folder', {
    detail: { remedy: 'Change the mount path of that storage first.' },
  });
}

/** The folder exists only because mounts lie below it. */
export function leadsToStorages(): StorageError {
  return new StorageError('unsupported', 'this folder only leads to storages and cannot hold anything', {
    detail: { remedy: 'Choose a folder inside a storage.' },
  });
}

/** AList's text for a name that is taken. */
export function taken(name: string, cause?: unknown): StorageError {
  return new StorageError('exists', `file [${name}] exists`, { cause });
}

export function missing(): StorageError {
  return new StorageError('not_found', 'object not found');
}

export function acrossStorages(how: 'move' | 'copy'): StorageError {
  // AList's text for moving, which clients know.
  if (how === 'move') {
    return new StorageError('unsupported', "can't move files between two storages, try to copy");
  }
  return new StorageError(
    'unsupported',
    'a copy to another storage is a task, which can not be begun this way',
    {
      detail: { remedy: 'Copy it in the page or by fs/copy of the API.' },
    },
  );
}

/** @param what completes "this storage cannot …" */
export function cannot(what: string): StorageError {
  return new StorageError('unsupported', `this storage cannot ${what}`);
}

export function intoItself(): StorageError {
  return new StorageError('invalid_argument', 'a folder cannot be put into itself');
}

/** What is to be replaced holds what is to take its place. */
export function holdsSource(name: string): StorageError {
  return new StorageError('invalid_argument', `[${name}] holds what would replace it`, {
    detail: { remedy: 'Rename one of the two first.' },
  });
}
