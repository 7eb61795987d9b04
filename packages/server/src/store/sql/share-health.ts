import type { ShareHealthTable } from '../port.ts';
import type { Sql } from './schema.ts';

export function shareHealthTable({ db }: Sql): ShareHealthTable {
  return {
    async all() {
      const rows = await db.selectFrom('share_health').selectAll().orderBy('storage_id').execute();
      return rows.map(({ storage_id, checked_at, ...row }) => ({
        ...row,
        storageId: storage_id,
        checkedAt: checked_at,
      }));
    },
    async put({ storageId, checkedAt, ...row }) {
      const values = { ...row, storage_id: storageId, checked_at: checkedAt };
      const { storage_id: _, ...changes } = values;
      await db
        .insertInto('share_health')
        .columns(['storage_id', 'checked_at', 'state', 'title', 'reason', 'remedy', 'since'])
        .expression(
          db
            .selectFrom('storages')
            .select((eb) => [
              'storages.id',
              eb.val(values.checked_at).as('checked_at'),
              eb.val(values.state).as('state'),
              eb.val(values.title).as('title'),
              eb.val(values.reason).as('reason'),
              eb.val(values.remedy).as('remedy'),
              eb.val(values.since).as('since'),
            ])
            .where('storages.id', '=', storageId),
        )
        .onConflict((conflict) => conflict.column('storage_id').doUpdateSet(changes))
        .execute();
    },
  };
}
