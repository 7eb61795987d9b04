import type { Migration } from './migration.ts';

/** How shared storages were doing when they were last looked at. */
export const shareHealth: Migration = {
  number: 4,
  name: 'share-health',
  async up(db) {
    await db.schema
      .createTable('share_health')
      .addColumn('storage_id', 'integer', (c) => c.primaryKey().references('storages.id').onDelete('cascade'))
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('title', 'text', (c) => c.notNull())
      .addColumn('reason', 'text', (c) => c.notNull())
      .addColumn('remedy', 'text', (c) => c.notNull())
      .addColumn('checked_at', 'integer', (c) => c.notNull())
      .addColumn('since', 'integer', (c) => c.notNull())
      .execute();
  },
};
