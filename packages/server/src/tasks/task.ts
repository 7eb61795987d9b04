import type { z } from 'zod';
import type { TaskItem, TaskItemTable, TaskProgress, TaskState } from '../store/task-port.ts';

export type { TaskItem, TaskProgress, TaskState };

/** A background job as its owner sees it. What it works with stays inside. */
export interface Task {
  readonly id: string;
  readonly kind: string;
  readonly owner: TaskOwner;
  /** In the form that clients of AList's API parse (API reference §6.8). */
  readonly name: string;
  readonly state: TaskState;
  readonly progress: TaskProgress;
  /** What it is at, or what came of it, in words. */
  readonly status: string;
  /** Why it failed or waits, and what to do about it, in words; '' when all is well. */
  readonly error: string;
  readonly log: readonly string[];
  readonly attempts: number;
  /** When it goes on, for one that waits; ms since the epoch. */
  readonly runAt: number;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
}

/** The user for whom a task works. */
export interface TaskOwner {
  readonly id: number;
  readonly name: string;
}

export interface EnqueueOptions {
  /** @see Task.name */
  readonly name: string;
  /** While a task with this key lives, enqueuing gives that one. */
  readonly dedupeKey?: string;
  /** Of all tasks with this key at most `limit` run at once. */
  readonly concurrency?: { readonly key: string; readonly limit: number };
}

export interface TaskQuery {
  readonly kind?: string;
  readonly states?: readonly TaskState[];
  /** Newest first; from 0. */
  readonly offset?: number;
  /** At most 10 000, which is the default. */
  readonly limit?: number;
}

export interface TaskPage {
  readonly tasks: readonly Task[];
  /** How many match in all. */
  readonly total: number;
}

/** One change of one task. A removed one comes as it was last. */
export interface TaskEvent {
  readonly type: 'changed' | 'removed';
  readonly task: Task;
}

/**
 * Background jobs as one user may see them: the user's own, for admins everyone's. What is another's is `not_found`.
 *
 * All throw StorageError.
 */
export interface UserTasks {
  /**
   * Has a job done. Resolves when it is on disk, to the one that lives already when its dedupe key is taken.
   * @throws `invalid_argument` for a kind or payload that the gateway doesn't know; `rate_limited` with 10 000 unfinished ones.
   */
  enqueue(
    kind: string,
    payload: unknown,
    options: EnqueueOptions,
  ): Promise<{ readonly task: Task; readonly made: boolean }>;
  list(query: TaskQuery): Promise<TaskPage>;
  /** @throws `not_found`. */
  get(id: string): Promise<Task>;
  /** What a task on many things works on, in the order of keys, those behind `after`. @throws `not_found`. */
  items(
    id: string,
    query: {
      readonly states?: readonly TaskItem['state'][];
      readonly after?: string;
      readonly limit: number;
    },
  ): Promise<TaskItem[]>;
  /** Ends it; one that has ended is fine. Resolves before a running one has stopped. @throws `not_found`. */
  cancel(id: string): Promise<void>;
  /** Begins a failed or cancelled one again, where it got to; has a waiting one go on at once. @throws `not_found`, `exists`. */
  retry(id: string): Promise<void>;
  /** Forgets it, once it has ended; one that runs is cancelled for it. `files`: and removes what it has made. @throws `not_found`. */
  remove(id: string, options?: { readonly files?: boolean }): Promise<void>;
  /** Forgets all of a kind that have ended so. Gives how many. */
  clear(kind: string, states: readonly TaskState[]): Promise<number>;
  /** Calls back for each change until the signal fires. Of fast changes of one task some may be left out, never the last. */
  watch(listener: (event: TaskEvent) => void, signal: AbortSignal): void;
}

/** Background jobs of the gateway. */
export interface Tasks {
  of(user: { readonly id: number; readonly username: string; readonly admin: boolean }): UserTasks;
}

/** How a run has ended. It fails by throwing: a StorageError that says `later` is tried again. */
export type Outcome =
  /** `problem`: what of it could not be done, in words. */
  | { readonly type: 'done'; readonly status?: string; readonly problem?: string }
  /** Not done yet, nothing to do before `at`. It waits without holding a worker. `retrying`: something is in the way. */
  | {
      readonly type: 'again';
      readonly at: number;
      readonly as: 'waiting' | 'retrying';
      readonly status: string;
    };

/** A task while it is run. */
export interface Job<P> {
  readonly id: string;
  readonly owner: TaskOwner;
  readonly payload: P;
  /** What was saved last, also by a run whose gateway was killed; undefined at the first. */
  readonly checkpoint: unknown;
  /** How often a person has asked to try again. */
  readonly round: number;
  /** Fires when the task is cancelled or the gateway stops. */
  readonly signal: AbortSignal;
  readonly items: Pick<TaskItemTable, 'put' | 'byKey' | 'page' | 'totals'>;
  /** Tells how far it is. Written now and then, and at its end. */
  report(progress: Partial<TaskProgress>, status?: string): void;
  /** Adds a line to its log, of which the last are kept. No secrets. */
  log(line: string): void;
  /** Resolves when the checkpoint is on disk. @throws AbortError when the task is another worker's by now. */
  save(checkpoint: unknown): Promise<void>;
}

/** One kind of background job. Runs may be cut at any moment and begin again from the last checkpoint, so steps must bear repeating. */
export interface TaskKind<P = unknown> {
  /** AList's word for it, where it has one (API reference §6.8). */
  readonly kind: string;
  /** Checks payloads; what it gives out is JSON data, which is kept sealed. */
  readonly payload: z.ZodType<P>;
  /** Failed runs in a row, without progress, before it is given up. */
  readonly maxAttempts: number;
  run(job: Job<P>): Promise<Outcome>;
  /** Winds up what a cancelled task has going elsewhere; `files`: and removes what it has made. It has a minute. */
  windUp?(job: Job<P>, options: { readonly files: boolean }): Promise<void>;
}
