/**
 * Where a task is. `pending` has not begun, `waiting` has begun and looks again later, `retrying` waits after a failure, `canceling` is to be
 * wound up. `succeeded`, `canceled` and `failed` are ends.
 */
export type TaskState =
  | 'pending'
  | 'running'
  | 'waiting'
  | 'retrying'
  | 'canceling'
  | 'succeeded'
  | 'canceled'
  | 'failed';

export const LIVE_STATES = ['pending', 'running', 'waiting', 'retrying', 'canceling'] as const;
export const END_STATES = ['succeeded', 'canceled', 'failed'] as const;

/** How far a task is. Totals are 0 while unknown; `percent` stands in where neither bytes nor items can be told. */
export interface TaskProgress {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly items: number;
  readonly totalItems: number;
  readonly percent: number;
}

/** One task as stored. Moments are milliseconds since the epoch. */
export interface TaskRow {
  readonly id: string;
  /** Grows with every task made; orders them. */
  readonly seq: number;
  readonly kind: string;
  readonly ownerId: number;
  readonly ownerName: string;
  /** Sealed, as URLs with secrets stand in it. '' when the row was changed outside of Sluice. */
  readonly name: string;
  /** Sealed JSON data. Undefined when the row was changed outside of Sluice. */
  readonly payload: unknown;
  /** Sealed JSON data that the task saved last; undefined before it saved any. */
  readonly checkpoint: unknown;
  /** Of live tasks of one key there is one. '' for none. */
  readonly dedupeKey: string;
  /** Of tasks of one key at most `concurrencyLimit` run at once. '' for none. */
  readonly concurrencyKey: string;
  readonly concurrencyLimit: number;
  readonly state: TaskState;
  /** Not to be run before. */
  readonly runAt: number;
  /** Who runs it, '' for nobody, and until when that counts unless renewed. */
  readonly leaseOwner: string;
  readonly leaseUntil: number;
  /** Failed tries since it was last begun by a person. */
  readonly attempts: number;
  readonly maxAttempts: number;
  /** How often its worker has died in a row without a checkpoint between. */
  readonly crashes: number;
  /** How often a person has asked to try again. */
  readonly round: number;
  /** To be removed once it has ended, and whether with what it has made. */
  readonly discard: 'no' | 'record' | 'files';
  readonly progress: TaskProgress;
  readonly status: string;
  readonly error: string;
  /** Its last lines, oldest first. */
  readonly log: readonly string[];
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
}

/** A task that is made. */
export type NewTaskRow = Pick<
  TaskRow,
  | 'id'
  | 'kind'
  | 'ownerId'
  | 'ownerName'
  | 'name'
  | 'payload'
  | 'dedupeKey'
  | 'concurrencyKey'
  | 'concurrencyLimit'
  | 'maxAttempts'
  | 'runAt'
  | 'createdAt'
>;

/** What may change of a task. */
export type TaskChanges = Partial<
  Pick<
    TaskRow,
    | 'checkpoint'
    | 'state'
    | 'runAt'
    | 'leaseOwner'
    | 'leaseUntil'
    | 'attempts'
    | 'crashes'
    | 'round'
    | 'discard'
    | 'progress'
    | 'status'
    | 'error'
    | 'log'
    | 'startedAt'
    | 'endedAt'
  >
>;

export interface TaskFilter {
  readonly kind?: string;
  readonly ownerId?: number;
  readonly states?: readonly TaskState[];
  readonly ids?: readonly string[];
}

/** One thing that a task on many things works on. */
export interface TaskItem {
  /** What it is, such as a path; unique in its task. */
  readonly key: string;
  readonly state: 'todo' | 'done' | 'skipped' | 'failed';
  /** Bytes. */
  readonly size: number;
  /** Why, in words, for one that failed or was skipped. */
  readonly note: string;
}

/** The things that tasks on many things work on. They go with their task. */
export interface TaskItemTable {
  /** Adds items, and replaces those whose keys are there. All or none. When the power fails, those since the task's last checkpoint may be lost. */
  put(taskId: string, items: readonly TaskItem[]): Promise<void>;
  byKey(taskId: string, key: string): Promise<TaskItem | undefined>;
  /** In the order of their keys, those behind `after`. */
  page(
    taskId: string,
    query: {
      readonly states?: readonly TaskItem['state'][];
      readonly after?: string;
      readonly limit: number;
    },
  ): Promise<TaskItem[]>;
  /** How many there are and their bytes, by state. */
  totals(
    taskId: string,
  ): Promise<Readonly<Record<TaskItem['state'], { readonly count: number; readonly bytes: number }>>>;
}

/** Durable background jobs. */
export interface TaskTable {
  readonly items: TaskItemTable;
  /** Makes a task; when a live one has its dedupe key, gives that one and makes none. */
  insert(row: NewTaskRow): Promise<{ readonly row: TaskRow; readonly made: boolean }>;
  byId(id: string): Promise<TaskRow | undefined>;
  /** Newest first. */
  list(filter: TaskFilter, page: { readonly offset: number; readonly limit: number }): Promise<TaskRow[]>;
  count(filter: TaskFilter): Promise<number>;
  /**
   * Takes the lease of one task of these kinds that may run, the one that has waited longest; of all who claim at once only one gets it. A
   * task that runs under a lease that is over has lost its worker: it is claimed as well, with one more of `crashes`. A claimed task is
   * `running`, unless it is `canceling`.
   */
  claim(by: {
    readonly kinds: readonly string[];
    readonly owner: string;
    readonly now: number;
    readonly leaseUntil: number;
  }): Promise<TaskRow | undefined>;
  /** When the next task of these kinds may be claimed, as far as is known; undefined when none waits. */
  nextDue(kinds: readonly string[]): Promise<number | undefined>;
  /**
   * Changes a task whose lease `owner` holds. Gives its state afterwards; undefined when the lease is another's or the task is gone, and then
   * nothing was changed. A state of `canceling` is not changed back to one that goes on.
   */
  update(id: string, owner: string, changes: TaskChanges): Promise<TaskState | undefined>;
  /** Changes a task that is in one of these states, whoever runs it. Gives it as it then is; undefined when it is in another, or gone.
   * @throws StorageError `exists` when it would go on and another live one has its dedupe key. */
  change(id: string, from: readonly TaskState[], changes: TaskChanges): Promise<TaskRow | undefined>;
  /** Removes tasks that have ended. Gives how many. */
  removeEnded(filter: TaskFilter): Promise<number>;
  /** Removes ended tasks that ended before a moment, and all but the newest. Gives how many. */
  prune(keep: { readonly endedAfter: number; readonly newest: number }): Promise<number>;
}
