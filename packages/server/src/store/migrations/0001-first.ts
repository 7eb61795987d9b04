import type { Kysely } from 'kysely';
import type { Schema } from '../sql/schema.ts';
import type { Migration } from './migration.ts';

/** Users, sessions, storages, accounts, settings and secrets. Ids are never given out twice: sealed texts are bound to them. */
export const first: Migration = {
  number: 1,
  name: 'first',
  async up(db) {
    await createVault(db);
    await createUsers(db);
    await createStorages(db);
    await db.schema
      .createTable('accounts')
      .addColumn('blind_key', 'text', (c) => c.primaryKey())
      .addColumn('sealed_state', 'text', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('settings')
      .addColumn('key', 'text', (c) => c.primaryKey())
      .addColumn('value', 'text', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('secrets')
      .addColumn('key', 'text', (c) => c.primaryKey())
      .addColumn('sealed_value', 'text', (c) => c.notNull())
      .execute();
  },
};

async function createVault(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('vault')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('salt', 'text', (c) => c.notNull())
    .addColumn('sealed_key', 'text', (c) => c.notNull())
    .execute();
}

async function createUsers(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('users')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('username', 'text', (c) => c.notNull().unique())
    .addColumn('password_hash', 'text', (c) => c.notNull())
    .addColumn('password_changed_at', 'integer', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('base_path', 'text', (c) => c.notNull())
    .addColumn('permission', 'integer', (c) => c.notNull())
    .addColumn('disabled', 'integer', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('sessions')
    .addColumn('id_digest', 'text', (c) => c.primaryKey())
    .addColumn('user_id', 'integer', (c) => c.notNull().references('users.id').onDelete('cascade'))
    .addColumn('created_at', 'integer', (c) => c.notNull())
    .addColumn('expires_at', 'integer', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('sessions_by_user').on('sessions').column('user_id').execute();
  await db.schema.createIndex('sessions_by_expiry').on('sessions').column('expires_at').execute();
}

async function createStorages(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('storages')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('mount_path', 'text', (c) => c.notNull().unique())
    .addColumn('sort_order', 'integer', (c) => c.notNull())
    .addColumn('driver', 'text', (c) => c.notNull())
    .addColumn('cache_expiration', 'integer', (c) => c.notNull())
    .addColumn('sealed_addition', 'text', (c) => c.notNull())
    .addColumn('remark', 'text', (c) => c.notNull())
    .addColumn('modified', 'integer', (c) => c.notNull())
    .addColumn('disabled', 'integer', (c) => c.notNull())
    .addColumn('disable_index', 'integer', (c) => c.notNull())
    .addColumn('enable_sign', 'integer', (c) => c.notNull())
    .addColumn('order_by', 'text', (c) => c.notNull())
    .addColumn('order_direction', 'text', (c) => c.notNull())
    .addColumn('extract_folder', 'text', (c) => c.notNull())
    .addColumn('web_proxy', 'integer', (c) => c.notNull())
    .addColumn('webdav_policy', 'text', (c) => c.notNull())
    .addColumn('proxy_range', 'integer', (c) => c.notNull())
    .addColumn('down_proxy_url', 'text', (c) => c.notNull())
    .addColumn('down_proxy_sign', 'integer', (c) => c.notNull())
    .execute();
}
