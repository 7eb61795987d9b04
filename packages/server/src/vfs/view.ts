import type { Ctx } from '../core/driver.ts';
import type { Entry } from '../core/entry.ts';
import type { HttpClient } from '../core/http-client.ts';
import type { Link } from '../core/link.ts';
import type { TreePath } from '../core/path.ts';
import type { StorageRecord, StorageStatus } from '../core/storage-record.ts';

/** An entry at its place in the tree, as one user sees it. `path` is relative to the user's base path. */
export interface Node {
  readonly path: TreePath;
  /** The path in the whole tree: what signatures, `/d` and `/p` use. */
  readonly fullPath: TreePath;
  readonly entry: Entry;
  /** The storage the entry lives in; absent for folders that exist only because mounts lie below them. */
  readonly storage?: StorageRecord;
  /** Set on the root folder of a mount. */
  readonly mount?: { readonly record: StorageRecord; readonly status: StorageStatus };
}

export interface ListOptions {
  /** Entries to leave out at the start. */
  readonly offset?: number;
  /** Most entries to return; absent for all. With a limit the answer does not wait for upstream pages beyond it. */
  readonly limit?: number;
  /** Go past the listing cache. Needs the `write` permission. */
  readonly refresh?: boolean;
}

export interface Listing {
  readonly folder: Node;
  readonly nodes: readonly Node[];
  /** Entries in the folder as far as known; when `complete` is false the storage has said that more follow. */
  readonly known: number;
  readonly complete: boolean;
}

/** A file that can be read: by link where its storage gives one, by `read` otherwise. */
export interface OpenFile {
  readonly node: Node;
  readonly storage: StorageRecord;
  /** Whether the storage hands out URLs (`link`) or only bytes (`read`). */
  readonly source: 'link' | 'read';
  /** @throws StorageError `unsupported` when `source` is `read`. */
  link(purpose: 'download' | 'play', ctx: Ctx): Promise<Link>;
  /** Drops the cached link, after the upstream refused it. */
  forgetLink(): void;
  /** Bytes from `start` up to but not including `end`. @throws StorageError `unsupported` when `source` is `link`. */
  read(start: number, end: number, ctx: Ctx): Promise<ReadableStream<Uint8Array>>;
  /** The way out that the storage's bytes must take. */
  readonly transport: HttpClient;
}

/**
 * The file tree as one user may see it. Doors hold views, never the tree itself: every permission check is in here.
 *
 * Paths are relative to the user's base path. Errors are `StorageError`s; nothing outside the base path is ever named in one.
 */
export interface View {
  /** The node at `path`. @throws `not_found`. */
  get(path: TreePath, ctx: Ctx): Promise<Node>;
  /**
   * A folder's content. @throws `not_found`, `not_a_folder`, `forbidden` (refresh without permission); `NoStorageError` for the root when
   * no storage is mounted at all.
   */
  list(path: TreePath, options: ListOptions, ctx: Ctx): Promise<Listing>;
  /** A file to be read. @throws `not_found`, `not_a_file`. */
  open(path: TreePath, ctx: Ctx): Promise<OpenFile>;
  /** True when the user may create files below `path`, and the storage there can take them. */
  canWrite(path: TreePath, ctx: Ctx): Promise<boolean>;
}
