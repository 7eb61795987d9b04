import type { StorageRecord } from '../core/storage-record.ts';

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
  update(row: UserRow): Promise<void>;
}

export interface StorageTable {
  /** All storages by `order`, then id. Additions are opened. */
  list(): Promise<StorageRecord[]>;
  byId(id: number): Promise<StorageRecord | undefined>;
  /** @throws StorageError `exists` when the mount path is taken. */
  insert(record: Omit<StorageRecord, 'id'>): Promise<StorageRecord>;
  /** @throws StorageError `exists` when the mount path is taken, `not_found` when the row is gone. */
  update(record: StorageRecord): Promise<void>;
  remove(id: number): Promise<void>;
}

/** Sealed state of vendor accounts, by key. */
export interface AccountTable {
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
  readonly sessions: SessionTable;
  close(): Promise<void>;
}
