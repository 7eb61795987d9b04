import type { TaskItem, TaskItemTable } from '../task-port.ts';
import type { Sql } from './schema.ts';

/** Rows in one statement: five variables each. */
const MAX_ROWS = 1000;

export function taskItemTable({ db, exclusivelySoon }: Pick<Sql, 'db' | 'exclusivelySoon'>): TaskItemTable {
  return {
    put: (taskId, items) =>
      exclusivelySoon(async (tx) => {
        for (let at = 0; at < items.length; at += MAX_ROWS) {
          const rows = items.slice(at, at + MAX_ROWS).map((item) => ({ task_id: taskId, ...item }));
          await tx
            .insertInto('task_items')
            .values(rows)
            .onConflict((c) =>
              c.columns(['task_id', 'key']).doUpdateSet((eb) => ({
                state: eb.ref('excluded.state'),
                size: eb.ref('excluded.size'),
                note: eb.ref('excluded.note'),
              })),
            )
            .execute();
        }
      }),

    async byKey(taskId, key) {
      const query = db
        .selectFrom('task_items')
        .selectAll()
        .where('task_id', '=', taskId)
        .where('key', '=', key);
      const row = await query.executeTakeFirst();
      return row && itemOf(row);
    },

    async page(taskId, { states, after, limit }) {
      let query = db.selectFrom('task_items').selectAll().where('task_id', '=', taskId);
      if (states !== undefined) query = query.where('state', 'in', states);
      if (after !== undefined) query = query.where('key', '>', after);
      return (await query.orderBy('key').limit(limit).execute()).map(itemOf);
    },

    async totals(taskId) {
      const rows = await db
        .selectFrom('task_items')
        .select(['state', (eb) => eb.fn.countAll().as('n'), (eb) => eb.fn.sum('size').as('bytes')])
        .where('task_id', '=', taskId)
        .groupBy('state')
        .execute();
      const of = (state: TaskItem['state']) => {
        const row = rows.find((candidate) => candidate.state === state);
        return { count: Number(row?.n ?? 0), bytes: Number(row?.bytes ?? 0) };
      };
      return { todo: of('todo'), done: of('done'), skipped: of('skipped'), failed: of('failed') };
    },
  };
}

function itemOf({ key, state, size, note }: Omit<TaskItem, 'state'> & { readonly state: string }): TaskItem {
  return { key, state: state as TaskItem['state'], size, note }; // nothing else is ever written
}
