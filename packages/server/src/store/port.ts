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

export interface SessionTable {
  insert(row: SessionRow): Promise<void>;
  byDigest(idDigest: string): Promise<SessionRow | undefined>;
  remove(idDigest: string): Promise<void>;
  removeOfUser(userId: number): Promise<void>;
  removeExpired(now: number): Promise<void>;
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
  close(): Promise<void>;
}
