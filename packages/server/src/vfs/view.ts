import type { Allowances } from '../core/cloud-job.ts';
import type { ContentHash } from '../core/content-hash.ts';
import type { Ctx, UploadSource } from '../core/driver.ts';
import type { Entry, Picture, Quota } from '../core/entry.ts';
import type { HttpClient } from '../core/http-client.ts';
import type { Link, Variant } from '../core/link.ts';
import type { TreePath } from '../core/path.ts';
import type { OwnShare, OwnSharePage } from '../core/share-address.ts';
import type { StorageRecord, StorageStatus } from '../core/storage-record.ts';
import type { OfflineFolder } from './offline-folder.ts';
import type { Trashing } from './trash/trashing.ts';

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
  /** Set where what is removed goes to a trash from which the user may restore it. */
  readonly trash?: boolean;
  /**
   * Set on a whole folder without mounts in it: the same object for as long as the same entries would be listed, for whoever keeps
   * what was made of them. It is not to be held on to.
   */
  readonly snapshot?: object;
}

/** How much of a file can be had. */
export interface Reach {
  /** Bytes from the start that are served from where the file lies; absent when nothing is known to be missing. */
  readonly playableBytes?: number;
  /**
   * Whether all of it can be had: as it lies, from a copy that was saved, by saving it first, or not at all. `reason` says why not, or why
   * saving it has failed.
   */
  readonly whole: 'here' | 'saved' | 'savable' | 'never';
  readonly reason?: string;
  /** Set while it is being saved: since when, in ms since the epoch. */
  readonly savingSince?: number;
}

/** What can be done about a file of which its storage may serve only a part, as clouds do with what others have shared. */
export interface PartlyServed {
  /** Asks the cloud when it isn't known. @throws what `link` throws */
  reach(ctx: Ctx): Promise<Reach>;
  /**
   * The file from where it is served whole: saved there first, once for all who ask. When that takes too long or can't be, the file itself,
   * which then ends early. @throws what `link` throws; AbortError
   */
  whole(ctx: Ctx): Promise<OpenFile>;
  /** Begins to save it, anew where that had failed, and does not wait. @throws what `link` throws */
  save(ctx: Ctx): Promise<Reach>;
  /** Ends the saving, unless somebody else waits for it. */
  cancelSaving(): void;
}

/** A file that can be read: by link where its storage gives one, by `read` otherwise. */
export interface OpenFile {
  readonly node: Node;
  readonly storage: StorageRecord;
  /** Which variant this is, when it isn't the file itself: `node.entry` then tells the variant's name, size and type. */
  readonly variant?: string;
  /** Absent where all that is listed is served. */
  readonly partly?: PartlyServed;
  /** Whether the storage hands out URLs (`link`) or only bytes (`read`). */
  readonly source: 'link' | 'read';
  /** @throws StorageError `unsupported` when `source` is `read`. */
  link(purpose: 'download' | 'play', ctx: Ctx): Promise<Link>;
  /** Drops the cached link, after the upstream refused it. */
  forgetLink(): void;
  /** Bytes from `start` up to but not including `end`. @throws StorageError `unsupported` when `source` is `link`. */
  read(start: number, end: number, ctx: Ctx): Promise<ReadableStream<Uint8Array>>;
  /** Draws a small picture of the file. Absent where the storage draws none of it. */
  readonly thumbnail?: (ctx: Ctx) => Promise<Picture>;
  /** The way out that the storage's bytes must take. */
  readonly transport: HttpClient;
  /** The way out of the storage's calls, to which its links may be bound, as its settings name it; '' for direct. */
  readonly egress: string;
  /** The way out that bytes take, `transport`, where it is another than `egress`. */
  readonly fileEgress?: string;
  /** How many connections its cloud allows at one time. `account` stands for the login, whatever storages use it. Absent: any number. */
  readonly connections?: { readonly perFile: number; readonly perAccount: number; readonly account: object };
  /** Asks the storage's cloud from which address it sees the gateway come. Absent where clouds don't tell. */
  readonly askCloud?: (signal: AbortSignal) => Promise<string | undefined>;
}

/** What to do where a name is taken. By default that is `exists`, and nothing is done. */
export interface ConflictOptions {
  /** Replace what has the name; it goes where removed entries go. Needs the right to remove as well. */
  readonly overwrite?: boolean;
  /** Leave out names that are taken. Goes before `overwrite`. */
  readonly skipExisting?: boolean;
}

/** How a file is to be put into the tree. */
export interface UploadOptions extends ConflictOptions {
  /** When its content was last changed, in ms since the epoch. Storages that keep no times of their own ignore it. */
  readonly modified?: number;
}

/** One entry that goes to another path. */
export interface Relocation extends Pick<ConflictOptions, 'overwrite'> {
  readonly op: 'move' | 'copy';
  readonly from: TreePath;
  readonly to: TreePath;
}

/** Entries of one folder that go to another. */
export interface TransferBatch {
  readonly from: TreePath;
  readonly names: readonly string[];
  readonly to: TreePath;
}

/**
 * Changes to the tree. Each needs a right of its own, named here; without it `forbidden`. All names and conflicts that memory can tell
 * of are checked before anything is done; then a batch goes in order, ends at the first error, and what was done stays done.
 *
 * All throw `invalid_name` for a name with separators or of dots alone, `unsupported` where the storage lacks the operation, where a
 * storage is mounted at or behind the entry, and in folders that only lead to storages.
 */
export interface Writing {
  /** `write`: a folder, with those missing on the way to it. An existing one is fine. @throws `exists` for a file in the way. */
  mkdir(path: TreePath, ctx: Ctx): Promise<void>;
  /** `rename`: another name in the same folder. @throws `not_found`, `exists`. */
  rename(
    path: TreePath,
    to: { readonly name: string; readonly overwrite?: boolean },
    ctx: Ctx,
  ): Promise<void>;
  /**
   * `move`, at both ends and within one storage. Gives how many went.
   * @throws `not_found`, `exists`, `invalid_argument` for a folder into itself, `unsupported` between storages.
   */
  move(batch: TransferBatch, options: ConflictOptions, ctx: Ctx): Promise<number>;
  /** `copy`; otherwise as `move`. */
  copy(batch: TransferBatch, options: ConflictOptions, ctx: Ctx): Promise<number>;
  /**
   * One entry to another path of its storage, its name there included. To move it, `rename` where the name changes and `move` where the
   * folder does; to copy it, `copy`. @throws as `move`.
   */
  relocate(relocation: Relocation, ctx: Ctx): Promise<void>;
  /** `remove`: into the trash where the storage has one, else for good. What is missing is fine. */
  remove(dir: TreePath, names: readonly string[], ctx: Ctx): Promise<void>;
  /** `move`: the files of a folder and of all below it, into one folder. Gives how many went. @throws as `move`. */
  flatten(
    way: { readonly from: TreePath; readonly to: TreePath },
    options: ConflictOptions,
    ctx: Ctx,
  ): Promise<number>;
  /** `write`: gives entries of a folder the storage's star, or takes it away. @throws `not_found`; `unsupported` where there are no stars. */
  star(
    dir: TreePath,
    what: { readonly names: readonly string[]; readonly starred: boolean },
    ctx: Ctx,
  ): Promise<void>;
  /**
   * `write`: entries of a share's folder into a folder of a drive of the same cloud, which copies them by itself. With a `job` in the
   * answer that goes on, and is waited for by calling again with it.
   * @throws `not_found`; `unsupported` where that can't be.
   */
  saveShared(batch: TransferBatch, job: string | undefined, ctx: Ctx): Promise<{ readonly job?: string }>;
  /** `write`: whether things of one folder can be saved into another so. @throws `not_found`, `not_a_folder`. */
  canSaveShared(way: Pick<TransferBatch, 'from' | 'to'>, ctx: Ctx): Promise<boolean>;
  /**
   * `write`: opens entries of a folder to others, for so many days or for good, behind a pass code (`''`: one that the cloud makes up) or
   * without. @throws `not_found`; `unsupported` where there are no shares.
   */
  shareOut(
    dir: TreePath,
    what: { readonly names: readonly string[]; readonly days?: number; readonly passCode?: string },
    ctx: Ctx,
  ): Promise<OwnShare>;
  /** Whether the user may make shares of what lies at a path, and its storage can. Does no I/O. */
  canShareOut(path: TreePath): boolean;
  /** Admins: the shares of the account behind a path, which may show what lies elsewhere. @throws `unsupported`. */
  ownShares(path: TreePath, cursor: string | undefined, ctx: Ctx): Promise<OwnSharePage>;
  /** Admins: ends such shares. @throws `unsupported`. */
  endShares(path: TreePath, shareIds: readonly string[], ctx: Ctx): Promise<void>;
  /** `remove`: the empty folders below a folder, from the bottom up; the folder itself stays. */
  prune(path: TreePath, ctx: Ctx): Promise<void>;
  /**
   * `write`: whether a file could be put at `path`, as far as memory can tell, to be asked before its bytes are taken in. Changes nothing.
   * @returns what the storage will ask of the content. @throws as `upload`.
   */
  uploadHashes(path: TreePath, options: UploadOptions, ctx: Ctx): Promise<readonly ContentHash[]>;
  /**
   * `write`: a file, with the folders missing on the way to it. What it replaces stays until all of the new one is there. With
   * `skipExisting` it gives what has the name, and uploads nothing.
   * @throws `exists`, `not_a_file` for a folder in its place, `not_a_folder`.
   */
  upload(path: TreePath, source: UploadSource, options: UploadOptions, ctx: Ctx): Promise<Node>;
}

/**
 * The file tree as one user may see it. Doors hold views, never the tree itself: every permission check is in here.
 *
 * Paths are relative to the user's base path. Errors are `StorageError`s; nothing outside the base path is ever named in one.
 */
export interface View extends Writing, Trashing {
  /** The node at `path`. @throws `not_found`. */
  get(path: TreePath, ctx: Ctx): Promise<Node>;
  /**
   * A folder's content. @throws `not_found`, `not_a_folder`, `forbidden` (refresh without permission); `NoStorageError` for the root when
   * no storage is mounted at all.
   */
  list(path: TreePath, options: ListOptions, ctx: Ctx): Promise<Listing>;
  /**
   * A folder's content as of one moment, in pieces as they come from the storage: for readers of whole folders, however long. The first
   * piece is the folder itself. @throws as `list`, also between pieces: what was read until then is not all.
   */
  pages(path: TreePath, ctx: Ctx): AsyncIterable<readonly Node[]>;
  /** The space of the storage that holds `path`; undefined where there is none or it doesn't tell. @throws as `get`. */
  quota(path: TreePath, ctx: Ctx): Promise<Quota | undefined>;
  /** What the account behind `path` may use besides space; undefined where none tells. @throws `not_found`. */
  allowances(path: TreePath, ctx: Ctx): Promise<Allowances | undefined>;
  /**
   * A file to be read, or one of its variants in its place.
   * @throws `not_found`, also for a variant that isn't offered; `not_a_file`; `unsupported` for a variant whose size nobody knows.
   */
  open(path: TreePath, ctx: Ctx, variant?: string): Promise<OpenFile>;
  /** The forms in which a file can be played; none where the storage has only the file. @throws as `open`. */
  variants(path: TreePath, ctx: Ctx): Promise<readonly Variant[]>;
  /** `offlineDownload`: a folder, for its cloud to fetch things into. @throws `not_found`, `not_a_folder`, `unsupported`, `forbidden`. */
  offline(path: TreePath, ctx: Ctx): Promise<OfflineFolder>;
  /** True when the user may create files below `path`, and the storage there can take them. */
  canWrite(path: TreePath, ctx: Ctx): Promise<boolean>;
}
