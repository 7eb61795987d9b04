import { abortError, throwIfAborted, waitOrAbort } from '../core/abort.ts';
import { StorageError } from '../core/errors.ts';
import type { Clock, Log, Random } from '../core/runtime.ts';
import type { TaskChanges, TaskProgress, TaskRow, TaskState, TaskTable } from '../store/task-port.ts';
import { backoffMs } from './backoff.ts';
import type { TaskEvents } from './events.ts';
import type { Job, Outcome, TaskKind } from './task.ts';
import { wordsOf } from './words.ts';

/** A task without news from its worker for this long is taken to have lost it. */
export const LEASE_MS = 15_000;
/** How often the lease is renewed, and a wish to cancel seen that another process wrote. */
const HEARTBEAT_MS = 4000;
/** Progress reaches the disk, and those who watch, this often at most. */
const REPORT_MS = 1000;
const WIND_UP_MS = 60_000;
/** A task that takes its gateway along each time must not do so for ever. */
const MAX_CRASHES = 10;
const LOG_LINES = 50;
const MAX_LINE = 400;

interface RunParts {
  readonly table: TaskTable;
  readonly events: TaskEvents;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly owner: string;
}

/** Why a run is cut short. */
type Cut = 'canceled' | 'stopping' | 'lost';

const FREE = { leaseOwner: '', leaseUntil: 0 } as const;

/** One claimed task, from its claim to its end or its next wait. */
export class RunningTask {
  readonly #parts: RunParts;
  readonly #kind: TaskKind;
  readonly #abort = new AbortController();
  #row: TaskRow;
  #cut: Cut | undefined;
  #reportedAt = 0;
  #unwritten = false;

  constructor(row: TaskRow, kind: TaskKind, parts: RunParts) {
    this.#row = row;
    this.#kind = kind;
    this.#parts = parts;
  }

  /** Resolves when what came of the run is on disk. */
  async run(): Promise<void> {
    this.#parts.events.tell('changed', this.#row);
    const beat = new AbortController();
    const beating = this.#beat(beat.signal);
    try {
      await this.#write(await this.#ending());
    } finally {
      beat.abort();
      await beating;
    }
  }

  /** The gateway stops. */
  letGo(): void {
    this.#stop('stopping');
  }

  /** Someone has changed the task. */
  look(): void {
    this.#renew().catch((error: unknown) => this.#troubled(error));
  }

  async #ending(): Promise<TaskChanges | undefined> {
    const row = this.#row;
    const payload = this.#kind.payload.safeParse(row.payload);
    if (!payload.success) return this.#failed(new StorageError('misconfigured', UNREADABLE));
    const job = this.#job(payload.data);
    if (row.state === 'canceling') return this.#woundUp(job);
    if (row.crashes >= MAX_CRASHES) return this.#failed(new StorageError('unavailable', TOO_MANY_CRASHES));
    if (row.crashes > 0) job.log('The gateway ended while this was running; it goes on from where it was.');
    try {
      return this.#after(await this.#kind.run(job));
    } catch (error) {
      if (this.#cut === 'canceled') return this.#woundUp({ ...job, checkpoint: this.#row.checkpoint });
      if (this.#cut === 'stopping') return { ...FREE, state: 'waiting', runAt: this.#now() };
      if (this.#cut === 'lost') return undefined;
      return this.#failed(error);
    }
  }

  #after(outcome: Outcome): TaskChanges {
    const status = outcome.status === undefined ? {} : { status: outcome.status };
    if (outcome.type === 'again') {
      const { at, as } = outcome;
      return {
        ...FREE,
        ...status,
        state: as,
        runAt: at,
        attempts: 0,
        crashes: 0,
        error: as === 'retrying' ? outcome.status : '',
      };
    }
    return {
      ...FREE,
      ...status,
      state: 'succeeded',
      endedAt: this.#now(),
      error: outcome.problem ?? '',
      progress: full(this.#row.progress),
    };
  }

  #failed(error: unknown): TaskChanges {
    const { log, random } = this.#parts;
    const told = error instanceof StorageError;
    if (!told)
      log.error(
        { error, task: this.#row.id, kind: this.#kind.kind },
        'a task failed for a reason that nothing accounts for',
      );
    const words = told ? wordsOf(error) : 'An internal error, which the log of the gateway tells more of.';
    const attempts = this.#row.attempts + 1;
    this.#line(words);
    const now = this.#now();
    if (!told || error.retry === 'never' || attempts >= this.#row.maxAttempts) {
      return { ...FREE, state: 'failed', error: words, attempts, endedAt: now };
    }
    const wait = Math.max(error.retryAfterMs ?? 0, backoffMs(attempts, random));
    return { ...FREE, state: 'retrying', error: words, attempts, runAt: now + wait };
  }

  async #woundUp(job: Job<unknown>): Promise<TaskChanges> {
    const { discard } = await this.#fresh();
    const begun = job.checkpoint !== undefined || discard === 'files';
    if (this.#kind.windUp !== undefined && begun) {
      const patience = new AbortController();
      const late = this.#parts.clock.sleep(WIND_UP_MS, patience.signal).then(
        () => patience.abort(),
        () => {},
      );
      try {
        const options = { files: discard === 'files' };
        const { signal } = patience;
        await waitOrAbort(this.#kind.windUp({ ...job, signal }, options), signal);
      } catch (error) {
        const words = error instanceof StorageError ? wordsOf(error) : 'It took too long.';
        this.#line(`What it had under way could not be ended: ${words}`);
        // Its record stays, to tell of it.
        return { ...FREE, state: 'canceled', discard: 'no', error: words, endedAt: this.#now() };
      } finally {
        patience.abort();
        await late;
      }
    }
    return { ...FREE, state: 'canceled', endedAt: this.#now(), status: '', error: '' };
  }

  /** What others may have changed meanwhile. */
  async #fresh(): Promise<TaskRow> {
    return (await this.#parts.table.byId(this.#row.id)) ?? this.#row;
  }

  async #write(changes: TaskChanges | undefined): Promise<void> {
    if (changes === undefined) return;
    const { table, events } = this.#parts;
    const { id, progress, log } = this.#row;
    const state = await table.update(id, this.#parts.owner, { progress, log, ...changes });
    if (state === undefined) return;
    const row = await table.byId(id);
    if (row === undefined) return;
    if (row.endedAt !== undefined && row.discard !== 'no') {
      await table.removeEnded({ ids: [id] });
      events.tell('removed', row);
      return;
    }
    events.tell('changed', row);
    if (row.state === 'canceling') events.wake(id);
  }

  #job(payload: unknown): Job<unknown> {
    const { table } = this.#parts;
    const { id, ownerId, ownerName, checkpoint, round } = this.#row;
    return {
      id,
      owner: { id: ownerId, name: ownerName },
      payload,
      checkpoint,
      round,
      signal: this.#abort.signal,
      items: table.items,
      report: (progress, status) => this.#report(progress, status),
      log: (line) => this.#line(line),
      save: async (saved) => {
        throwIfAborted(this.#abort.signal);
        const { progress, log, status } = this.#row;
        await this.#renew({ checkpoint: saved, crashes: 0, attempts: 0, progress, log, status });
        this.#row = { ...this.#row, checkpoint: saved, attempts: 0 };
        if (this.#cut === 'lost') throw abortError();
      },
    };
  }

  #report(progress: Partial<TaskProgress>, status: string | undefined): void {
    this.#row = {
      ...this.#row,
      progress: { ...this.#row.progress, ...progress },
      ...(status === undefined ? {} : { status }),
    };
    this.#unwritten = true;
    const now = this.#now();
    if (now - this.#reportedAt < REPORT_MS) return;
    this.#reportedAt = now;
    this.#renew().catch((error: unknown) => this.#troubled(error));
    this.#parts.events.tell('changed', this.#row);
  }

  #line(line: string): void {
    const time = new Date(this.#now()).toISOString();
    const log = [...this.#row.log, `${time} ${line.slice(0, MAX_LINE)}`].slice(-LOG_LINES);
    this.#row = { ...this.#row, log };
    this.#unwritten = true;
  }

  async #beat(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#parts.clock.sleep(HEARTBEAT_MS, signal).catch(() => {});
      if (signal.aborted) return;
      await this.#renew().catch((error: unknown) => this.#troubled(error));
    }
  }

  /** Renews the lease, writes what is to be written, and sees what was wished for meanwhile. */
  async #renew(changes: TaskChanges = {}): Promise<void> {
    const { progress, log, status } = this.#row;
    const news = this.#unwritten ? { progress, log, status } : {};
    this.#unwritten = false;
    const leaseUntil = this.#now() + LEASE_MS;
    const state: TaskState | undefined = await this.#parts.table.update(this.#row.id, this.#parts.owner, {
      ...news,
      ...changes,
      leaseUntil,
    });
    if (state === undefined) this.#stop('lost');
    if (state === 'canceling' && this.#row.state !== 'canceling') this.#stop('canceled');
  }

  #troubled(error: unknown): void {
    this.#parts.log.warn({ error, task: this.#row.id }, 'the progress of a task could not be written');
  }

  #stop(cut: Cut): void {
    if (this.#cut === 'lost' || this.#cut === 'canceled') return;
    this.#cut = cut;
    this.#abort.abort();
  }

  #now(): number {
    return this.#parts.clock.now();
  }
}

const UNREADABLE = 'What this task is to do was changed outside of Sluice and can not be read.';
const TOO_MANY_CRASHES = `The gateway ended ${MAX_CRASHES} times in a row while this was running; it is not tried again by itself.`;

function full(progress: TaskProgress): TaskProgress {
  return { ...progress, percent: 100 };
}
