import type { Phase } from '../node.ts';

/** Types of protocol reference §3.9 that changes of a drive have. */
export type TaskType = 'move' | 'copy' | 'deletefile' | 'emptytrash' | 'upload' | 'restore';

/** How a task ended; a failure's message is for people (§5.3). */
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly message: string };

export const DONE: Outcome = { ok: true };

/** One task, as far as it is known. */
export interface Task {
  readonly id: string;
  readonly type: TaskType;
  /** '' for tasks on many items. */
  readonly fileId: string;
  readonly fileName: string;
  readonly fileSize: number;
  /** How many items it works on. */
  readonly statusSize: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly phase: Phase;
  readonly message: string;
  /** When it ends; infinite while that waits for something. */
  readonly dueAt: number;
  /** What its type adds (§5.3). */
  readonly params?: Readonly<Record<string, string>>;
}

/** A task that begins. */
export type NewTask = Pick<
  Task,
  'id' | 'type' | 'fileId' | 'fileName' | 'fileSize' | 'statusSize' | 'createdAt' | 'dueAt' | 'params'
> & {
  /** Its effect, as of the time when it was due. */
  readonly finish: (at: number) => Outcome;
};

interface TaskListOptions {
  /** How long a finished task is remembered. */
  readonly keptMs: number;
}

/** Finished tasks beyond this are forgotten, oldest first, however young. */
const MAX_FINISHED = 20_000;

/** The tasks of one drive. Nothing happens in it but by `settle`: time is the caller's. */
export class TaskList {
  readonly #keptMs: number;
  readonly #running = new Map<string, { task: Task; readonly finish: NewTask['finish'] }>();
  /** In the order in which they ended. */
  readonly #finished = new Map<string, Task>();

  constructor(options: TaskListOptions) {
    this.#keptMs = options.keptMs;
  }

  start({ finish, ...task }: NewTask): Task {
    const running: Task = { ...task, updatedAt: task.createdAt, phase: 'PHASE_TYPE_RUNNING', message: '' };
    this.#running.set(task.id, { task: running, finish });
    return running;
  }

  /** Says when a running task ends. Others are left alone. */
  setDue(id: string, dueAt: number): void {
    const entry = this.#running.get(id);
    if (entry !== undefined) entry.task = { ...entry.task, dueAt };
  }

  /** Ends what is due by `now`, in the order in which it fell due, and forgets what ended long ago. */
  settle(now: number): void {
    const due = [...this.#running.values()].filter((entry) => entry.task.dueAt <= now);
    for (const { task, finish } of due.sort((a, b) => a.task.dueAt - b.task.dueAt)) {
      if (!this.#running.delete(task.id)) continue;
      const outcome = finish(task.dueAt);
      this.#finished.set(task.id, {
        ...task,
        updatedAt: task.dueAt,
        phase: outcome.ok ? 'PHASE_TYPE_COMPLETE' : 'PHASE_TYPE_ERROR',
        message: outcome.ok ? '' : outcome.message,
      });
    }
    this.#forget(now);
  }

  get(id: string): Task | undefined {
    return this.#running.get(id)?.task ?? this.#finished.get(id);
  }

  /** Every task that is remembered. */
  all(): readonly Task[] {
    return [...[...this.#running.values()].map((entry) => entry.task), ...this.#finished.values()];
  }

  /** Forgets a task; a running one has no effect any more (§5.4). */
  remove(id: string): void {
    this.#running.delete(id);
    this.#finished.delete(id);
  }

  #forget(now: number): void {
    for (const [id, task] of this.#finished) {
      if (task.updatedAt + this.#keptMs > now && this.#finished.size <= MAX_FINISHED) return;
      this.#finished.delete(id);
    }
  }
}
