import { type Kysely, sql } from 'kysely';
import type { Schema } from '../sql/schema.ts';
import type { Migration } from './migration.ts';

/** Background tasks, and what those on many things work on. */
export const tasks: Migration = {
  number: 2,
  name: 'tasks',
  async up(db) {
    await createTasks(db);
    await createIndexes(db);
    await db.schema
      .createTable('task_items')
      .addColumn('task_id', 'text', (c) => c.notNull().references('tasks.id').onDelete('cascade'))
      .addColumn('key', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('size', 'bigint', (c) => c.notNull())
      .addColumn('note', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('task_items_pk', ['task_id', 'key'])
      .execute();
    await db.schema
      .createIndex('task_items_by_state')
      .on('task_items')
      .columns(['task_id', 'state', 'key'])
      .execute();
  },
};

async function createTasks(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('tasks')
    .addColumn('seq', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('owner_id', 'integer', (c) => c.notNull())
    .addColumn('owner_name', 'text', (c) => c.notNull())
    .addColumn('sealed_job', 'text', (c) => c.notNull())
    .addColumn('sealed_checkpoint', 'text', (c) => c.notNull())
    .addColumn('dedupe_key', 'text', (c) => c.notNull())
    .addColumn('concurrency_key', 'text', (c) => c.notNull())
    .addColumn('concurrency_limit', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('run_at', 'bigint', (c) => c.notNull())
    .addColumn('lease_owner', 'text', (c) => c.notNull())
    .addColumn('lease_until', 'bigint', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('max_attempts', 'integer', (c) => c.notNull())
    .addColumn('crashes', 'integer', (c) => c.notNull())
    .addColumn('round', 'integer', (c) => c.notNull())
    .addColumn('discard', 'text', (c) => c.notNull())
    .addColumn('progress', 'text', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('error', 'text', (c) => c.notNull())
    .addColumn('log', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('started_at', 'bigint')
    .addColumn('ended_at', 'bigint')
    .execute();
}

async function createIndexes(db: Kysely<Schema>): Promise<void> {
  await db.schema.createIndex('tasks_by_due').on('tasks').columns(['state', 'run_at', 'seq']).execute();
  await db.schema.createIndex('tasks_by_kind').on('tasks').columns(['kind', 'state', 'seq']).execute();
  await db.schema.createIndex('tasks_by_end').on('tasks').columns(['ended_at']).execute();
  await db.schema
    .createIndex('tasks_by_concurrency')
    .on('tasks')
    .columns(['concurrency_key', 'lease_until'])
    .execute();
  await db.schema
    .createIndex('tasks_live_once')
    .unique()
    .on('tasks')
    .column('dedupe_key')
    .where('dedupe_key', '!=', '')
    .where(sql`ended_at`, 'is', null)
    .execute();
}
