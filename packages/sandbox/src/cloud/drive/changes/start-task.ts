import type { DriveNode } from '../node.ts';
import type { Change, ChangeDeps } from './change-deps.ts';
import type { Outcome, Task, TaskType } from './task-list.ts';

/** What a batch action does. */
export interface Job {
  readonly type: TaskType;
  readonly items: readonly DriveNode[];
  /** What comes of it, where that is one thing whose id is known from the start, and what is told beside it. */
  readonly result?: Pick<Task, 'fileId' | 'fileName' | 'fileSize' | 'params'>;
  /** Its effect, as of time `at`, on what has become of the items by then. */
  finish(at: number): Outcome;
}

/** Starts the task of a batch action, disturbed as a scripted fault wants it (rule F11). */
export function startTask(deps: ChangeDeps, { drive, call }: Change, job: Job): Task {
  const createdAt = deps.now();
  const fault = deps.faults.takeForTask(call.request.method, call.request.path);
  const delay = fault?.kind === 'slow_task' ? fault.delayMs : deps.rules.taskDelayMs;
  return deps.works.of(drive).tasks.start({
    id: deps.ids.task(),
    type: job.type,
    fileId: '',
    fileName: '',
    fileSize: 0,
    ...job.result,
    statusSize: job.items.length,
    createdAt,
    dueAt: createdAt + delay,
    finish: (at) => (fault?.kind === 'task_error' ? { ok: false, message: fault.message } : job.finish(at)),
  });
}
