import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Api } from './client.ts';
import { readList, readNumber, readRecord, readText, readTime } from './read.ts';

const PHASES = [
  'pending',
  'running',
  'waiting',
  'retrying',
  'canceling',
  'succeeded',
  'canceled',
  'failed',
] as const;

/** Where a task is; the last three are ends. `waiting` is at work elsewhere, `retrying` waits for something in its way to pass. */
export type TaskPhase = (typeof PHASES)[number];

/** A job that the gateway does by itself. */
export interface Task {
  readonly id: string;
  /** `offline_download`, `copy`, `move`, `upload` and others. */
  readonly kind: string;
  /** Holds what, from and to; see `subjectOf`. */
  readonly name: string;
  readonly creator: string;
  readonly phase: TaskPhase;
  /** What it is at or what came of it, in the gateway's words. */
  readonly status: string;
  /** Why it failed or waits, or what of it could not be done; '' when all is well. */
  readonly error: string;
  /** 0 to 100. */
  readonly percent: number;
  readonly bytes: number;
  /** 0 while unknown. */
  readonly totalBytes: number;
  readonly items: number;
  readonly totalItems: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number | undefined;
  readonly endedAt: number | undefined;
  /** When a waiting one goes on. */
  readonly nextRun: number | undefined;
}

export function readTask(value: unknown): Task {
  const wire = readRecord(value);
  return {
    id: readText(wire['id']),
    kind: readText(wire['kind']),
    name: readText(wire['name']),
    creator: readText(wire['creator']),
    phase: PHASES.find((phase) => phase === wire['phase']) ?? 'running',
    status: readText(wire['status']),
    error: readText(wire['error']),
    percent: readNumber(wire['progress']),
    bytes: readNumber(wire['bytes']),
    totalBytes: readNumber(wire['total_bytes']),
    items: readNumber(wire['items']),
    totalItems: readNumber(wire['total_items']),
    createdAt: readTime(wire['created']),
    endedAt: readTime(wire['end_time']),
    nextRun: readTime(wire['next_run']),
  };
}

/** Whether it will never go on by itself. */
export function hasEnded({ phase }: Pick<Task, 'phase'>): boolean {
  return phase === 'succeeded' || phase === 'canceled' || phase === 'failed';
}

/** Under which the tasks that have not ended are kept; the feed keeps them up to date. */
export const LIVE_TASKS_KEY = ['tasks', 'live'] as const;
export const ENDED_TASKS_KEY = ['tasks', 'ended'] as const;

/** The most that the gateway tells at once. */
const MOST_LIVE = 1000;

/** Tasks that have not ended, newest first. */
export async function readLiveTasks(api: Api, signal: AbortSignal): Promise<readonly Task[]> {
  const wire = await api('/task/list', { query: { state: 'live', per_page: MOST_LIVE }, signal });
  return readList(readRecord(wire)['content']).map(readTask);
}

export const ENDED_PAGE_SIZE = 50;

/** Tasks that have ended. */
export interface EndedQuery {
  /** '' for all kinds. */
  readonly kind: string;
  readonly state: 'ended' | 'failed';
  /** From 1. */
  readonly page: number;
}

export interface EndedPage {
  readonly tasks: readonly Task[];
  /** How many there are on all pages. */
  readonly total: number;
}

/** One page of the tasks that have ended, newest first. */
export function endedTasksQuery(api: Api, { kind, state, page }: EndedQuery) {
  return queryOptions({
    queryKey: [...ENDED_TASKS_KEY, kind, state, page],
    queryFn: async ({ signal }): Promise<EndedPage> => {
      const query = { kind, state, page, per_page: ENDED_PAGE_SIZE };
      const wire = readRecord(await api('/task/list', { query, signal }));
      return { tasks: readList(wire['content']).map(readTask), total: readNumber(wire['total']) };
    },
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}

/** What can be done with one task. `delete_files` forgets it and removes what it has made. */
export type TaskAction = 'cancel' | 'retry' | 'delete' | 'delete_files';

export async function actOnTask(
  api: Api,
  { kind, id }: Pick<Task, 'kind' | 'id'>,
  action: TaskAction,
): Promise<void> {
  const [call, query] =
    action === 'delete_files' ? ['delete', { tid: id, delete_files: 'true' }] : [action, { tid: id }];
  await api(`/task/${kind}/${call}`, { method: 'POST', query });
}

/** Forgets all of a kind that have ended. */
export async function clearEnded(api: Api, kind: string): Promise<void> {
  await api(`/task/${kind}/clear_done`, { method: 'POST' });
}

/** Begins all failed ones of a kind again. */
export async function retryFailed(api: Api, kind: string): Promise<void> {
  await api(`/task/${kind}/retry_failed`, { method: 'POST' });
}

/** A task's last lines, oldest first. Asked for anew whenever the task has changed. */
export function taskLogQuery(api: Api, task: Task) {
  return queryOptions({
    queryKey: ['tasks', 'log', task.id, task.phase, task.status, task.error],
    queryFn: async ({ signal }): Promise<readonly string[]> => {
      const wire = await api(`/task/${task.kind}/info`, { method: 'POST', query: { tid: task.id }, signal });
      return readList(readRecord(wire)['log']).map(readText);
    },
    placeholderData: keepPreviousData,
  });
}

/** One of the things that a task works on. */
export interface TaskItem {
  /** Its path below what is copied or moved. */
  readonly key: string;
  /** Why it failed. */
  readonly note: string;
}

/** Failed things that are shown of one task. */
const MOST_ITEMS = 100;

/** What of a copy or move has failed. */
export function failedItemsQuery(api: Api, { id, items, error }: Task) {
  return queryOptions({
    queryKey: ['tasks', 'items', id, items, error],
    queryFn: async ({ signal }): Promise<readonly TaskItem[]> => {
      const query = { tid: id, state: 'failed', limit: MOST_ITEMS };
      return readList(readRecord(await api('/task/items', { query, signal }))['content']).map((item) => {
        const { key, note } = readRecord(item);
        return { key: readText(key), note: readText(note) };
      });
    },
    placeholderData: keepPreviousData,
  });
}
