import { bodyOf, type Change } from '../drive/changes/change-deps.ts';
import { invalidArgument, driveRefusal } from '../refusal.ts';
import { textOf } from '../request.ts';
import { type OfflineDeps, requireAllowance } from './create-offline.ts';

/** `POST /drive/v1/task` (protocol reference §5.4, rule O6): runs a failed task again. Its answer, `{}`, is a guess. */
export function retryOffline(deps: OfflineDeps, change: Change): object {
  const body = bodyOf(change);
  if (textOf(body, 'type') !== 'offline' || textOf(body, 'create_type') !== 'RETRY') {
    throw invalidArgument('only RETRY of type offline is supported');
  }
  const { tasks } = deps.works.of(change.drive);
  const task = tasks.get(textOf(body, 'id'));
  if (task?.offline === undefined) {
    throw driveRefusal({ status: 404, error: 'not_found', code: 5, text: 'Task not found' });
  }
  requireAllowance(deps, change.drive);
  const now = deps.now();
  tasks.restart(task.id, { createdAt: now, dueAt: now + deps.rules.offlineMs });
  return {};
}
