import type { Generated, Kysely } from 'kysely';

/** Switches are 0 and 1, moments are milliseconds since the epoch unless said otherwise, in every dialect. */
export interface Schema {
  migrations: { number: number; name: string; applied_at: number };
  vault: { id: number; kind: string; salt: string; sealed_key: string };
  users: {
    id: Generated<number>;
    username: string;
    password_hash: string;
    /** Seconds. */
    password_changed_at: number;
    role: string;
    base_path: string;
    permission: number;
    disabled: number;
  };
  sessions: { id_digest: string; user_id: number; created_at: number; expires_at: number };
  storages: {
    id: Generated<number>;
    mount_path: string;
    sort_order: number;
    driver: string;
    cache_expiration: number;
    sealed_addition: string;
    remark: string;
    modified: number;
    disabled: number;
    disable_index: number;
    enable_sign: number;
    order_by: string;
    order_direction: string;
    extract_folder: string;
    web_proxy: number;
    webdav_policy: string;
    proxy_range: number;
    down_proxy_url: string;
    down_proxy_sign: number;
  };
  locks: {
    token: string;
    path: string;
    /** Whether all below the path is locked too. */
    deep: number;
    exclusive: number;
    user_id: number;
    owner: string;
    timeout_s: number;
    expires_at: number;
  };
  properties: { path: string; parent: string; namespace: string; name: string; value: string };
  app_passwords: {
    id: Generated<number>;
    user_id: number;
    name: string;
    digest: string;
    read_only: number;
    folder: string;
    created_at: number;
    /** 0 for never. */
    used_at: number;
  };
  share_health: {
    storage_id: number;
    state: string;
    title: string;
    reason: string;
    remedy: string;
    checked_at: number;
    since: number;
  };
  accounts: { blind_key: string; sealed_state: string };
  settings: { key: string; value: string };
  secrets: { key: string; sealed_value: string };
  tasks: {
    seq: Generated<number>;
    id: string;
    kind: string;
    owner_id: number;
    owner_name: string;
    /** JSON of name and payload. */
    sealed_job: string;
    /** '' before there is one. */
    sealed_checkpoint: string;
    dedupe_key: string;
    concurrency_key: string;
    concurrency_limit: number;
    state: string;
    run_at: number;
    lease_owner: string;
    lease_until: number;
    attempts: number;
    max_attempts: number;
    crashes: number;
    round: number;
    discard: string;
    /** JSON. */
    progress: string;
    status: string;
    error: string;
    /** JSON. */
    log: string;
    created_at: number;
    started_at: number | null;
    ended_at: number | null;
  };
  task_items: { task_id: string; key: string; state: string; size: number; note: string };
  uploads: { id: string; sealed_state: string };
  change_intents: { id: string; storage_id: number /** JSON. */; intent: string };
  share_copies: {
    folder: string;
    storage_id: number;
    source: string;
    state: string;
    folder_id: string;
    entry_id: string;
    size: number;
    created_at: number;
    played_at: number;
  };
}

/** A database with this schema, and what differs between dialects. */
export type Exclusively = <T>(work: (db: Kysely<Schema>) => Promise<T>) => Promise<T>;

export interface Sql {
  readonly db: Kysely<Schema>;
  /** Whether a statement failed because a unique value is taken. */
  readonly isTaken: (error: unknown) => boolean;
  /** Runs `work` alone: no other process writes meanwhile. What it did is undone when it fails. */
  readonly exclusively: Exclusively;
  /**
   * The same for what may be lost when the power fails, though not when the process is killed: it waits for no disk, and is on disk with the next
   * work that does. Order is kept.
   */
  readonly exclusivelySoon: Exclusively;
  /** Waits for running statements and lets go of the database. Safe to call twice. */
  close(): Promise<void>;
}
