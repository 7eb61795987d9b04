import { StorageError } from '../core/errors.ts';
import type { TreePath } from '../core/path.ts';
import type { PropertyChange, PropertyRow, PropertyTable } from '../store/port.ts';

/** A property that a client has stored. */
export type StoredProperty = PropertyRow;
export type { PropertyChange };

/** Properties that clients store on files and folders, by path in the whole tree. They follow their resource (RFC 4918 §9.8, §9.9). */
export interface Properties {
  of(path: TreePath): Promise<readonly StoredProperty[]>;
  /** Of everything right in a folder. */
  inFolder(path: TreePath): Promise<readonly StoredProperty[]>;
  /** All changes or none, in their order. @throws StorageError `quota_exceeded` for more than is kept. */
  change(path: TreePath, changes: readonly PropertyChange[]): Promise<void>;
  moved(from: TreePath, to: TreePath): Promise<void>;
  /** A copy comes without properties where there is no room for them. */
  copied(from: TreePath, to: TreePath, deep: boolean): Promise<void>;
  removed(path: TreePath): Promise<void>;
}

const MAX_VALUE_LENGTH = 16_384;
/** Whoever may set properties must not fill the disk with them, nor the memory: a listing reads those of all that a folder holds. */
const LIMITS = { perPath: 128, inAll: 50_000, chars: 32 * 1024 * 1024 };

export function createProperties(table: PropertyTable): Properties {
  return {
    of: (path) => table.of(path),
    inFolder: (path) => table.inFolder(path),
    async change(path, changes) {
      const fits = changes.every(({ value = '' }) => value.length <= MAX_VALUE_LENGTH);
      if (fits && (await table.change(path, changes, LIMITS))) return;
      throw new StorageError('quota_exceeded', 'this resource, or this gateway, keeps no more properties', {
        detail: { remedy: 'Remove properties that nobody needs.' },
      });
    },
    moved: (from, to) => table.moveTree(from, to),
    copied: (from, to, deep) => table.copyTree(from, to, deep, LIMITS),
    removed: (path) => table.removeTree(path),
  };
}
