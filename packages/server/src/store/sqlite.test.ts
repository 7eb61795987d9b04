import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Sql } from './sql/schema.ts';
import { openSqlite } from './sqlite.ts';

let folder: string;
let database: Sql;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-sqlite-'));
  database = openSqlite(join(folder, 'x.db'));
  await sql`create table t (a integer primary key, b text)`.execute(database.db);
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

const values = async (): Promise<unknown> => {
  const { rows } = await sql<{ a: number }>`select a from t order by a`.execute(database.db);
  return rows.map(({ a }) => a);
};

describe('openSqlite', () => {
  test.each([
    ['journal_mode', 'wal'],
    ['synchronous', 2], // FULL: a commit is on disk when it is answered
    ['foreign_keys', 1],
    ['trusted_schema', 0],
  ])('pragma %s is %p', async (pragma, wanted) => {
    const { rows } = await sql.raw<Record<string, unknown>>(`pragma ${pragma}`).execute(database.db);
    expect(rows).toEqual([{ [pragma]: wanted }]);
  });

  test('work that fails is undone, and the error is the one that it failed with', async () => {
    const work = database.exclusively(async (db) => {
      await sql`insert into t (a) values (1)`.execute(db);
      throw new Error('half way');
    });
    expect(work).rejects.toThrow('half way');
    expect(await values()).toEqual([]);
  });

  test('exclusive work does not mix with other statements', async () => {
    const steps: string[] = [];
    await Promise.all([
      database.exclusively(async (db) => {
        await sql`insert into t (a) values (1)`.execute(db);
        await Promise.resolve();
        await sql`insert into t (a) values (2)`.execute(db);
        steps.push('exclusive');
      }),
      sql`insert into t (a) values (3)`.execute(database.db).then(() => steps.push('other')),
    ]);
    expect(steps).toEqual(['exclusive', 'other']);
    expect(await values()).toEqual([1, 2, 3]);
  });

  test('knows a taken value from other failures', async () => {
    await sql`insert into t (a) values (1)`.execute(database.db);
    const failure = (text: string): Promise<unknown> =>
      sql
        .raw(text)
        .execute(database.db)
        .catch((error: unknown) => error);
    expect(database.isTaken(await failure('insert into t (a) values (1)'))).toBe(true);
    expect(database.isTaken(await failure('insert into nowhere (a) values (1)'))).toBe(false);
    expect(database.isTaken(new Error('UNIQUE constraint failed'))).toBe(false);
  });

  test('values that SQLite would bend are refused', () => {
    const query = sql`insert into t (b) values (${{ an: 'object' }})`.execute(database.db);
    expect(query).rejects.toThrow("can't be stored");
  });
});
