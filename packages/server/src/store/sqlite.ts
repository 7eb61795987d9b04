import { Database } from 'bun:sqlite';
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, type SqliteDatabase, SqliteDialect, sql } from 'kysely';
import { StoreError } from './errors.ts';
import type { Schema, Sql } from './sql/schema.ts';

/** A database that lives as long as the process holds it, for tests. */
export const IN_MEMORY = ':memory:';

/** How long a statement waits for another process that writes, such as `sluice admin reset`. */
const BUSY_TIMEOUT_MS = 5000;

/**
 * Opens the SQLite file at `path`, and makes it where it is missing: the file for its owner alone, a new folder too.
 * A commit is on disk when its promise resolves.
 *
 * @throws StoreError `unwritable` or `corrupt`.
 */
export function openSqlite(path: string): Sql {
  if (path !== IN_MEMORY) preparePath(path);
  const database = connect(path);
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: kyselyShape(database) }) });
  return {
    db,
    isTaken: (error) => /^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)$/.test(sqliteCode(error)),
    exclusively: (work) => db.connection().execute((connection) => transaction(connection, work)),
    exclusivelySoon: (work) =>
      db.connection().execute(async (connection) => {
        await sql`pragma synchronous = normal`.execute(connection);
        try {
          return await transaction(connection, work);
        } finally {
          await sql`pragma synchronous = full`.execute(connection);
        }
      }),
    async close() {
      await db.destroy();
      database.close(); // Kysely closes it only once it has run a statement
    },
  };
}

async function transaction<T>(
  connection: Kysely<Schema>,
  work: (db: Kysely<Schema>) => Promise<T>,
): Promise<T> {
  await sql`begin immediate`.execute(connection);
  try {
    const result = await work(connection);
    await sql`commit`.execute(connection);
    return result;
  } catch (error) {
    await sql`rollback`.execute(connection).catch(() => {}); // SQLite has undone it already when the disk was full
    throw error;
  }
}

/** SQLite's name for what went wrong, such as `SQLITE_BUSY`; '' for other errors. */
function sqliteCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' && error.code.startsWith('SQLITE_') ? error.code : '';
}

function preparePath(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600)); // SQLite gives its journal files the mode of this one
    chmodSync(path, 0o600);
  } catch (cause) {
    throw new StoreError(
      'unwritable',
      `The data folder ${dirname(path)} can't be written: make it writable for Sluice's user, or name another in SLUICE_DATA.`,
      cause,
    );
  }
}

function connect(path: string): Database {
  try {
    const database = new Database(path, { create: true, readwrite: true });
    database.run(`pragma busy_timeout = ${BUSY_TIMEOUT_MS}`);
    database.run('pragma journal_mode = wal');
    database.run('pragma synchronous = full');
    database.run('pragma foreign_keys = on');
    database.run('pragma trusted_schema = off');
    return database;
  } catch (cause) {
    throw openFailure(path, cause) ?? cause;
  }
}

/** What SQLite's refusal means to a person; undefined for errors that are not about opening. */
export function openFailure(path: string, cause: unknown): StoreError | undefined {
  const code = sqliteCode(cause);
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) {
    return new StoreError(
      'corrupt',
      `${path} is damaged or no database: restore it from a backup, or move it away to start anew.`,
      cause,
    );
  }
  if (/^SQLITE_(CANTOPEN|READONLY|PERM|FULL|IOERR)/.test(code)) {
    return new StoreError(
      'unwritable',
      `${path} can't be written (${code}): check the folder's permissions and free space.`,
      cause,
    );
  }
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return new StoreError('busy', `${path} is in use by another process: stop that one first.`, cause);
  }
  return undefined;
}

/** Bun's database in the form that Kysely knows from better-sqlite3. Bun keeps the statements. */
function kyselyShape(database: Database): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare: (text) => {
      const statement = database.query<unknown, SQLValue[]>(text);
      return {
        reader: statement.columnNames.length > 0,
        all: (values) => statement.all(...values.map(bindable)),
        run: (values) => statement.run(...values.map(bindable)),
        iterate: (values) => statement.iterate(...values.map(bindable)),
      };
    },
  };
}

type SQLValue = string | number | bigint | null | Uint8Array;

function bindable(value: unknown): SQLValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
  if (value === null || value instanceof Uint8Array) return value;
  throw new TypeError(`a ${typeof value} can't be stored`);
}
