import type { Driver } from '../core/driver.ts';
import type { EntryId } from '../core/entry.ts';
import type { HttpClient } from '../core/http-client.ts';
import type { StorageRecord, StorageStatus } from '../core/storage-record.ts';

/** What the layers of a mount remember, and how to make them forget it. */
interface MountMemory {
  /** The next listing of `dir` comes from upstream. */
  invalidate(dir: EntryId): void;
  /** The next link of this file comes from upstream. */
  forgetLinks(id: EntryId): void;
  /** Drops everything. */
  clear(): void;
}

/**
 * A storage at work at its place in the tree. Immutable: changed settings make a new mount, for `MountTable.replace`.
 *
 * The VFS keeps whole listings for as long as the record says; layers below that keep listings too would double their age.
 */
export interface Mount {
  readonly record: StorageRecord;
  /** The driver, layers included. It belongs to whoever mounted it: unmounting does not close it. */
  readonly driver: Driver;
  /** The way out that the storage's bytes must take. */
  readonly transport: HttpClient;
  readonly memory: MountMemory;
  /** How the storage is doing now. Does no I/O. */
  status(): StorageStatus;
}
