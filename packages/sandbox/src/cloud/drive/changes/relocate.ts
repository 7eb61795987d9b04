import { asRecord } from '../../request.ts';
import type { Drive } from '../drive.ts';
import type { DriveNode } from '../node.ts';
import { batchItems } from './batch-ids.ts';
import {
  bodyOf,
  type Change,
  type ChangeDeps,
  requireLive,
  requireOrdinary,
  targetFolder,
} from './change-deps.ts';
import { moveOrCopyToCurrent } from './change-errors.ts';
import { copySize, copySubtree } from './copy-subtree.ts';
import { freeName, takenNames } from './names.ts';
import { hasSpaceFor, requireSpace, SPACE_MESSAGE } from './space.ts';
import { startTask } from './start-task.ts';
import { DONE, type Outcome } from './task-list.ts';

const NO_TARGET: Outcome = { ok: false, message: 'The folder does not exist' };

/** `POST /drive/v1/files:batchMove` (protocol reference §3.8, rules F11–F13, F18, F19). */
export function batchMove(deps: ChangeDeps, change: Change): object {
  const { drive } = change;
  const { items, target } = relocation(deps, change);
  for (const node of items) requireOrdinary(node);
  const task = startTask(deps, change, {
    type: 'move',
    items,
    finish: (at) => {
      if (!canTake(drive, target)) return NO_TARGET;
      for (const { id } of items) {
        const node = drive.tree.get(id);
        if (node === undefined || !canGo(drive, node, target)) continue;
        const name = freeName(takenNames(drive.tree, target), node.name, node.kind);
        drive.tree.replace({ ...node, parentId: target, name, modifiedAt: at });
      }
      return DONE;
    },
  });
  const { busyUntil } = deps.works.of(drive);
  for (const { id } of items) busyUntil.set(id, task.dueAt + deps.rules.renameBlockedMs);
  return { task_id: task.id };
}

/** `POST /drive/v1/files:batchCopy` (§3.8, rules F11–F14): folders with what they hold, under new ids. */
export function batchCopy(deps: ChangeDeps, change: Change): object {
  const { drive } = change;
  const { items, target } = relocation(deps, change);
  requireSpace(drive, copySize(drive.tree, items));
  const task = startTask(deps, change, {
    type: 'copy',
    items,
    finish: (at) => {
      if (!canTake(drive, target)) return NO_TARGET;
      const present = items.flatMap(({ id }) => drive.tree.get(id) ?? []);
      if (!hasSpaceFor(drive, copySize(drive.tree, present))) return { ok: false, message: SPACE_MESSAGE };
      for (const node of present) {
        if (!canGo(drive, node, target)) continue;
        const name = freeName(takenNames(drive.tree, target), node.name, node.kind);
        const copied = copySubtree(drive.tree, { ...node, parentId: target, name }, { at, ids: deps.ids });
        deps.works.of(drive).busyUntil.set(copied, at + deps.rules.renameBlockedMs);
      }
      return DONE;
    },
  });
  return { task_id: task.id };
}

/** @throws Refusal when an item is trashed, or is in the target already, or holds it */
function relocation(
  deps: ChangeDeps,
  change: Change,
): { readonly items: readonly DriveNode[]; readonly target: string } {
  const { drive } = change;
  const body = bodyOf(change);
  const items = batchItems(drive, body, deps.rules);
  const target = targetFolder(drive, asRecord(body['to'])?.['parent_id']);
  for (const node of items) {
    requireLive(drive, node);
    if (isCurrent(drive, node, target)) throw moveOrCopyToCurrent();
  }
  return { items, target };
}

function isCurrent(drive: Drive, node: DriveNode, target: string): boolean {
  return node.parentId === target || drive.tree.isWithin(target, new Set([node.id]));
}

/** Whether the item may still go there now that the task ends: an earlier task may have changed that. */
function canGo(drive: Drive, node: DriveNode, target: string): boolean {
  return drive.tree.purgeTimeOf(node) === undefined && !isCurrent(drive, node, target);
}

function canTake(drive: Drive, target: string): boolean {
  if (target === '') return true;
  const folder = drive.tree.get(target);
  return folder !== undefined && drive.tree.purgeTimeOf(folder) === undefined;
}
