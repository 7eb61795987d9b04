import type { Selectable } from 'kysely';
import { StorageError } from '../../core/errors.ts';
import type { UserRow, UserTable } from '../port.ts';
import type { Schema, Sql } from './schema.ts';

export function userTable({ db, isTaken }: Sql): UserTable {
  const refuse = (error: unknown, username: string): never => {
    if (isTaken(error)) throw new StorageError('exists', `the user name ${username} is taken`);
    throw error;
  };
  return {
    async list() {
      const rows = await db.selectFrom('users').selectAll().orderBy('id').execute();
      return rows.map(fromColumns);
    },
    async byId(id) {
      const row = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
      return row && fromColumns(row);
    },
    async byName(username) {
      const query = db.selectFrom('users').selectAll().where('username', '=', username);
      const row = await query.executeTakeFirst();
      return row && fromColumns(row);
    },
    async insert(user) {
      const query = db.insertInto('users').values(toColumns(user)).returningAll();
      const row = await query.executeTakeFirstOrThrow().catch((e: unknown) => refuse(e, user.username));
      return fromColumns(row);
    },
    async update(user) {
      const query = db.updateTable('users').set(toColumns(user)).where('id', '=', user.id);
      const { numUpdatedRows } = await query
        .executeTakeFirst()
        .catch((e: unknown) => refuse(e, user.username));
      if (numUpdatedRows === 0n) throw new StorageError('not_found', `there is no user ${user.id}`);
    },
  };
}

function toColumns(user: Omit<UserRow, 'id'>): Omit<Selectable<Schema['users']>, 'id'> {
  return {
    username: user.username,
    password_hash: user.passwordHash,
    password_changed_at: user.passwordChangedAt,
    role: user.role,
    base_path: user.basePath,
    permission: user.permission,
    disabled: Number(user.disabled),
  };
}

function fromColumns(row: Selectable<Schema['users']>): UserRow {
  return {
    id: row.id,
    username: row.username,
    passwordHash: row.password_hash,
    passwordChangedAt: row.password_changed_at,
    role: row.role === 'admin' || row.role === 'guest' ? row.role : 'general',
    basePath: row.base_path,
    permission: row.permission,
    disabled: row.disabled !== 0,
  };
}
