import type { StorageRecord } from '../core/storage-record.ts';
import type { TaskTable } from './task-port.ts';

/** A user as stored. `passwordHash` is argon2id over AList's static hash of the password (API reference §2.3). */
export interface UserRow {
  readonly id: number;
  readonly username: string;
  readonly passwordHash: string;
  /** Unix seconds of the last password change; 0 when never changed. */
  readonly passwordChangedAt: number;
  readonly role: 'general' | 'guest' | 'admin';
  readonly basePath: string;
  readonly permission: number;
  readonly disabled: boolean;
}

/** A signed-in session. Tokens stay valid over a restart and can be revoked. Only a digest of the token id is kept. */
export interface SessionRow {
  readonly idDigest: string;
  readonly userId: number;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface UserTable {
  list(): Promise<UserRow[]>;
  byId(id: number): Promise<UserRow | undefined>;
  byName(username: string): Promise<UserRow | undefined>;
  /** @throws StorageError `exists` when the name is taken. */
  insert(row: Omit<UserRow, 'id'>): Promise<UserRow>;
  /** @throws StorageError `exists` when the name is taken, `not_found` when the row is gone. */
  update(row: UserRow): Promise<void>;
}

/** A storage as read back. */
export interface StoredStorage extends StorageRecord {
  /** Set when the row can't be read in full: why, in words for a person. What can't be read is then empty. */
  readonly damaged?: string;
}

export interface StorageTable {
  /** All storages by `order`, then id. Additions are opened; a row that does not open comes with `damaged` set. */
  list(): Promise<StoredStorage[]>;
  byId(id: number): Promise<StoredStorage | undefined>;
  /** @throws StorageError `exists` when the mount path is taken. */
  insert(record: Omit<StorageRecord, 'id'>): Promise<StorageRecord>;
  /** @throws StorageError `exists` when the mount path is taken, `not_found` when the row is gone. */
  update(record: StorageRecord): Promise<void>;
  remove(id: number): Promise<void>;
}

/** Sealed state of vendor accounts, by key. Keys may hold logins and proxy passwords: they are not readable in the store either. */
export interface AccountTable {
  /** The value last saved; undefined when there is none. @throws StorageError `misconfigured` when it does not open. */
  load(key: string): Promise<unknown>;
  /** Resolves when the value is on disk. */
  save(key: string, value: unknown): Promise<void>;
  remove(key: string): Promise<void>;
}

export interface SettingTable {
  all(): Promise<ReadonlyMap<string, string>>;
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
}

/** Sealed small secrets of the gateway itself, such as signing keys. @throws StorageError `misconfigured` when one does not open. */
export interface SecretTable {
  load(key: string): Promise<string | undefined>;
  /** The value, or what `make` gives when there is none, saved first. All who ask at once get the same. */
  loadOrCreate(key: string, make: () => string): Promise<string>;
  /** Resolves when the value is on disk. */
  save(key: string, value: string): Promise<void>;
}

/** Sealed state of uploads that outlive a restart, by their ids. It may hold credentials. */
export interface UploadTable {
  /** Undefined stands for a state that does not open. */
  all(): Promise<ReadonlyMap<string, unknown>>;
  /** Resolves when the state is on disk. */
  save(id: string, state: unknown): Promise<void>;
  remove(id: string): Promise<void>;
}

export interface SessionTable {
  insert(row: SessionRow): Promise<void>;
  byDigest(idDigest: string): Promise<SessionRow | undefined>;
  remove(idDigest: string): Promise<void>;
  removeOfUser(userId: number): Promise<void>;
  removeExpired(now: number): Promise<void>;
}

/** A WebDAV lock (RFC 4918 §6). */
export interface LockRow {
  /** A URI that nobody can guess. */
  readonly token: string;
  /** In the whole tree. */
  readonly path: string;
  /** Whether it covers all below the path. */
  readonly deep: boolean;
  readonly exclusive: boolean;
  readonly userId: number;
  /** What the client wrote of its owner: XML that stands by itself, or ''. */
  readonly owner: string;
  /** Seconds, as granted. */
  readonly timeoutS: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** What a new lock is held against. */
export interface LockLimits {
  readonly now: number;
  /** Most locks of one user. */
  readonly perUser: number;
  /** Most locks that may hold one path at a time. */
  readonly together: number;
}

/** Locks of WebDAV clients. All reads take the time, and leave out what has expired. */
export interface LockTable {
  /**
   * Adds a lock unless another is in its way: one on the path or deep above it and, for a deep lock, any below; two shared ones go
   * together. Expired locks of everybody are dropped on the way. Of two that come at once one is granted.
   * @returns the locks in its way, none when it was granted; `full` for a user with too many, and where too many hold the path already.
   */
  grant(row: LockRow, limits: LockLimits): Promise<readonly LockRow[] | 'full'>;
  byToken(token: string, now: number): Promise<LockRow | undefined>;
  /** Locks that hold a path: on it, or deep on a folder above it. */
  covering(path: string, now: number): Promise<LockRow[]>;
  /** Locks below a path, not on it. At most `limit`. */
  below(path: string, now: number, limit: number): Promise<LockRow[]>;
  /** Gives a lock another time. False when it is gone. */
  renew(token: string, time: Pick<LockRow, 'timeoutS' | 'expiresAt'>): Promise<boolean>;
  remove(token: string): Promise<void>;
  /** Drops the locks on a path and below it. */
  removeTree(path: string): Promise<void>;
}

/** A property that a client stored on a resource. */
export interface PropertyRow {
  readonly path: string;
  readonly namespace: string;
  readonly name: string;
  /** The whole element, with the namespaces that it needs. */
  readonly value: string;
}

/** One change of a resource's properties; without a value the property goes. */
export type PropertyChange = Omit<PropertyRow, 'path' | 'value'> & { readonly value?: string };

/** How much is kept for all resources together. */
export interface PropertyLimits {
  /** Properties of one resource. */
  readonly perPath: number;
  readonly inAll: number;
  /** Characters of all values with their paths. */
  readonly chars: number;
}

/** What clients stored on resources, by path in the whole tree (RFC 4918 §4). */
export interface PropertyTable {
  of(path: string): Promise<PropertyRow[]>;
  /** Of all resources right in a folder. */
  inFolder(path: string): Promise<PropertyRow[]>;
  /** All or none, in their order. False when the resource, or the store, would then hold more than the limits say. */
  change(path: string, changes: readonly PropertyChange[], limits: PropertyLimits): Promise<boolean>;
  /** Drops what is stored on a path and below it. */
  removeTree(path: string): Promise<void>;
  /** What is stored on `from` and below goes to `to`, in place of what was there. */
  moveTree(from: string, to: string): Promise<void>;
  /** The same for a copy; `deep` false leaves out what is below. Where it does not fit into `limits`, nothing is at `to` afterwards. */
  copyTree(from: string, to: string, deep: boolean, limits: PropertyLimits): Promise<void>;
}

/** A password of one program of a user's. Of the password itself only a keyed digest is kept. */
export interface AppPasswordRow {
  readonly id: number;
  readonly userId: number;
  readonly name: string;
  readonly digest: string;
  readonly readOnly: boolean;
  /** Below the user's base path; `/` for all of it. */
  readonly folder: string;
  readonly createdAt: number;
  /** Milliseconds since the epoch; 0 for never. */
  readonly usedAt: number;
}

export interface AppPasswordTable {
  ofUser(userId: number): Promise<AppPasswordRow[]>;
  byDigest(digest: string): Promise<AppPasswordRow | undefined>;
  /** @throws StorageError `exists` for a digest that is there. */
  insert(row: Omit<AppPasswordRow, 'id'>): Promise<AppPasswordRow>;
  touch(id: number, usedAt: number): Promise<void>;
  /** Only of that user. False when there was none. */
  remove(userId: number, id: number): Promise<boolean>;
}

/** The outcome of the last look at a shared storage. */
export interface ShareHealthRow {
  readonly storageId: number;
  /** `ok`, or what keeps it closed. */
  readonly state: string;
  /** What it is called by whoever shared it; '' when nobody has seen it. */
  readonly title: string;
  /** Why it is closed, in words for a person; '' when it isn't. */
  readonly reason: string;
  readonly remedy: string;
  /** Milliseconds since the epoch. */
  readonly checkedAt: number;
  /** Since when it is in this state, in ms since the epoch. */
  readonly since: number;
}

/** One row a storage. It goes with its storage. */
export interface ShareHealthTable {
  all(): Promise<ShareHealthRow[]>;
  /** Replaces what there was. One whose storage is gone is left out without a word. */
  put(row: ShareHealthRow): Promise<void>;
}

/** A file of a share that was, or is to be, saved into a storage's own folder. */
export interface ShareCopyRow {
  /** What its folder in there is called. No two have the same. */
  readonly folder: string;
  /** Of the storage that it is saved into. */
  readonly storageId: number;
  /** Which file of which share. */
  readonly source: string;
  /** `wanted` is written before anything is asked of the cloud, `leaving` before anything is taken away. */
  readonly state: 'wanted' | 'ready' | 'leaving';
  /** '' until they are known. */
  readonly folderId: string;
  readonly entryId: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly playedAt: number;
}

/** Rows go with the storage that they name. */
export interface ShareCopyTable {
  all(): Promise<ShareCopyRow[]>;
  /** Adds or replaces; resolves when it is on disk. Rejects when the storage is gone. */
  put(row: ShareCopyRow): Promise<void>;
  remove(folder: string): Promise<void>;
}

/** A change of several steps that is under way: what it is about to do, as JSON data. */
export interface ChangeIntentRow {
  readonly id: string;
  readonly storageId: number;
  readonly intent: unknown;
}

/** Rows go with the storage that they name. */
export interface ChangeIntentTable {
  all(): Promise<ChangeIntentRow[]>;
  /** Adds or replaces; resolves when it is on disk. Rejects when the storage is gone. */
  save(row: ChangeIntentRow): Promise<void>;
  remove(id: string): Promise<void>;
}

/** Everything durable. Implementations run `testing/store-contract.ts`. */
export interface Store {
  readonly users: UserTable;
  readonly storages: StorageTable;
  readonly accounts: AccountTable;
  readonly settings: SettingTable;
  readonly secrets: SecretTable;
  readonly sessions: SessionTable;
  readonly tasks: TaskTable;
  readonly locks: LockTable;
  readonly properties: PropertyTable;
  readonly appPasswords: AppPasswordTable;
  readonly shareHealth: ShareHealthTable;
  readonly shareCopies: ShareCopyTable;
  readonly uploads: UploadTable;
  readonly changeIntents: ChangeIntentTable;
  close(): Promise<void>;
}
