import { describe, expect, test } from 'bun:test';
import { StoreVersionError } from '../errors.ts';
import { IN_MEMORY, openSqlite } from '../sqlite.ts';
import { MIGRATIONS, migrate } from './migrate.ts';
import type { Migration } from './migration.ts';

const table = (number: number, name = `t${number}`): Migration => ({
  number,
  name,
  up: async (db) => db.schema.createTable(name).addColumn('a', 'integer').execute(),
});

async function ledger(sql: ReturnType<typeof openSqlite>): Promise<number[]> {
  return (await sql.db.selectFrom('migrations').select('number').execute()).map((row) => row.number);
}

describe('migrate', () => {
  test('missing steps run in order, and only once', async () => {
    const sql = openSqlite(IN_MEMORY);
    await migrate(sql, 5, [table(1)]);
    await migrate(sql, 6, [table(1), table(2), table(3)]);
    await migrate(sql, 7, [table(1), table(2), table(3)]);
    expect(await sql.db.selectFrom('migrations').selectAll().execute()).toEqual([
      { number: 1, name: 't1', applied_at: 5 },
      { number: 2, name: 't2', applied_at: 6 },
      { number: 3, name: 't3', applied_at: 6 },
    ]);
    await sql.close();
  });

  test('when one step fails, none has happened', async () => {
    const sql = openSqlite(IN_MEMORY);
    await migrate(sql, 0, [table(1)]);
    expect(migrate(sql, 0, [table(1), table(2), table(3, 't1')])).rejects.toThrow('t1');
    expect(await ledger(sql)).toEqual([1]);
    await migrate(sql, 0, [table(1), table(2)]);
    await sql.close();
  });

  test('a database that is ahead is refused', async () => {
    const sql = openSqlite(IN_MEMORY);
    await migrate(sql, 0, [table(1), table(2)]);
    expect(migrate(sql, 0, [table(1)])).rejects.toBeInstanceOf(StoreVersionError);
    await sql.close();
  });

  test('the released steps are numbered from 1 without gaps', () => {
    expect(MIGRATIONS.map((m) => m.number)).toEqual(MIGRATIONS.map((_, i) => i + 1));
  });
});
