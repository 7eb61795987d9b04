import type { Kysely } from 'kysely';
import type { Schema } from '../sql/schema.ts';
import type { Migration } from './migration.ts';

/** Locks and properties that WebDAV clients leave on resources, and passwords of programs. */
export const webdav: Migration = {
  number: 3,
  name: 'webdav',
  async up(db) {
    await createLocks(db);
    await createProperties(db);
    await createAppPasswords(db);
  },
};

async function createLocks(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('locks')
    .addColumn('token', 'text', (c) => c.primaryKey())
    .addColumn('path', 'text', (c) => c.notNull())
    .addColumn('deep', 'integer', (c) => c.notNull())
    .addColumn('exclusive', 'integer', (c) => c.notNull())
    .addColumn('user_id', 'integer', (c) => c.notNull().references('users.id').onDelete('cascade'))
    .addColumn('owner', 'text', (c) => c.notNull())
    .addColumn('timeout_s', 'integer', (c) => c.notNull())
    .addColumn('expires_at', 'integer', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('locks_by_path').on('locks').column('path').execute();
  await db.schema.createIndex('locks_by_user').on('locks').column('user_id').execute();
  await db.schema.createIndex('locks_by_expiry').on('locks').column('expires_at').execute();
}

async function createProperties(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('properties')
    .addColumn('path', 'text', (c) => c.notNull())
    .addColumn('parent', 'text', (c) => c.notNull())
    .addColumn('namespace', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('value', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('properties_key', ['path', 'namespace', 'name'])
    .execute();
  await db.schema.createIndex('properties_by_parent').on('properties').column('parent').execute();
}

async function createAppPasswords(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('app_passwords')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('user_id', 'integer', (c) => c.notNull().references('users.id').onDelete('cascade'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('digest', 'text', (c) => c.notNull().unique())
    .addColumn('read_only', 'integer', (c) => c.notNull())
    .addColumn('folder', 'text', (c) => c.notNull())
    .addColumn('created_at', 'integer', (c) => c.notNull())
    .addColumn('used_at', 'integer', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('app_passwords_by_user').on('app_passwords').column('user_id').execute();
}
