import { driveRefusal } from '../../refusal.ts';
import { parseTerms, type Operators, textOperators } from '../filter-terms.ts';
import { viewOf } from '../files.ts';
import { PHASES } from '../node.ts';
import { type PageCutter, pageLimit } from '../paging.ts';
import { compareNodes } from '../tree.ts';
import type { Change, ChangeDeps } from './change-deps.ts';
import { purge } from './purge.ts';
import { phaseOf, taskJson } from './task-json.ts';
import type { Task } from './task-list.ts';
import { trashOne } from './trash.ts';

/** Rule O5. */
const MAX_LIMIT = 10_000;
/** The two values of `expires_in` that §5.2 and §9.9 show; what they depend on is a guess. */
const POLL_SECONDS = { running: 3, idle: 10 } as const;

/** Fields seen in use (protocol reference §5.2); that others are refused is a guess. */
const operatorsAt = (now: number): Operators<Task> => ({
  phase: textOperators((task: Task) => phaseOf(task, now), PHASES),
  type: textOperators((task: Task) => task.type),
  id: textOperators((task: Task) => task.id),
});

/** `GET /drive/v1/tasks` (§5.2, rule O5), newest first (guess). */
export function listTasks(deps: ChangeDeps & { readonly pages: PageCutter }, change: Change): object {
  const { drive, call } = change;
  const { query } = call.request;
  const type = query.get('type') ?? '';
  const filters = query.get('filters') ?? '';
  const matches = parseTerms(filters, operatorsAt(deps.now()));
  const tasks = deps.works.of(drive).tasks.all();
  const page = deps.pages.cut({
    items: tasks.filter((task) => (type === '' || task.type === type) && matches(task)).sort(compareNodes),
    scope: `tasks ${drive.account.userId} ${type} ${filters}`,
    limit: pageLimit(query.get('limit'), MAX_LIMIT),
    token: query.get('page_token') ?? '',
  });
  const file = viewOf(deps, call, { userId: drive.account.userId, audit: false });
  const reference = query.getAll('with').includes('reference_resource') ? { file } : {};
  const seconds = tasks.some((task) => task.phase === 'PHASE_TYPE_RUNNING')
    ? POLL_SECONDS.running
    : POLL_SECONDS.idle;
  return {
    tasks: page.items.map((task) => taskJson(task, { now: deps.now(), drive, ...reference })),
    next_page_token: page.next,
    expires_in: seconds,
    expires_in_ms: seconds * 1000,
  };
}

/** `GET /drive/v1/tasks/{id}` (§3.9, rule F11). */
export function getTask(deps: ChangeDeps, { drive, call }: Change): object {
  const task = deps.works.of(drive).tasks.get(call.id);
  if (task === undefined)
    throw driveRefusal({ status: 404, error: 'not_found', code: 5, text: 'Task not found' });
  return taskJson(task, { now: deps.now(), drive });
}

/**
 * `DELETE /drive/v1/tasks` (§5.4, rule O6): forgets tasks, cancels those that run, and with `delete_files=true` their files go as
 * well. Ids that are not known are passed over.
 */
export function deleteTasks(deps: ChangeDeps, { drive, call }: Change): object {
  const { query } = call.request;
  const { tasks } = deps.works.of(drive);
  const withFiles = query.get('delete_files') === 'true';
  for (const id of query.getAll('task_ids').flatMap((text) => text.split(','))) {
    const task = tasks.get(id);
    if (task === undefined) continue;
    tasks.remove(id);
    deps.onTaskRemoved(id);
    const node = withFiles ? drive.tree.get(task.fileId) : undefined;
    if (node === undefined) continue;
    if (deps.rules.taskFiles === 'trash' && node.phase === 'PHASE_TYPE_COMPLETE')
      trashOne(deps, drive)(node, deps.now());
    else purge(deps, drive, node);
  }
  return {};
}
