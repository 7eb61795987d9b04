import { wireTime } from '../../wire-time.ts';
import type { Drive } from '../drive.ts';
import { fileJson, type FileView } from '../file-json.ts';
import type { DriveNode } from '../node.ts';
import { SPACE_MESSAGE } from './space.ts';
import type { Task } from './task-list.ts';

/** How a task is shown. */
export interface TaskView {
  readonly now: number;
  readonly drive: Drive;
  /** Fills `reference_resource`; absent when it was not asked for. */
  readonly file?: FileView;
}

/** The members of a File that `reference_resource` has (protocol reference §5.3). */
const REFERENCE_MEMBERS = new Set(
  'kind id parent_id name size mime_type icon_link hash phase audit thumbnail_link params space medias starred tags'.split(
    ' ',
  ),
);

/** The Task object (§5.3, §9.8, §9.13), with the types that strict decoders need (§10.9). */
export function taskJson(task: Task, view: TaskView): object {
  const node = view.drive.tree.get(task.fileId);
  return {
    kind: 'drive#task',
    id: task.id,
    name: task.fileName,
    type: task.type,
    user_id: view.drive.account.userId,
    statuses: [],
    status_size: task.statusSize,
    params: paramsOf(task),
    file_id: task.fileId,
    file_name: task.fileName,
    file_size: String(task.fileSize),
    message: task.message,
    created_time: wireTime(task.createdAt),
    updated_time: wireTime(task.updatedAt),
    third_task_id: '',
    phase: phaseOf(task, view.now),
    progress: progressOf(task, view.now),
    icon_link: '',
    callback: '',
    reference_resource: view.file === undefined || node === undefined ? null : referenceJson(node, view.file),
    space: '',
  };
}

/** The params that §9.9 shows for an offline download; others have what their type adds. */
function paramsOf({ offline, retries, params }: Task): object {
  if (offline === undefined) return params ?? {};
  return {
    age: '0',
    mime_type: '',
    predict_speed: '1000000000',
    predict_type: '3',
    url: offline.url,
    parent_folder_id: offline.parentId,
    ...(retries === 0 ? {} : { retry_times: String(retries) }),
  };
}

/** An offline download waits for its turn at first. */
export function phaseOf({ phase, offline }: Task, now: number): Task['phase'] {
  const waits = phase === 'PHASE_TYPE_RUNNING' && offline !== undefined && now < offline.beginsAt;
  return waits ? 'PHASE_TYPE_PENDING' : phase;
}

/** A running task goes evenly from 0 to 99 (guess). */
function progressOf(task: Task, now: number): number {
  if (task.phase === 'PHASE_TYPE_COMPLETE') return 100;
  if (phaseOf(task, now) === 'PHASE_TYPE_PENDING') return 0;
  const { haltsAt, wholeMs = 1 } = task.offline ?? {};
  if (haltsAt !== undefined) return Math.floor(Math.min(haltsAt, (now - task.createdAt) / wholeMs) * 100);
  if (task.offline !== undefined && task.fileId !== '' && task.phase === 'PHASE_TYPE_RUNNING') return 99;
  if (task.message === SPACE_MESSAGE) return 37; // what §9.9 shows
  const end = task.phase === 'PHASE_TYPE_ERROR' ? task.updatedAt : now;
  const part = (end - task.createdAt) / Math.max(task.dueAt - task.createdAt, 1);
  return Math.max(0, Math.min(99, Math.floor(part * 100)));
}

function referenceJson(node: DriveNode, view: FileView): object {
  const members = Object.entries(fileJson(node, view)).filter(([name]) => REFERENCE_MEMBERS.has(name));
  return { '@type': 'type.googleapis.com/drive.ReferenceFile', ...Object.fromEntries(members) };
}
