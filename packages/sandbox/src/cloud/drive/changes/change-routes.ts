import type { Route } from '../../router.ts';
import { resourceCid } from '../../upload/resource-cid.ts';
import type { OfflineDeps } from '../../offline/create-offline.ts';
import { retryOffline } from '../../offline/retry-offline.ts';
import type { Change } from './change-deps.ts';
import { createItem } from './create-item.ts';
import { rename } from './rename.ts';
import type { PageCutter } from '../paging.ts';
import { batchCopy, batchMove } from './relocate.ts';
import { setStar } from './star.ts';
import { deleteTasks, getTask, listTasks } from './task-calls.ts';
import { batchDelete, batchTrash, batchUntrash, deleteOne, emptyTrash } from './trash.ts';

/** Answers a change to the drive of whoever asks. */
export type ChangeHandler = (change: Change) => object | Promise<object>;

/** What the calls below work with. */
export interface ChangeRouteDeps extends OfflineDeps {
  readonly pages: PageCutter;
}

/** The calls that change a drive, and those about their tasks (protocol reference §3.6–3.10, §5.2–5.4). */
export function changeRoutes(
  deps: ChangeRouteDeps,
  own: (answer: ChangeHandler) => Route['handler'],
): Route[] {
  const files = '/drive/v1/files';
  const tasks = '/drive/v1/tasks';
  const route = (method: string, pattern: string, answer: ChangeHandler): Route => ({
    method,
    pattern,
    handler: own(answer),
  });
  const action = (name: string, answer: ChangeHandler): Route => route('POST', `${files}:${name}`, answer);
  return [
    route('POST', files, (change) => createItem(deps, change)),
    action('star', (change) => setStar(deps, change, true)),
    action('unstar', (change) => setStar(deps, change, false)),
    action('batchMove', (change) => batchMove(deps, change)),
    action('batchCopy', (change) => batchCopy(deps, change)),
    action('batchTrash', (change) => batchTrash(deps, change)),
    action('batchUntrash', (change) => batchUntrash(deps, change)),
    action('batchDelete', (change) => batchDelete(deps, change)),
    route('PATCH', `${files}/trash:empty`, (change) => emptyTrash(deps, change)),
    route('PATCH', `${files}/:id`, (change) => rename(deps, change)),
    route('DELETE', `${files}/:id`, (change) => deleteOne(deps, change)),
    route('GET', tasks, (change) => listTasks(deps, change)),
    route('GET', `${tasks}/:id`, (change) => getTask(deps, change)),
    route('GET', '/drive/v1/resource/cid', ({ call }) => resourceCid(deps, call)),
    route('POST', '/drive/v1/task', (change) => retryOffline(deps, change)),
    route('DELETE', tasks, (change) => deleteTasks(deps, change)),
  ];
}
