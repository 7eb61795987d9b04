import type { Migration } from './migration.ts';

/** Files of shares that were saved into an account, to be played from there. */
export const shareCopies: Migration = {
  number: 6,
  name: 'share-copies',
  async up(db) {
    await db.schema
      .createTable('share_copies')
      .addColumn('folder', 'text', (c) => c.primaryKey())
      .addColumn('storage_id', 'integer', (c) => c.notNull().references('storages.id').onDelete('cascade'))
      .addColumn('source', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('folder_id', 'text', (c) => c.notNull())
      .addColumn('entry_id', 'text', (c) => c.notNull())
      .addColumn('size', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'integer', (c) => c.notNull())
      .addColumn('played_at', 'integer', (c) => c.notNull())
      .execute();
  },
};
