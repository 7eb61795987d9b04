import type { Selectable } from 'kysely';
import { StorageError } from '../../core/errors.ts';
import type { AppPasswordRow, AppPasswordTable } from '../port.ts';
import type { Schema, Sql } from './schema.ts';

export function appPasswordTable({ db, isTaken }: Sql): AppPasswordTable {
  return {
    async ofUser(userId) {
      const query = db.selectFrom('app_passwords').selectAll().where('user_id', '=', userId);
      return (await query.orderBy('id').execute()).map(fromColumns);
    },
    async byDigest(digest) {
      const query = db.selectFrom('app_passwords').selectAll().where('digest', '=', digest);
      const row = await query.executeTakeFirst();
      return row && fromColumns(row);
    },
    async insert(row) {
      const values = {
        user_id: row.userId,
        name: row.name,
        digest: row.digest,
        read_only: row.readOnly ? 1 : 0,
        folder: row.folder,
        created_at: row.createdAt,
        used_at: row.usedAt,
      };
      const query = db.insertInto('app_passwords').values(values).returningAll();
      const made = await query.executeTakeFirstOrThrow().catch((error: unknown) => {
        if (isTaken(error)) throw new StorageError('exists', 'this password is in use');
        throw error;
      });
      return fromColumns(made);
    },
    async touch(id, usedAt) {
      await db.updateTable('app_passwords').set({ used_at: usedAt }).where('id', '=', id).execute();
    },
    async remove(userId, id) {
      const query = db.deleteFrom('app_passwords').where('id', '=', id).where('user_id', '=', userId);
      return (await query.executeTakeFirst()).numDeletedRows > 0n;
    },
  };
}

function fromColumns(row: Selectable<Schema['app_passwords']>): AppPasswordRow {
  return {
    id: row.id,
    userId: row.user_id,
    name: row.name,
    digest: row.digest,
    readOnly: row.read_only !== 0,
    folder: row.folder,
    createdAt: row.created_at,
    usedAt: row.used_at,
  };
}
