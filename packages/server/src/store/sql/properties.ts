import { type Kysely, type Selectable, sql } from 'kysely';
import type { PropertyChange, PropertyLimits, PropertyRow, PropertyTable } from '../port.ts';
import type { Schema, Sql } from './schema.ts';
import { endOf, parentKey, prefixOf } from './tree-keys.ts';

/** Rows of one statement: SQLite takes some 32 000 values. */
const BATCH = 1000;

type Columns = Selectable<Schema['properties']>;

export function propertyTable({ db, exclusively }: Sql): PropertyTable {
  return {
    async of(path) {
      return (await db.selectFrom('properties').selectAll().where('path', '=', path).execute()).map(
        fromColumns,
      );
    },
    async inFolder(path) {
      return (await db.selectFrom('properties').selectAll().where('parent', '=', path).execute()).map(
        fromColumns,
      );
    },
    change: (path, changes, limits) =>
      exclusively(async (alone) => {
        const more = changes.flatMap(({ value }) =>
          value === undefined ? [] : [value.length + path.length],
        );
        if (!(await fitsAt(alone, path, more.length, limits))) return false;
        if (!(await hasRoom(alone, more, limits))) return false;
        for (const change of changes) await apply(alone, path, change);
        return true;
      }),
    removeTree: (path) => removeTree(db, path),
    moveTree: (from, to) =>
      exclusively(async (alone) => {
        const rows = await tree(alone, from);
        await removeTree(alone, from);
        await removeTree(alone, to);
        await insertAt(alone, rows, { from, to });
      }),
    copyTree: (from, to, deep, limits) =>
      exclusively(async (alone) => {
        const all = await tree(alone, from);
        const rows = deep ? all : all.filter(({ path }) => path === from);
        await removeTree(alone, to);
        const growth = to.length - from.length;
        const more = rows.map(({ path, value }) => path.length + growth + value.length);
        if (await hasRoom(alone, more, limits)) await insertAt(alone, rows, { from, to });
      }),
  };
}

/** Whether a resource may have so many more. */
async function fitsAt(
  db: Kysely<Schema>,
  path: string,
  more: number,
  { perPath }: PropertyLimits,
): Promise<boolean> {
  if (more === 0) return true;
  const { count } = await db
    .selectFrom('properties')
    .select((eb) => eb.fn.countAll().as('count'))
    .where('path', '=', path)
    .executeTakeFirstOrThrow();
  return Number(count) + more <= perPath;
}

/** Whether the store has room for rows of these sizes. */
async function hasRoom(
  db: Kysely<Schema>,
  more: readonly number[],
  { inAll, chars }: PropertyLimits,
): Promise<boolean> {
  if (more.length === 0) return true;
  const all = await db
    .selectFrom('properties')
    .select((eb) => [
      eb.fn.countAll().as('count'),
      sql<number | string>`coalesce(sum(length(value) + length(path)), 0)`.as('chars'),
    ])
    .executeTakeFirstOrThrow();
  const grown = more.reduce((sum, size) => sum + size, Number(all.chars));
  return Number(all.count) + more.length <= inAll && grown <= chars;
}

async function apply(
  db: Kysely<Schema>,
  path: string,
  { namespace, name, value }: PropertyChange,
): Promise<void> {
  const key = { path, namespace, name };
  await db
    .deleteFrom('properties')
    .where((eb) => eb.and(key))
    .execute();
  if (value === undefined) return;
  await db
    .insertInto('properties')
    .values({ ...key, parent: parentKey(path), value })
    .execute();
}

function tree(db: Kysely<Schema>, path: string): Promise<Columns[]> {
  return db
    .selectFrom('properties')
    .selectAll()
    .where((eb) =>
      eb.or([eb('path', '=', path), eb.and([eb('path', '>', prefixOf(path)), eb('path', '<', endOf(path))])]),
    )
    .execute();
}

async function removeTree(db: Kysely<Schema>, path: string): Promise<void> {
  await db
    .deleteFrom('properties')
    .where((eb) =>
      eb.or([eb('path', '=', path), eb.and([eb('path', '>', prefixOf(path)), eb('path', '<', endOf(path))])]),
    )
    .execute();
}

async function insertAt(
  db: Kysely<Schema>,
  rows: readonly Columns[],
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  const moved = rows.map((row) => {
    const path = to + row.path.slice(from.length);
    return { ...row, path, parent: parentKey(path) };
  });
  for (let at = 0; at < moved.length; at += BATCH) {
    await db
      .insertInto('properties')
      .values(moved.slice(at, at + BATCH))
      .execute();
  }
}

function fromColumns({ path, namespace, name, value }: Columns): PropertyRow {
  return { path, namespace, name, value };
}
