import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import { StorageError } from '../../core/errors.ts';
import type { Sealer } from '../seal.ts';
import {
  END_STATES,
  LIVE_STATES,
  type TaskChanges,
  type TaskFilter,
  type TaskState,
  type TaskTable,
} from '../task-port.ts';
import type { Schema, Sql } from './schema.ts';
import { taskItemTable } from './task-items.ts';
import { changedColumns, newColumns, rowOf } from './task-row.ts';

/** As long as a `canceling` task's worker holds on, it may report these states; they don't undo the wish to cancel. */
const GOING_ON: readonly TaskState[] = ['pending', 'running', 'waiting', 'retrying'];

/** Ids in one statement; SQLite takes 32 766 variables. */
const MAX_IDS = 1000;

export function taskTable({ db, exclusively, exclusivelySoon, isTaken }: Sql, sealer: Sealer): TaskTable {
  const byDedupeKey = (key: string) =>
    db
      .selectFrom('tasks')
      .selectAll()
      .where('dedupe_key', '=', key)
      .where('ended_at', 'is', null)
      .executeTakeFirst();

  const byId: TaskTable['byId'] = async (id) => {
    const row = await db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst();
    return row && rowOf(row, sealer);
  };

  return {
    byId,
    items: taskItemTable({ db, exclusivelySoon }),

    async insert(row) {
      const columns = newColumns(row, sealer);
      for (;;) {
        const query = db.insertInto('tasks').values(columns).returningAll();
        try {
          return { row: rowOf(await query.executeTakeFirstOrThrow(), sealer), made: true };
        } catch (error) {
          if (!isTaken(error) || columns.dedupe_key === '') throw error;
        }
        const live = await byDedupeKey(columns.dedupe_key); // it may have ended meanwhile
        if (live !== undefined) return { row: rowOf(live, sealer), made: false };
      }
    },

    async list(filter, { offset, limit }) {
      // Only the index is walked to a page far behind, and not the rows before it.
      const page = filtered(db.selectFrom('tasks').select('seq'), filter)
        .orderBy('seq', 'desc')
        .limit(limit)
        .offset(offset);
      const rows = await db
        .selectFrom('tasks')
        .selectAll()
        .where('seq', 'in', page)
        .orderBy('seq', 'desc')
        .execute();
      return rows.map((row) => rowOf(row, sealer));
    },

    async count(filter) {
      const query = filtered(
        db.selectFrom('tasks').select((eb) => eb.fn.countAll().as('n')),
        filter,
      );
      return Number((await query.executeTakeFirstOrThrow()).n);
    },

    claim: (by) =>
      exclusivelySoon(async (tx) => {
        const found = await claimable(tx, by);
        if (found === undefined) return undefined;
        const crashed = found.lease_owner !== '' ? 1 : 0;
        const claimed = await tx
          .updateTable('tasks')
          .set({
            state: found.state === 'canceling' ? 'canceling' : 'running',
            lease_owner: by.owner,
            lease_until: by.leaseUntil,
            crashes: found.crashes + crashed,
            started_at: found.started_at ?? by.now,
          })
          .where('id', '=', found.id)
          .returningAll()
          .executeTakeFirstOrThrow();
        return rowOf(claimed, sealer);
      }),

    async nextDue(kinds) {
      const due = await db
        .selectFrom('tasks')
        .select(
          sql<number | null>`min(case when lease_until > run_at then lease_until else run_at end)`.as('due'),
        )
        .where('state', 'in', LIVE_STATES)
        .where('kind', 'in', kinds)
        .executeTakeFirst();
      return due?.due ?? undefined;
    },

    update: (id, owner, changes) =>
      (isKept(changes) ? exclusively : exclusivelySoon)(async (tx) => {
        const columns = changedColumns(id, changes, sealer);
        const held = await tx
          .selectFrom('tasks')
          .select('state')
          .where('id', '=', id)
          .where('lease_owner', '=', owner)
          .executeTakeFirst();
        if (held === undefined) return undefined;
        const { state = held.state as TaskState } = changes;
        const kept = held.state === 'canceling' && GOING_ON.includes(state) ? 'canceling' : state;
        await tx
          .updateTable('tasks')
          .set({ ...columns, state: kept })
          .where('id', '=', id)
          .execute();
        return kept;
      }),

    async change(id, from, changes) {
      const row = await db
        .updateTable('tasks')
        .set({ ...changedColumns(id, changes, sealer) })
        .where('id', '=', id)
        .where('state', 'in', from)
        .returningAll()
        .executeTakeFirst()
        .catch((error: unknown) => {
          if (isTaken(error)) throw new StorageError('exists', 'the same task is under way already');
          throw error;
        });
      return row && rowOf(row, sealer);
    },

    async removeEnded({ ids, ...filter }) {
      let removed = 0;
      for (const some of ids === undefined ? [undefined] : chunks(ids)) {
        let query = db.deleteFrom('tasks').where('state', 'in', ended(filter.states));
        if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
        if (filter.ownerId !== undefined) query = query.where('owner_id', '=', filter.ownerId);
        if (some !== undefined) query = query.where('id', 'in', some);
        removed += Number((await query.executeTakeFirst()).numDeletedRows);
      }
      return removed;
    },

    async prune({ endedAfter, newest }) {
      const kept = db
        .selectFrom('tasks')
        .select('seq')
        .where('ended_at', 'is not', null)
        .orderBy('ended_at', 'desc')
        .limit(newest);
      const { numDeletedRows } = await db
        .deleteFrom('tasks')
        .where('ended_at', 'is not', null)
        .where((eb) => eb.or([eb('ended_at', '<', endedAfter), eb('seq', 'not in', kept)]))
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

/** A checkpoint is written before something is done that must not be done twice, and an end is told to people. Leases and progress come again. */
function isKept(changes: TaskChanges): boolean {
  return changes.checkpoint !== undefined || changes.endedAt !== undefined;
}

function claimable(tx: Kysely<Schema>, by: Parameters<TaskTable['claim']>[0]) {
  return tx
    .selectFrom('tasks as t')
    .selectAll()
    .where('t.state', 'in', LIVE_STATES)
    .where('t.run_at', '<=', by.now)
    .where('t.lease_until', '<=', by.now)
    .where('t.kind', 'in', by.kinds)
    .where((eb) =>
      eb.or([
        eb('t.concurrency_key', '=', ''),
        eb('t.concurrency_limit', '>', (inner) =>
          inner
            .selectFrom('tasks as other')
            .select((count) => count.fn.countAll<number>().as('n'))
            .whereRef('other.concurrency_key', '=', 't.concurrency_key')
            .where('other.lease_until', '>', by.now),
        ),
      ]),
    )
    .orderBy('t.run_at')
    .orderBy('t.seq')
    .limit(1)
    .executeTakeFirst();
}

function filtered<O>(
  query: SelectQueryBuilder<Schema, 'tasks', O>,
  { kind, ownerId, states, ids }: TaskFilter,
): SelectQueryBuilder<Schema, 'tasks', O> {
  let narrowed = query;
  if (kind !== undefined) narrowed = narrowed.where('kind', '=', kind);
  if (ownerId !== undefined) narrowed = narrowed.where('owner_id', '=', ownerId);
  if (states !== undefined) narrowed = narrowed.where('state', 'in', states);
  if (ids !== undefined) narrowed = narrowed.where('id', 'in', ids.slice(0, MAX_IDS));
  return narrowed;
}

function ended(states: readonly TaskState[] | undefined): readonly TaskState[] {
  return END_STATES.filter((state) => states?.includes(state) ?? true);
}

function chunks(ids: readonly string[]): string[][] {
  const all: string[][] = [];
  for (let at = 0; at < ids.length; at += MAX_IDS) all.push(ids.slice(at, at + MAX_IDS));
  return all;
}
