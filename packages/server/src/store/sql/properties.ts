import type { Kysely, Selectable } from 'kysely';
import type { PropertyChange, PropertyRow, PropertyTable } from '../port.ts';
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
        if (!(await hasRoom(alone, path, { changes, ...limits }))) return false;
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
    copyTree: (from, to, deep) =>
      exclusively(async (alone) => {
        const rows = await tree(alone, from);
        await removeTree(alone, to);
        await insertAt(alone, deep ? rows : rows.filter(({ path }) => path === from), { from, to });
      }),
  };
}

async function hasRoom(
  db: Kysely<Schema>,
  path: string,
  asked: {
    readonly changes: readonly PropertyChange[];
    readonly perPath: number;
    readonly inAll: number;
  },
): Promise<boolean> {
  const more = asked.changes.filter(({ value }) => value !== undefined).length;
  if (more === 0) return true;
  const count = db.selectFrom('properties').select((eb) => eb.fn.countAll().as('count'));
  const here = await count.where('path', '=', path).executeTakeFirstOrThrow();
  const all = await count.executeTakeFirstOrThrow();
  return Number(here.count) + more <= asked.perPath && Number(all.count) + more <= asked.inAll;
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
