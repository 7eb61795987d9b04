import type { Clock, Log, Random } from '../core/runtime.ts';
import type { TaskTable } from '../store/task-port.ts';
import { TaskEvents } from './events.ts';
import { createQueue } from './queue.ts';
import type { TaskKind, Tasks } from './task.ts';
import { createWorker, type Worker } from './worker.ts';

/** Tasks that run at once; those that wait for a cloud hold no slot. */
const SLOTS = 8;

export interface TasksOptions {
  readonly table: TaskTable;
  readonly kinds: readonly TaskKind[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly slots?: number;
}

/** The queue of a gateway and what works it off. Nothing runs before `worker.start`. */
export function createTasks(options: TasksOptions): { readonly tasks: Tasks; readonly worker: Worker } {
  const kinds = new Map(options.kinds.map((kind) => [kind.kind, kind]));
  const parts = { ...options, kinds, events: new TaskEvents() };
  return { tasks: createQueue(parts), worker: createWorker({ ...parts, slots: options.slots ?? SLOTS }) };
}
