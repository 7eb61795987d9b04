import type { MediaSource } from '../../types.ts';
import type { UploadDeps } from '../upload/create-upload.ts';
import { bodyOf, type Change, targetFolder } from '../drive/changes/change-deps.ts';
import { requireSpace, SPACE_MESSAGE } from '../drive/changes/space.ts';
import { taskJson } from '../drive/changes/task-json.ts';
import { storedName } from '../drive/changes/names.ts';
import type { Task } from '../drive/changes/task-list.ts';
import type { Drive } from '../drive/drive.ts';
import { asRecord, textOf } from '../request.ts';
import { driveRefusal, type Refusal } from '../refusal.ts';
import { planOf, type OfflinePlan } from './offline-content.ts';
import { arrive, myPack } from './offline-files.ts';

/** What offline downloads work with. */
export interface OfflineDeps extends UploadDeps {
  readonly media: MediaSource;
}

const DAY_MS = 86_400_000;
const INSTANT_MS = 0;
/** Where a download that halts is. */
const STUCK_AT = 0.37;

/** `POST /drive/v1/files` with `UPLOAD_TYPE_URL` (protocol reference §5.1, rules O1–O4, O7). */
export async function createOffline(deps: OfflineDeps, change: Change): Promise<object> {
  const { drive } = change;
  const body = bodyOf(change);
  const url = textOf(asRecord(body['url']) ?? {}, 'url');
  const plan = planOf(url, deps.media);
  if (plan === undefined) throw unresolvable();
  const wanted = textOf(body, 'name');
  const name = storedName(wanted === '' ? plan.name : wanted, {
    ...deps.rules,
    forbiddenCharacters: 'strip',
  });
  requireAllowance(deps, drive);
  requireSpace(drive, 0);
  const parent = body['parent_id'];
  const chosen = textOf(body, 'folder_type') !== 'DOWNLOAD' && typeof parent === 'string';
  const parentId = chosen ? targetFolder(drive, parent) : myPack(deps, drive).id;
  const task = await begin(deps, change, { url, parentId, plan: { ...plan, name } });
  const shown = taskJson(task, { now: deps.now(), drive });
  return { upload_type: 'UPLOAD_TYPE_URL', url: { kind: 'upload#url' }, file: null, task: shown };
}

interface Wish {
  readonly url: string;
  readonly parentId: string;
  readonly plan: OfflinePlan;
}

async function begin(deps: OfflineDeps, change: Change, wish: Wish): Promise<Task> {
  const { drive, call } = change;
  const { tasks } = deps.works.of(drive);
  const fault = deps.faults.takeForTask(call.request.method, call.request.path);
  const { end, files, name } = wish.plan;
  const delay =
    fault?.kind === 'slow_task' ? fault.delayMs : end === 'instant' ? INSTANT_MS : deps.rules.offlineMs;
  const createdAt = deps.now();
  const scripted = fault?.kind === 'task_error' ? fault.message : undefined;
  const deliver = await arrive(deps, drive, wish);
  const task = tasks.start({
    id: deps.ids.task(),
    type: 'offline',
    fileId: '',
    fileName: name,
    fileSize: files.reduce((sum, { blob }) => sum + blob.size, 0),
    statusSize: Math.max(1, files.length),
    createdAt,
    dueAt: end === 'stuck' ? Number.POSITIVE_INFINITY : createdAt + delay,
    offline: {
      url: wish.url,
      parentId: wish.parentId,
      beginsAt: createdAt + Math.min(deps.rules.offlinePendingMs, delay),
      ...(end === 'stuck' ? { haltsAt: STUCK_AT, wholeMs: delay } : {}),
    },
    finish(at, retries) {
      if (scripted !== undefined) return { ok: false, message: scripted };
      if (typeof end === 'object') return { ok: false, message: end.message };
      if (end === 'once' && retries === 0) return { ok: false, message: 'Task timeout' };
      return deliver(at) ?? { ok: false, message: SPACE_MESSAGE };
    },
  });
  tasks.settle(createdAt); // what is instant is complete in the answer (§5.1)
  return tasks.get(task.id) ?? task;
}

/** @throws Refusal for an account that has begun too many today, or has too many running (§5.5) */
export function requireAllowance(deps: OfflineDeps, drive: Drive): void {
  const { works, rules } = deps;
  const premium = drive.account.plan === 'premium';
  if (begunToday(deps, drive) >= rules.offlinePerDay[premium ? 'premium' : 'free']) throw dailyLimit(premium);
  if (works.of(drive).tasks.running('offline') >= rules.offlineRunning) throw tooManyRunning();
}

/** Offline downloads that an account has begun in the last 24 hours; whether the service counts so or by calendar days is not known. */
export function begunToday({ works, now }: Pick<OfflineDeps, 'works' | 'now'>, drive: Drive): number {
  return works
    .of(drive)
    .tasks.offlineBegun()
    .filter((at) => at > now() - DAY_MS).length;
}

/*
 * Refusals of §5.5. Names, and the HTTP status of the free account's limit, are the reference's; other statuses, codes it does not give and all
 * texts are guesses.
 */

function dailyLimit(premium: boolean): Refusal {
  const text = 'The number of tasks for today has reached the limit';
  return premium
    ? driveRefusal({ error: 'task_daily_create_limit_vip', code: 11, text })
    : driveRefusal({ status: 403, error: 'task_daily_create_limit', code: 11, text });
}

function tooManyRunning(): Refusal {
  return driveRefusal({ error: 'task_run_nums_limit', code: 11, text: 'Too many tasks are running' });
}

function unresolvable(): Refusal {
  return driveRefusal({ error: 'task_url_resolve_error', code: 3, text: 'The link cannot be resolved' });
}
