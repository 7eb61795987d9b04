import { z } from 'zod';
import { StorageError } from '../../core/errors.ts';
import type { Task, TaskState, UserTasks } from '../../tasks/task.ts';
import { LIST_FIELD } from './bind.ts';
import { ApiFailure } from './envelope.ts';
import { explain } from '../../http/problem.ts';
import { type ApiContext, route, type Route, type Session } from './route.ts';
import { taskRecord } from './task-record.ts';

/** Kinds that clients of AList's API ask for (API reference §6.8). Those that nothing here makes are empty. */
const KINDS = [
  'upload',
  'copy',
  'move',
  'offline_download',
  'offline_download_transfer',
  'decompress',
  'decompress_upload',
  's3_transition',
  'strm_generate',
  // Ours: what somebody shared, saved into a drive; a feed that is watched.
  'share_save',
  'feed',
] as const;

/** One path for users, one for admins; both show what the caller may see. */
const BASES = ['/task', '/admin/task'] as const;

const LIVE: readonly TaskState[] = ['pending', 'running', 'waiting', 'retrying', 'canceling'];
const ENDED: readonly TaskState[] = ['succeeded', 'canceled', 'failed'];

/** A list without a page ends here, newest first. */
const MAX_UNPAGED = 1000;
const MAX_PAGE = 1000;
const MAX_BATCH = 1000;

const paged = z.object({
  page: z.number().int().min(1).default(1),
  per_page: z.number().int().min(0).max(MAX_PAGE).default(0),
});
const byId = z.object({ tid: z.string().default(''), delete_files: z.boolean().default(false) });
const byIds = z.object({ [LIST_FIELD]: z.array(z.string()).max(MAX_BATCH) });
const nothing = z.object({});

function windowOf({ page, per_page }: z.output<typeof paged>): { offset: number; limit: number } {
  return { offset: (page - 1) * per_page, limit: per_page === 0 ? MAX_UNPAGED : per_page };
}

/** The caller's tasks. @throws ApiFailure 403 for the guest, who has none. */
function tasksOf({ user }: Session, { tasks }: ApiContext): UserTasks {
  if (user.role === 'guest') throw new ApiFailure(403, 'You are a guest');
  return tasks.of(user);
}

/** The task, when the caller may see it and it is of the kind that the path names. */
async function ofKind(tasks: UserTasks, kind: string, id: string): Promise<Task> {
  const missing = new ApiFailure(404, 'task not found');
  const task = await tasks.get(id).catch((error: unknown) => {
    throw error instanceof StorageError && error.code === 'not_found' ? missing : error;
  });
  if (task.kind !== kind) throw missing;
  return task;
}

type Action = (tasks: UserTasks, id: string, options: { readonly files: boolean }) => Promise<void>;

const ACTIONS: Readonly<Record<'cancel' | 'retry' | 'delete', Action>> = {
  cancel: (tasks, id) => tasks.cancel(id),
  retry: (tasks, id) => tasks.retry(id),
  delete: (tasks, id, options) => tasks.remove(id, options),
};

function routesOf(base: string, kind: string): Route[] {
  const path = (name: string): string => `${base}/${kind}/${name}`;
  const access = base === '/task' ? 'user' : 'admin';
  const list = (name: string, states: readonly TaskState[]): Route =>
    route({
      method: 'GET',
      path: path(name),
      access,
      request: paged,
      async run(input, session, door) {
        const { tasks } = await tasksOf(session, door).list({ kind, states, ...windowOf(input) });
        return tasks.map((task) => taskRecord(task, session.user, session.clientId));
      },
    });
  const clear = (name: string, states: readonly TaskState[]): Route =>
    route({
      method: 'POST',
      path: path(name),
      access,
      from: 'query',
      request: nothing,
      run: async (_, session, door) => void (await tasksOf(session, door).clear(kind, states)),
    });
  return [
    list('undone', LIVE),
    list('done', ENDED),
    route({
      method: 'POST',
      path: path('info'),
      access,
      from: 'query',
      request: byId,
      async run({ tid }, session, door) {
        const task = await ofKind(tasksOf(session, door), kind, tid);
        return { ...taskRecord(task, session.user, session.clientId), log: task.log };
      },
    }),
    ...(['cancel', 'retry', 'delete'] as const).flatMap((name) => [
      single(path(name), { access, kind, action: ACTIONS[name] }),
      some(path(`${name}_some`), { access, kind, action: ACTIONS[name] }),
    ]),
    clear('clear_done', ENDED),
    clear('clear_succeeded', ['succeeded']),
    route({
      method: 'POST',
      path: path('retry_failed'),
      access,
      from: 'query',
      request: nothing,
      async run(_, session, door) {
        const tasks = tasksOf(session, door);
        const failed = await tasks.list({ kind, states: ['failed'], limit: MAX_BATCH });
        for (const { id } of failed.tasks) await tasks.retry(id).catch(passOver);
      },
    }),
  ];
}

interface ActionRoute {
  readonly access: 'user' | 'admin';
  readonly kind: string;
  readonly action: Action;
}

function single(path: string, { access, kind, action }: ActionRoute): Route {
  return route({
    method: 'POST',
    path,
    access,
    from: 'query',
    request: byId,
    async run({ tid, delete_files: files }, session, door) {
      const tasks = tasksOf(session, door);
      await action(tasks, (await ofKind(tasks, kind, tid)).id, { files });
    },
  });
}

/** Each on its own; the answer tells which could not be done, and why. */
function some(path: string, { access, kind, action }: ActionRoute): Route {
  return route({
    method: 'POST',
    path,
    access,
    request: byIds,
    async run({ [LIST_FIELD]: ids }, session, door) {
      const tasks = tasksOf(session, door);
      const problems: Record<string, string> = {};
      for (const id of ids) {
        try {
          await action(tasks, (await ofKind(tasks, kind, id)).id, { files: false });
        } catch (error) {
          if (!(error instanceof ApiFailure || error instanceof StorageError)) throw error;
          problems[id] = error instanceof ApiFailure ? error.message : explain(error);
        }
      }
      return problems;
    },
  });
}

/** Another live one took its place. */
function passOver(error: unknown): void {
  if (!(error instanceof StorageError)) throw error;
}

const GROUPS = {
  live: LIVE,
  ended: ENDED,
  failed: ['failed'],
  succeeded: ['succeeded'],
  all: [...LIVE, ...ENDED],
} as const;

/** All kinds in one list, for the page; AList has no such. */
const taskList = route({
  method: 'GET',
  path: '/task/list',
  access: 'user',
  request: z.object({
    kind: z.string().default(''),
    state: z.enum(['live', 'ended', 'failed', 'succeeded', 'all']).default('all'),
    page: z.number().int().min(1).default(1),
    per_page: z.number().int().min(1).max(MAX_PAGE).default(100),
  }),
  async run({ kind, state, ...page }, session, door) {
    const query = { ...(kind === '' ? {} : { kind }), states: GROUPS[state], ...windowOf(page) };
    const { tasks, total } = await tasksOf(session, door).list(query);
    return { content: tasks.map((task) => taskRecord(task, session.user, session.clientId)), total };
  },
});

/** What a task on many things works on, page by page. */
const taskItems = route({
  method: 'GET',
  path: '/task/items',
  access: 'user',
  request: z.object({
    tid: z.string().default(''),
    state: z.enum(['todo', 'done', 'skipped', 'failed', '']).default(''),
    after: z.string().default(''),
    limit: z.number().int().min(1).max(MAX_PAGE).default(100),
  }),
  async run({ tid, state, after, limit }, session, door) {
    const query = { ...(state === '' ? {} : { states: [state] }), ...(after === '' ? {} : { after }), limit };
    return { content: await tasksOf(session, door).items(tid, query) };
  },
});

/** Tasks as AList's clients see and steer them (API reference §6.8). */
export const taskRoutes: readonly Route[] = [
  taskList,
  taskItems,
  ...BASES.flatMap((base) => KINDS.flatMap((kind) => routesOf(base, kind))),
];
