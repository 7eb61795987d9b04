import type { Ctx } from '../../core/driver.ts';
import type { EntryId } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import { attempt, patientDrive, type Waiting } from './attempts.ts';
import type { ApiRoot } from './platforms.ts';
import type { DriveCall, DriveClient } from './session.ts';
import { type JsonObject, objectsOf, textOf } from './wire.ts';

/** Waits between looks at a task (protocol reference §7.2): 57.5 s in all. */
const LOOK_WAITS_MS: readonly number[] = [500, 1000, 2000, 4000, ...Array.from({ length: 10 }, () => 5000)];
const MAX_WORDS = 200;

/** PikPak takes 200 ids in a batch and refuses 1000; nobody sends more than this (protocol reference §3.8). */
const BATCH = 100;

/** The batches that a lot of files makes. */
export function batchesOf<T>(files: readonly T[]): T[][] {
  const count = Math.ceil(files.length / BATCH);
  return Array.from({ length: count }, (_, index) => files.slice(index * BATCH, (index + 1) * BATCH));
}

/** Does something to files lot by lot. An error of a later lot says how many were done before it. */
export async function inBatches<T>(files: readonly T[], run: (some: T[]) => Promise<void>): Promise<void> {
  let done = 0;
  for (const some of batchesOf(files)) {
    try {
      await run(some);
    } catch (error) {
      throw done > 0 && error instanceof StorageError ? partly(error, done, files.length) : error;
    }
    done += some.length;
  }
}

function partly(error: StorageError, done: number, all: number): StorageError {
  const { code, message, retry, retryAfterMs, detail } = error;
  const remedy = `${done} of ${all} were done before that. ${detail.remedy ?? ''}`.trim();
  return new StorageError(code, message, {
    retry,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    detail: { ...detail, remedy },
    cause: error,
  });
}

/** What PikPak does on its own time: move, copy, trash, delete. */
export interface WireTask {
  readonly id: string;
  readonly phase: string;
  readonly message: string;
  /** What came of it; '' when PikPak does not tell. */
  readonly fileId: string;
}

/** Something to be done to files, and how to see whether it was done. */
export interface BatchAction {
  readonly name: 'batchMove' | 'batchCopy' | 'batchTrash' | 'batchUntrash' | 'batchDelete' | 'emptyTrash';
  readonly body: JsonObject;
  /** Asked when no answer came. */
  isDone(): Promise<boolean>;
}

/** Starts tasks and waits for them (protocol reference §3.8, §3.9). Each wait is bounded. */
export class Tasks {
  readonly #drive: Pick<DriveClient, 'call'>;
  readonly #patient: Pick<DriveClient, 'call'>;
  readonly #root: ApiRoot;
  readonly #waiting: Waiting;

  constructor(drive: Pick<DriveClient, 'call'>, root: ApiRoot, waiting: Waiting) {
    this.#drive = drive;
    this.#patient = patientDrive(drive, waiting);
    this.#root = root;
    this.#waiting = waiting;
  }

  /**
   * Has PikPak do it, and waits for the end. An action whose answer got lost is not repeated before `isDone` said no.
   * Answers with the id of what came of it, '' when PikPak does not tell.
   * @throws StorageError with PikPak's words when it went wrong; `timeout` when it takes longer than a minute.
   */
  async run(action: BatchAction, ctx: Ctx): Promise<EntryId> {
    const call: DriveCall =
      action.name === 'emptyTrash'
        ? { root: this.#root, method: 'PATCH', path: '/drive/v1/files/trash:empty' }
        : { root: this.#root, method: 'POST', path: `/drive/v1/files:${action.name}`, body: action.body };
    const answer = await attempt<JsonObject>(() => this.#drive.call(call, ctx), this.#waiting, {
      signal: ctx.signal,
      look: async () => ((await action.isDone()) ? {} : undefined),
    });
    const id = textOf(answer['task_id']);
    if (id === '') return ''; // done at once
    return (await this.#outcome(id, ctx)) ?? throwTimeout();
  }

  /**
   * Waits for a task that was begun elsewhere. False when it is not done after a minute. @throws StorageError with PikPak's words when it
   * went wrong.
   */
  async isDone(id: string, ctx: Ctx): Promise<boolean> {
    return (await this.#outcome(id, ctx)) !== undefined;
  }

  /** The id of what came of it, '' when PikPak does not tell; undefined while it goes on. */
  async #outcome(id: string, ctx: Ctx): Promise<EntryId | undefined> {
    const task = await this.#end(id, ctx);
    if (task === 'running') return undefined;
    if (task !== undefined && task.phase !== 'PHASE_TYPE_COMPLETE') throw failureOf(task);
    return task?.fileId ?? '';
  }

  /**
   * Waits until no task of this type runs any more, whoever started it: for an action whose answer, and with it the task's id, got
   * lost. @throws StorageError `timeout`.
   */
  async quiet(type: 'move' | 'copy', ctx: Ctx): Promise<void> {
    const filters = JSON.stringify({ phase: { in: 'PHASE_TYPE_PENDING,PHASE_TYPE_RUNNING' } });
    const query = { type, limit: '100', filters };
    const list = { root: this.#root, method: 'GET', path: '/drive/v1/tasks', query } as const;
    const answer = await this.#patient.call(list, ctx);
    for (const { id } of objectsOf(answer['tasks']).map(readTask)) {
      if (id !== '' && (await this.#end(id, ctx)) === 'running') throwTimeout();
    }
  }

  /** The task as it ended; undefined when PikPak has forgotten it, which tells nothing about its outcome. */
  async #end(id: string, ctx: Ctx): Promise<WireTask | 'running' | undefined> {
    const path = `/drive/v1/tasks/${encodeURIComponent(id)}`;
    for (const wait of LOOK_WAITS_MS) {
      await this.#waiting.clock.sleep(wait, ctx.signal);
      try {
        const task = readTask(await this.#patient.call({ root: this.#root, method: 'GET', path }, ctx));
        if (task.phase === 'PHASE_TYPE_COMPLETE' || task.phase === 'PHASE_TYPE_ERROR') return task;
      } catch (error) {
        if (error instanceof StorageError && error.code === 'not_found') return undefined;
        throw error;
      }
    }
    return 'running';
  }
}

function throwTimeout(): never {
  throw new StorageError('timeout', 'PikPak is not done with it after a minute.', {
    detail: { remedy: 'It goes on in PikPak. Look again in a while before you repeat it.' },
  });
}

function readTask(json: JsonObject): WireTask {
  return {
    id: textOf(json['id']),
    phase: textOf(json['phase']),
    message: textOf(json['message']),
    fileId: textOf(json['file_id']),
  };
}

/** Messages of tasks are written for people (protocol reference §5.3). */
function failureOf({ message }: WireTask): StorageError {
  if (/space is not enough/i.test(message)) {
    return new StorageError('quota_exceeded', 'The PikPak account is full.', {
      detail: { remedy: "Delete something, empty PikPak's trash, or get more space." },
    });
  }
  const words = message.replaceAll(/\p{Cc}/gu, ' ').slice(0, MAX_WORDS);
  const passes = /retry|timeout/i.test(words);
  return new StorageError('unavailable', `PikPak couldn't do it: ${words || 'it gives no reason'}.`, {
    ...(passes ? { retry: 'later' } : {}),
    detail: { remedy: 'Try again. If it stays, do it in the PikPak app once to see what PikPak objects to.' },
  });
}
