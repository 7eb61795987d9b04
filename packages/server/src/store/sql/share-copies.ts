import type { ShareCopyTable } from '../port.ts';
import type { Sql } from './schema.ts';

export function shareCopyTable({ db }: Sql): ShareCopyTable {
  return {
    async all() {
      const rows = await db.selectFrom('share_copies').selectAll().orderBy('folder').execute();
      return rows.map(({ storage_id, folder_id, entry_id, created_at, played_at, state, ...row }) => ({
        ...row,
        state: state === 'ready' || state === 'leaving' ? state : 'wanted',
        storageId: storage_id,
        folderId: folder_id,
        entryId: entry_id,
        createdAt: created_at,
        playedAt: played_at,
      }));
    },
    async put({ storageId, folderId, entryId, createdAt, playedAt, ...row }) {
      const values = {
        ...row,
        storage_id: storageId,
        folder_id: folderId,
        entry_id: entryId,
        created_at: createdAt,
        played_at: playedAt,
      };
      const { folder: _, ...changes } = values;
      await db
        .insertInto('share_copies')
        .values(values)
        .onConflict((conflict) => conflict.column('folder').doUpdateSet(changes))
        .execute();
    },
    async remove(folder) {
      await db.deleteFrom('share_copies').where('folder', '=', folder).execute();
    },
  };
}
