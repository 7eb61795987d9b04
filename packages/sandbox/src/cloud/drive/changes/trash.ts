import { fileNotFound } from '../../refusal.ts';
import type { Drive } from '../drive.ts';
import type { DriveNode } from '../node.ts';
import { batchItems } from './batch-ids.ts';
import { bodyOf, type Change, type ChangeDeps, requireOrdinary } from './change-deps.ts';
import { freeName, takenNames } from './names.ts';
import { purge } from './purge.ts';
import { startTask } from './start-task.ts';
import { DONE, type TaskType } from './task-list.ts';

/** `POST /drive/v1/files:batchTrash` (protocol reference §3.8, rule F15). Its task's type is a guess. */
export function batchTrash(deps: ChangeDeps, change: Change): object {
  const items = batchItems(change.drive, bodyOf(change), deps.rules);
  for (const node of items) requireOrdinary(node);
  return each(deps, change, { type: 'deletefile', items, act: trashOne(deps, change.drive) });
}

/** `POST /drive/v1/files:batchUntrash` (§3.8, rules F11, F13, F16). Its task's type is a guess, and that it holds up a rename as a move does. */
export function batchUntrash(deps: ChangeDeps, change: Change): object {
  const { drive } = change;
  const items = batchItems(drive, bodyOf(change), deps.rules);
  return each(deps, change, {
    type: 'move',
    items,
    act: (node, at) => {
      if (node.purgeAt === undefined) return;
      deps.works.of(drive).busyUntil.set(node.id, at + deps.rules.renameBlockedMs);
      const { purgeAt: _, ...live } = node;
      const parentId = untrashTarget(deps, drive, node);
      drive.tree.replace({
        ...live,
        parentId,
        name: freeName(takenNames(drive.tree, parentId), node.name, node.kind),
      });
    },
  });
}

/** `POST /drive/v1/files:batchDelete` (§3.8, rule F17): live, trashed and unfinished items, for good. */
export function batchDelete(deps: ChangeDeps, change: Change): object {
  const { drive } = change;
  const items = batchItems(drive, bodyOf(change), deps.rules);
  for (const node of items) requireOrdinary(node);
  return each(deps, change, { type: 'deletefile', items, act: (node) => purge(deps, drive, node) });
}

/** `DELETE /drive/v1/files/{id}` (§3.8, C): whether the trash is passed by is an open question. Answers without a task. */
export function deleteOne(deps: ChangeDeps, change: Change): object {
  const { drive, call } = change;
  const node = drive.tree.get(call.id);
  if (node === undefined) throw fileNotFound();
  requireOrdinary(node);
  const act =
    deps.rules.singleDelete === 'trash'
      ? trashOne(deps, drive)
      : (found: DriveNode) => purge(deps, drive, found);
  each(deps, change, { type: 'deletefile', items: [node], act });
  return {};
}

/** `PATCH /drive/v1/files/trash:empty` (§3.10, R): what lies in the trash now, unless it is taken out before the task ends. */
export function emptyTrash(deps: ChangeDeps, change: Change): object {
  const { drive } = change;
  return each(deps, change, {
    type: 'emptytrash',
    items: drive.tree.trashed(),
    act: (node) => {
      if (node.purgeAt !== undefined) purge(deps, drive, node);
    },
  });
}

/** Trashes an item in place: its parent stays what it was. Unfinished uploads and what is trashed already stay as they are. */
export function trashOne(deps: ChangeDeps, drive: Drive): (node: DriveNode, at: number) => void {
  return (node, at) => {
    if (drive.tree.purgeTimeOf(node) === undefined)
      drive.tree.replace({ ...node, purgeAt: at + deps.rules.trashLifeMs });
  };
}

interface EachItem {
  readonly type: TaskType;
  readonly items: readonly DriveNode[];
  readonly act: (node: DriveNode, at: number) => void;
}

/** Does something to each item that is still there when the task ends. */
function each(deps: ChangeDeps, change: Change, { type, items, act }: EachItem): object {
  const { tree } = change.drive;
  const task = startTask(deps, change, {
    type,
    items,
    finish: (at) => {
      for (const { id } of items) {
        const node = tree.get(id);
        if (node !== undefined) act(node, at);
      }
      return DONE;
    },
  });
  return { task_id: task.id };
}

/** Rule F16: where it was, or the root when that is gone; a folder that is trashed itself counts as gone (guess). */
function untrashTarget(deps: ChangeDeps, { tree }: Drive, node: DriveNode): string {
  const parent = tree.get(node.parentId);
  if (deps.rules.untrashTo === 'root' || parent === undefined) return '';
  return tree.purgeTimeOf(parent) === undefined ? parent.id : '';
}
