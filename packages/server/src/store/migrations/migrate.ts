import type { Kysely } from 'kysely';
import { StoreVersionError } from '../errors.ts';
import type { Schema, Sql } from '../sql/schema.ts';
import { first } from './0001-first.ts';
import { tasks } from './0002-tasks.ts';
import { webdav } from './0003-webdav.ts';
import { shareHealth } from './0004-share-health.ts';
import { uploads } from './0005-uploads.ts';
import { shareCopies } from './0006-share-copies.ts';
import { changeIntents } from './0007-change-intents.ts';
import type { Migration } from './migration.ts';

/** All steps, in order. */
export const MIGRATIONS: readonly Migration[] = [
  first,
  tasks,
  webdav,
  shareHealth,
  uploads,
  shareCopies,
  changeIntents,
];

/**
 * Brings the database to the newest form: all missing steps or, when one fails, none. Of several processes that start together
 * one does the work and the others find it done.
 *
 * @param now milliseconds since the epoch
 * @throws StoreVersionError when the database is ahead of these migrations; it is then left as it was.
 */
export async function migrate(
  { exclusively }: Pick<Sql, 'exclusively'>,
  now: number,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  await exclusively(async (db) => {
    await createLedger(db);
    const row = await db
      .selectFrom('migrations')
      .select((eb) => eb.fn.max('number').as('newest'))
      .executeTakeFirst();
    const done = row?.newest ?? 0;
    const known = migrations.at(-1)?.number ?? 0;
    if (done > known) throw new StoreVersionError(done, known);
    for (const migration of migrations.filter((m) => m.number > done)) {
      await migration.up(db);
      await db
        .insertInto('migrations')
        .values({ number: migration.number, name: migration.name, applied_at: now })
        .execute();
    }
  });
}

async function createLedger(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('migrations')
    .ifNotExists()
    .addColumn('number', 'integer', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('applied_at', 'integer', (c) => c.notNull())
    .execute();
}
