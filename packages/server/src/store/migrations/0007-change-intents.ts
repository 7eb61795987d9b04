import type { Migration } from './migration.ts';

/** Changes of several steps that are under way. */
export const changeIntents: Migration = {
  number: 7,
  name: 'change-intents',
  async up(db) {
    await db.schema
      .createTable('change_intents')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('storage_id', 'integer', (c) => c.notNull().references('storages.id').onDelete('cascade'))
      .addColumn('intent', 'text', (c) => c.notNull())
      .execute();
  },
};
