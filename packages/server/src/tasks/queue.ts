import { StorageError } from '../core/errors.ts';
import type { Clock, Random } from '../core/runtime.ts';
import { END_STATES, LIVE_STATES, type TaskRow, type TaskTable } from '../store/task-port.ts';
import type { TaskEvents } from './events.ts';
import { taskOf } from './task-of.ts';
import type { EnqueueOptions, TaskKind, TaskQuery, Tasks, UserTasks } from './task.ts';

/** Unfinished tasks beyond this are refused; a list of tasks is never longer. */
export const MAX_TASKS = 10_000;

const ID_BYTES = 12;
const MAX_NAME = 4000;

export interface QueueParts {
  readonly table: TaskTable;
  readonly kinds: ReadonlyMap<string, TaskKind>;
  readonly events: TaskEvents;
  readonly clock: Clock;
  readonly random: Random;
}

type Viewer = Parameters<Tasks['of']>[0];

/** The durable queue. Tasks are run by a worker. */
export function createQueue(parts: QueueParts): Tasks {
  return { of: (user) => userTasks(parts, user) };
}

function userTasks(parts: QueueParts, user: Viewer): UserTasks {
  const { table, events } = parts;
  const mine = user.admin ? {} : { ownerId: user.id };
  const rowOf = async (id: string): Promise<TaskRow> => {
    const row = await table.byId(id);
    if (row === undefined || (!user.admin && row.ownerId !== user.id)) throw missing();
    return row;
  };
  const change: typeof table.change = async (id, from, changes) => {
    const row = await table.change(id, from, changes);
    if (row !== undefined) events.tell('changed', row);
    return row;
  };

  return {
    enqueue: (kind, payload, options) => enqueue(parts, user, { kind, payload, options }),
    async list({ kind, states, offset = 0, limit = MAX_TASKS }: TaskQuery) {
      const filter = {
        ...mine,
        ...(kind === undefined ? {} : { kind }),
        ...(states === undefined ? {} : { states }),
      };
      const [rows, total] = await Promise.all([
        table.list(filter, { offset, limit: Math.min(limit, MAX_TASKS) }),
        table.count(filter),
      ]);
      return { tasks: rows.map(taskOf), total };
    },
    get: async (id) => taskOf(await rowOf(id)),
    async items(id, query) {
      await rowOf(id);
      return table.items.page(id, query);
    },
    async cancel(id) {
      await rowOf(id);
      if (await cancelAtOnce(parts, change, id)) return;
      await change(id, LIVE_STATES, { state: 'canceling', runAt: parts.clock.now() });
      events.wake(id);
    },
    async retry(id) {
      const row = await rowOf(id);
      const now = parts.clock.now();
      const again = {
        state: 'pending',
        runAt: now,
        attempts: 0,
        crashes: 0,
        endedAt: undefined,
        error: '',
      } as const;
      const begun = await change(id, ['failed', 'canceled'], { ...again, round: row.round + 1 });
      if (begun === undefined) await change(id, ['waiting', 'retrying'], { runAt: now });
      events.wake(id);
    },
    async remove(id, { files = false } = {}) {
      const row = await rowOf(id);
      const now = parts.clock.now();
      const windsUp = parts.kinds.get(row.kind)?.windUp !== undefined;
      if (files && windsUp && row.checkpoint !== undefined) {
        const gone = { state: 'canceling', discard: 'files', runAt: now, endedAt: undefined } as const;
        await change(id, [...LIVE_STATES, ...END_STATES], gone);
        events.wake(id);
        return;
      }
      await change(id, LIVE_STATES, { discard: 'record' });
      if (!(await cancelAtOnce(parts, change, id))) {
        await change(id, LIVE_STATES, { state: 'canceling', runAt: now });
      }
      if ((await table.removeEnded({ ids: [id] })) > 0) events.tell('removed', row);
      events.wake(id);
    },
    clear: (kind, states) => table.removeEnded({ ...mine, kind, states }),
    watch: (listener, signal) =>
      events.watch((event) => {
        if (user.admin || event.task.owner.id === user.id) listener(event);
      }, signal),
  };
}

/** What has not begun, or has left nothing to wind up, ends on the spot. */
async function cancelAtOnce(
  { table, clock, kinds }: QueueParts,
  change: TaskTable['change'],
  id: string,
): Promise<boolean> {
  const row = await table.byId(id);
  if (row === undefined || row.endedAt !== undefined) return true;
  const leavesSomething = row.checkpoint !== undefined && kinds.get(row.kind)?.windUp !== undefined;
  if (leavesSomething) return false;
  const end = { state: 'canceled', endedAt: clock.now(), status: '', leaseOwner: '', leaseUntil: 0 } as const;
  return (await change(id, ['pending', 'waiting', 'retrying'], end)) !== undefined;
}

async function enqueue(
  { table, kinds, events, clock, random }: QueueParts,
  user: Viewer,
  asked: { readonly kind: string; readonly payload: unknown; readonly options: EnqueueOptions },
): ReturnType<UserTasks['enqueue']> {
  const { options } = asked;
  const kind = kinds.get(asked.kind);
  const payload = kind?.payload.safeParse(asked.payload);
  if (kind === undefined || payload?.success !== true) {
    throw new StorageError('invalid_argument', `this is no task that the gateway can do: ${asked.kind}`);
  }
  if ((await table.count({ states: LIVE_STATES })) >= MAX_TASKS) throw tooMany();
  const now = clock.now();
  const { row, made } = await table.insert({
    id: Buffer.from(random.bytes(ID_BYTES)).toString('base64url'),
    kind: kind.kind,
    ownerId: user.id,
    ownerName: user.username,
    name: options.name.slice(0, MAX_NAME),
    payload: payload.data,
    // One user's task is never shown to another because both wished for the same.
    dedupeKey: options.dedupeKey === undefined ? '' : `${user.id}:${kind.kind}:${options.dedupeKey}`,
    concurrencyKey: options.concurrency?.key ?? '',
    concurrencyLimit: options.concurrency?.limit ?? 1,
    maxAttempts: kind.maxAttempts,
    runAt: now,
    createdAt: now,
  });
  if (made) events.tell('changed', row);
  events.wake(row.id);
  return { task: taskOf(row), made };
}

function missing(): StorageError {
  return new StorageError('not_found', 'task not found');
}

function tooMany(): StorageError {
  return new StorageError('rate_limited', `${MAX_TASKS} tasks are unfinished already`, {
    detail: { remedy: 'Wait until some are done, or cancel some.' },
  });
}
