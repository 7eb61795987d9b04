import type { TaskRow } from '../store/task-port.ts';
import type { Task } from './task.ts';

/** A stored task as its owner sees it. */
export function taskOf(row: TaskRow): Task {
  return {
    id: row.id,
    kind: row.kind,
    owner: { id: row.ownerId, name: row.ownerName },
    name: row.name,
    state: row.state,
    progress: row.progress,
    status: row.status,
    error: row.error,
    log: row.log,
    attempts: row.attempts,
    runAt: row.runAt,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
  };
}
