import type { Selectable, Updateable } from 'kysely';
import { SealError, type Sealer } from '../seal.ts';
import type { NewTaskRow, TaskChanges, TaskProgress, TaskRow } from '../task-port.ts';
import type { Schema } from './schema.ts';

type Columns = Selectable<Schema['tasks']>;

const NO_PROGRESS: TaskProgress = { bytes: 0, totalBytes: 0, items: 0, totalItems: 0, percent: 0 };

interface SealedJob {
  readonly name: string;
  readonly payload: unknown;
}

/** The columns of a task that is made. */
export function newColumns(row: NewTaskRow, sealer: Sealer): Omit<Columns, 'seq'> {
  return {
    id: row.id,
    kind: row.kind,
    owner_id: row.ownerId,
    owner_name: row.ownerName,
    sealed_job: sealer.seal(JSON.stringify({ name: row.name, payload: row.payload }), place(row.id, 'job')),
    sealed_checkpoint: '',
    dedupe_key: row.dedupeKey === '' ? '' : sealer.blindName(`task:${row.dedupeKey}`),
    concurrency_key: row.concurrencyKey,
    concurrency_limit: row.concurrencyLimit,
    state: 'pending',
    run_at: row.runAt,
    lease_owner: '',
    lease_until: 0,
    attempts: 0,
    max_attempts: row.maxAttempts,
    crashes: 0,
    round: 0,
    discard: 'no',
    progress: JSON.stringify(NO_PROGRESS),
    status: '',
    error: '',
    log: '[]',
    created_at: row.createdAt,
    started_at: null,
    ended_at: null,
  };
}

export function changedColumns(
  id: string,
  changes: TaskChanges,
  sealer: Sealer,
): Updateable<Schema['tasks']> {
  const { checkpoint, progress, log } = changes;
  return {
    ...plain('state', changes.state),
    ...plain('run_at', changes.runAt),
    ...plain('lease_owner', changes.leaseOwner),
    ...plain('lease_until', changes.leaseUntil),
    ...plain('attempts', changes.attempts),
    ...plain('crashes', changes.crashes),
    ...plain('round', changes.round),
    ...plain('discard', changes.discard),
    ...plain('status', changes.status),
    ...plain('error', changes.error),
    ...('startedAt' in changes ? { started_at: changes.startedAt ?? null } : {}),
    ...('endedAt' in changes ? { ended_at: changes.endedAt ?? null } : {}),
    ...(progress === undefined ? {} : { progress: JSON.stringify(progress) }),
    ...(log === undefined ? {} : { log: JSON.stringify(log) }),
    ...(checkpoint === undefined
      ? {}
      : { sealed_checkpoint: sealer.seal(JSON.stringify(checkpoint), place(id, 'checkpoint')) }),
  };
}

function plain<K extends string, V>(column: K, value: V | undefined): Partial<Record<K, V>> {
  const set: Partial<Record<K, V>> = {};
  if (value !== undefined) set[column] = value;
  return set;
}

export function rowOf(columns: Columns, sealer: Sealer): TaskRow {
  const { id } = columns;
  const job = opened(columns.sealed_job, place(id, 'job'), sealer) as Partial<SealedJob> | undefined;
  return {
    id,
    seq: columns.seq,
    kind: columns.kind,
    ownerId: columns.owner_id,
    ownerName: columns.owner_name,
    name: job?.name ?? '',
    payload: job?.payload,
    // Lists of tasks, which need none, are asked for all the time.
    get checkpoint() {
      const sealed = columns.sealed_checkpoint;
      return sealed === '' ? undefined : opened(sealed, place(id, 'checkpoint'), sealer);
    },
    dedupeKey: columns.dedupe_key,
    concurrencyKey: columns.concurrency_key,
    concurrencyLimit: columns.concurrency_limit,
    state: columns.state as TaskRow['state'], // nothing else is ever written
    runAt: columns.run_at,
    leaseOwner: columns.lease_owner,
    leaseUntil: columns.lease_until,
    attempts: columns.attempts,
    maxAttempts: columns.max_attempts,
    crashes: columns.crashes,
    round: columns.round,
    discard: columns.discard as TaskRow['discard'],
    progress: { ...NO_PROGRESS, ...(JSON.parse(columns.progress) as Partial<TaskProgress>) },
    status: columns.status,
    error: columns.error,
    log: JSON.parse(columns.log) as string[],
    createdAt: columns.created_at,
    startedAt: columns.started_at ?? undefined,
    endedAt: columns.ended_at ?? undefined,
  };
}

/** Undefined for what was changed outside of Sluice: the task then can't run, and the others can. */
function opened(sealed: string, at: string, sealer: Sealer): unknown {
  try {
    return JSON.parse(sealer.open(sealed, at));
  } catch (error) {
    if (error instanceof SealError) return undefined;
    throw error;
  }
}

function place(id: string, what: 'job' | 'checkpoint'): string {
  return `tasks:${id}:${what}`;
}
