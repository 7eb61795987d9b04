import type { ChangeIntentTable } from '../port.ts';
import type { Sql } from './schema.ts';

export function changeIntentTable({ db }: Sql): ChangeIntentTable {
  return {
    async all() {
      const rows = await db.selectFrom('change_intents').selectAll().orderBy('id').execute();
      return rows.map(({ id, storage_id, intent }) => ({
        id,
        storageId: storage_id,
        intent: JSON.parse(intent),
      }));
    },
    async save({ id, storageId, intent }) {
      const values = { id, storage_id: storageId, intent: JSON.stringify(intent) };
      await db
        .insertInto('change_intents')
        .values(values)
        .onConflict((c) => c.column('id').doUpdateSet({ intent: values.intent }))
        .execute();
    },
    async remove(id) {
      await db.deleteFrom('change_intents').where('id', '=', id).execute();
    },
  };
}
