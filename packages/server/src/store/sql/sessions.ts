import type { SessionTable } from '../port.ts';
import type { Sql } from './schema.ts';

export function sessionTable({ db }: Sql): SessionTable {
  return {
    async insert(row) {
      await db
        .insertInto('sessions')
        .values({
          id_digest: row.idDigest,
          user_id: row.userId,
          created_at: row.createdAt,
          expires_at: row.expiresAt,
        })
        .execute();
    },
    async byDigest(idDigest) {
      const query = db.selectFrom('sessions').selectAll().where('id_digest', '=', idDigest);
      const row = await query.executeTakeFirst();
      if (row === undefined) return undefined;
      return {
        idDigest: row.id_digest,
        userId: row.user_id,
        createdAt: row.created_at,
        expiresAt: row.expires_at,
      };
    },
    async remove(idDigest) {
      await db.deleteFrom('sessions').where('id_digest', '=', idDigest).execute();
    },
    async removeOfUser(userId) {
      await db.deleteFrom('sessions').where('user_id', '=', userId).execute();
    },
    async removeExpired(now) {
      await db.deleteFrom('sessions').where('expires_at', '<=', now).execute();
    },
  };
}
