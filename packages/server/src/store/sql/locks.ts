import type { Kysely, Selectable } from 'kysely';
import type { LockLimits, LockRow, LockTable } from '../port.ts';
import type { Schema, Sql } from './schema.ts';
import { above, endOf, prefixOf } from './tree-keys.ts';

/** Most locks that a refusal names. */
const MAX_NAMED = 16;

export function lockTable({ db, exclusively }: Sql): LockTable {
  return {
    grant: (row, limits) => exclusively((alone) => grant(alone, row, limits)),
    async byToken(token, now) {
      const row = await current(db, now).where('token', '=', token).executeTakeFirst();
      return row && fromColumns(row);
    },
    covering: (path, now) => covering(db, path, now),
    below: (path, now, limit) => below(db, path, { now, limit }),
    async renew(token, { timeoutS, expiresAt }) {
      const changes = { timeout_s: timeoutS, expires_at: expiresAt };
      const done = await db.updateTable('locks').set(changes).where('token', '=', token).executeTakeFirst();
      return done.numUpdatedRows > 0n;
    },
    async remove(token) {
      await db.deleteFrom('locks').where('token', '=', token).execute();
    },
    async removeTree(path) {
      await db
        .deleteFrom('locks')
        .where((eb) =>
          eb.or([
            eb('path', '=', path),
            eb.and([eb('path', '>', prefixOf(path)), eb('path', '<', endOf(path))]),
          ]),
        )
        .execute();
    },
  };
}

async function grant(
  db: Kysely<Schema>,
  row: LockRow,
  { now, perUser, together }: LockLimits,
): Promise<readonly LockRow[] | 'full'> {
  await db.deleteFrom('locks').where('expires_at', '<=', now).execute();
  const count = db.selectFrom('locks').select((eb) => eb.fn.countAll().as('count'));
  const held = await count.where('user_id', '=', row.userId).executeTakeFirstOrThrow();
  if (Number(held.count) >= perUser) return 'full';
  const here = await covering(db, row.path, now);
  const there = row.deep ? await below(db, row.path, { now, limit: 1000 }) : [];
  const inTheWay = [...here, ...there].filter(({ exclusive }) => exclusive || row.exclusive);
  if (inTheWay.length > 0) return inTheWay.slice(0, MAX_NAMED);
  if (here.length >= together) return 'full';
  await db.insertInto('locks').values(toColumns(row)).execute();
  return [];
}

async function covering(db: Kysely<Schema>, path: string, now: number): Promise<LockRow[]> {
  const folders = above(path);
  const rows = await current(db, now)
    .where((eb) => {
      const on = eb('path', '=', path);
      return folders.length === 0 ? on : eb.or([on, eb.and([eb('deep', '=', 1), eb('path', 'in', folders)])]);
    })
    .execute();
  return rows.map(fromColumns);
}

async function below(
  db: Kysely<Schema>,
  path: string,
  { now, limit }: { readonly now: number; readonly limit: number },
): Promise<LockRow[]> {
  const rows = await current(db, now)
    .where('path', '>', prefixOf(path))
    .where('path', '<', endOf(path))
    .limit(limit)
    .execute();
  return rows.map(fromColumns);
}

function current(db: Kysely<Schema>, now: number) {
  return db.selectFrom('locks').selectAll().where('expires_at', '>', now);
}

function toColumns(row: LockRow): Selectable<Schema['locks']> {
  return {
    token: row.token,
    path: row.path,
    deep: row.deep ? 1 : 0,
    exclusive: row.exclusive ? 1 : 0,
    user_id: row.userId,
    owner: row.owner,
    timeout_s: row.timeoutS,
    expires_at: row.expiresAt,
  };
}

function fromColumns(row: Selectable<Schema['locks']>): LockRow {
  return {
    token: row.token,
    path: row.path,
    deep: row.deep !== 0,
    exclusive: row.exclusive !== 0,
    userId: row.user_id,
    owner: row.owner,
    timeoutS: row.timeout_s,
    expiresAt: row.expires_at,
  };
}
