import type { Migration } from './migration.ts';

/** Uploads that outlive a restart. */
export const uploads: Migration = {
  number: 5,
  name: 'uploads',
  async up(db) {
    await db.schema
      .createTable('uploads')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('sealed_state', 'text', (c) => c.notNull())
      .execute();
  },
};
