import { isAbort } from '../core/errors.ts';
import type { Clock, Log, Random } from '../core/runtime.ts';
import type { TaskRow, TaskTable } from '../store/task-port.ts';
import type { TaskEvents } from './events.ts';
import { Pace } from './pace.ts';
import { LEASE_MS, RunningTask } from './running-task.ts';
import type { TaskKind } from './task.ts';

/** A look for due tasks at least this often: another gateway on the same store may have made some. */
const LOOK_MS = 15_000;
const PRUNE_EVERY_MS = 60 * 60_000;
const KEPT_MS = 90 * 24 * 60 * 60_000;
const KEPT_TASKS = 20_000;
/** How long a run may take to let go when the gateway stops. What does not is cut, and begins again from its checkpoint. */
const STOP_MS = 5000;

export interface WorkerParts {
  readonly table: TaskTable;
  readonly kinds: ReadonlyMap<string, TaskKind>;
  readonly events: TaskEvents;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Tasks that run at once. */
  readonly slots: number;
}

/** Runs the tasks of a store. */
export interface Worker {
  /** Begins to run what is due, also what a killed gateway has left. */
  start(): void;
  /** Takes no more, has what runs let go, and resolves when it has. What was under way goes on at the next start. Safe to call twice. */
  stop(): Promise<void>;
}

export function createWorker(parts: WorkerParts): Worker {
  return new TaskWorker(parts);
}

/** Lets requests be answered in between: SQLite works without ever waiting, and a thousand short runs in a row would keep them out. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

class TaskWorker implements Worker {
  readonly #parts: WorkerParts;
  readonly #owner: string;
  readonly #running = new Map<string, { readonly task: RunningTask; readonly ended: Promise<void> }>();
  readonly #stopping = new AbortController();
  #woken = false;
  #wake: () => void = () => {
    this.#woken = true;
  };
  #loop: Promise<void> | undefined;
  readonly #pace: Pace;
  #prunedAt = 0;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
    this.#pace = new Pace(parts.clock.now());
    this.#owner = Buffer.from(parts.random.bytes(12)).toString('base64url');
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#loop;
    for (const { task } of this.#running.values()) task.letGo();
    const patience = new AbortController();
    const all = Promise.all([...this.#running.values()].map(({ ended }) => ended));
    const late = this.#parts.clock.sleep(STOP_MS, patience.signal).catch(() => {});
    await Promise.race([all, late]);
    patience.abort();
  }

  async #run(): Promise<void> {
    const { events, log, clock } = this.#parts;
    const off = events.onWake((id) => {
      this.#running.get(id)?.task.look();
      this.#wake();
    });
    try {
      while (!this.#stopping.signal.aborted) {
        this.#woken = false;
        const waitMs = await this.#fill().catch((error: unknown) => {
          log.error({ error }, 'tasks could not be looked for');
          return LOOK_MS;
        });
        await this.#pause(waitMs, clock);
      }
    } finally {
      off();
    }
  }

  /** Starts what is due. Gives how long until there may be more. */
  async #fill(): Promise<number> {
    const { table, kinds, clock, slots } = this.#parts;
    const names = [...kinds.keys()];
    await this.#prune();
    while (this.#running.size < slots && !this.#stopping.signal.aborted) {
      const now = clock.now();
      const wait = this.#pace.waitMs(now);
      if (wait > 0) return wait;
      const row = await table.claim({ kinds: names, owner: this.#owner, now, leaseUntil: now + LEASE_MS });
      if (row === undefined) {
        const due = await table.nextDue(names);
        // Due, yet not to be had: its concurrency key is taken. The end of another task wakes us.
        return due === undefined || due <= now ? LOOK_MS : Math.min(due - now, LOOK_MS);
      }
      this.#pace.took();
      this.#start(row);
      await turn();
    }
    return LOOK_MS;
  }

  #start(row: TaskRow): void {
    const kind = this.#parts.kinds.get(row.kind);
    if (kind === undefined) return; // claims name the kinds
    const task = new RunningTask(row, kind, { ...this.#parts, owner: this.#owner });
    const ended = task.run().then(
      () => this.#end(row.id),
      (error: unknown) => {
        this.#end(row.id);
        if (!isAbort(error))
          this.#parts.log.error({ error, task: row.id }, 'a task could not be written down');
      },
    );
    this.#running.set(row.id, { task, ended });
  }

  #end(id: string): void {
    this.#running.delete(id);
    this.#wake();
  }

  async #pause(ms: number, clock: Clock): Promise<void> {
    if (this.#woken || this.#stopping.signal.aborted) return;
    const woken = new AbortController();
    this.#wake = () => {
      this.#woken = true;
      woken.abort();
    };
    await clock.sleep(ms, woken.signal).catch((error: unknown) => {
      if (!isAbort(error)) throw error;
    });
    this.#wake = () => {
      this.#woken = true;
    };
  }

  async #prune(): Promise<void> {
    const now = this.#parts.clock.now();
    if (now - this.#prunedAt < PRUNE_EVERY_MS) return;
    this.#prunedAt = now;
    await this.#parts.table.prune({ endedAfter: now - KEPT_MS, newest: KEPT_TASKS });
  }
}
