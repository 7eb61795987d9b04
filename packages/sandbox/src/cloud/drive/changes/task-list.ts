import type { Phase } from '../node.ts';

/** Types of protocol reference §3.9 that changes of a drive have. */
export type TaskType = 'move' | 'copy' | 'deletefile' | 'emptytrash' | 'upload' | 'restore' | 'offline';

/**
 * How a task ended; a failure's message is for people (§5.3). `partly`: it has made `fileId` and goes on, for ever as far as anyone can tell.
 * `vanishes`: it is forgotten at once.
 */
export type Outcome =
  | { readonly ok: true; readonly fileId?: string; readonly vanishes?: boolean }
  | { readonly ok: 'partly'; readonly fileId: string }
  | { readonly ok: false; readonly message: string };

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
  /** Set on offline downloads. */
  readonly offline?: OfflineFacts;
  /** How often a client had it run again. */
  readonly retries: number;
}

/** What is known of an offline download beside. */
export interface OfflineFacts {
  readonly url: string;
  readonly parentId: string;
  /** Pending until then. */
  readonly beginsAt: number;
  /** The part (0–1) at which it halts, and how long it would take without. */
  readonly haltsAt?: number;
  readonly wholeMs?: number;
}

/** A task that begins. */
export type NewTask = Pick<
  Task,
  | 'id'
  | 'type'
  | 'fileId'
  | 'fileName'
  | 'fileSize'
  | 'statusSize'
  | 'createdAt'
  | 'dueAt'
  | 'params'
  | 'offline'
> & {
  /** Its effect, as of the time when it was due, after so many retries. */
  readonly finish: (at: number, retries: number) => Outcome;
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
  /** What failed may be run again. */
  readonly #finishers = new Map<string, NewTask['finish']>();
  /** When offline downloads were begun, which counts also after they were deleted. */
  readonly #begun: number[] = [];

  constructor(options: TaskListOptions) {
    this.#keptMs = options.keptMs;
  }

  start({ finish, ...task }: NewTask): Task {
    const message = task.type === 'offline' ? 'Saving' : '';
    const phase = 'PHASE_TYPE_RUNNING' as const;
    const running: Task = { ...task, updatedAt: task.createdAt, phase, message, retries: 0 };
    this.#running.set(task.id, { task: running, finish });
    this.#count(task.type, task.createdAt);
    return running;
  }

  /** Runs a failed task again, under its id. Others are left alone. */
  restart(id: string, times: Pick<Task, 'createdAt' | 'dueAt'>): void {
    const task = this.#finished.get(id);
    const finish = this.#finishers.get(id);
    if (task?.phase !== 'PHASE_TYPE_ERROR' || finish === undefined) return;
    this.remove(id);
    const phase = 'PHASE_TYPE_RUNNING' as const;
    const again = {
      ...task,
      ...times,
      updatedAt: times.createdAt,
      phase,
      message: 'Saving',
      retries: task.retries + 1,
    };
    this.#running.set(id, { task: again, finish });
    this.#count(task.type, times.createdAt);
  }

  /** When offline downloads were begun, oldest first. */
  offlineBegun(): readonly number[] {
    return this.#begun;
  }

  /** How many tasks of a type run. */
  running(type: TaskType): number {
    return [...this.#running.values()].filter(({ task }) => task.type === type).length;
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
      this.#end(task, finish, finish(task.dueAt, task.retries));
    }
    this.#forget(now);
  }

  #end(task: Task, finish: NewTask['finish'], outcome: Outcome): void {
    const ended = { ...task, updatedAt: task.dueAt };
    if (outcome.ok === 'partly') {
      const going = { ...ended, fileId: outcome.fileId, dueAt: Number.POSITIVE_INFINITY };
      this.#running.set(task.id, { task: going, finish });
      return;
    }
    if (!outcome.ok) {
      this.#finishers.set(task.id, finish);
      this.#finished.set(task.id, { ...ended, phase: 'PHASE_TYPE_ERROR', message: outcome.message });
      return;
    }
    if (outcome.vanishes === true) return;
    const { fileId = task.fileId } = outcome;
    const message = task.type === 'offline' ? 'Saved' : '';
    this.#finished.set(task.id, { ...ended, fileId, phase: 'PHASE_TYPE_COMPLETE', message });
  }

  #count(type: TaskType, at: number): void {
    if (type !== 'offline') return;
    this.#begun.push(at);
    if (this.#begun.length > MAX_FINISHED) this.#begun.shift();
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
    this.#finishers.delete(id);
  }

  #forget(now: number): void {
    for (const [id, task] of this.#finished) {
      if (task.updatedAt + this.#keptMs > now && this.#finished.size <= MAX_FINISHED) return;
      this.#finished.delete(id);
      this.#finishers.delete(id);
    }
  }
}
