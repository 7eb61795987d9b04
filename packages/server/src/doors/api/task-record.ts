import type { Task, TaskProgress, TaskState } from '../../tasks/task.ts';
import type { User } from '../../users/user.ts';
import { dialectOf, roleFor } from './dialect.ts';
import { wireTime } from './wire-time.ts';

/** AList's numbers (API reference §6.8). A task that waits for a cloud to go on is at work for whoever looks. */
const NUMBERS: Readonly<Record<TaskState, number>> = {
  pending: 0,
  running: 1,
  waiting: 1,
  succeeded: 2,
  canceling: 3,
  canceled: 4,
  failed: 7,
  retrying: 8,
};

/** A task as the API shows it (API reference §6.8), and below that what Sluice tells beyond. */
export function taskRecord(task: Task, viewer: User, clientId: string | undefined): object {
  const { progress } = task;
  const creator: User =
    task.owner.id === viewer.id ? viewer : { ...viewer, id: task.owner.id, role: 'general', admin: false };
  return {
    id: task.id,
    name: task.name,
    creator: task.owner.name,
    creator_role: roleFor(creator, dialectOf(clientId)),
    state: NUMBERS[task.state],
    status: task.status,
    progress: percentOf(progress, task.state),
    start_time: timeOrNull(task.startedAt),
    end_time: timeOrNull(task.endedAt),
    total_bytes: progress.totalBytes,
    error: task.error,
    kind: task.kind,
    phase: task.state,
    bytes: progress.bytes,
    items: progress.items,
    total_items: progress.totalItems,
    attempts: task.attempts,
    created: wireTime(task.createdAt),
    next_run: task.state === 'waiting' || task.state === 'retrying' ? wireTime(task.runAt) : null,
  };
}

function percentOf(
  { bytes, totalBytes, items, totalItems, percent }: TaskProgress,
  state: TaskState,
): number {
  if (state === 'succeeded') return 100;
  const part = totalBytes > 0 ? bytes / totalBytes : totalItems > 0 ? items / totalItems : percent / 100;
  return Math.round(Math.min(1, Math.max(0, part)) * 10_000) / 100;
}

function timeOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : wireTime(ms);
}
