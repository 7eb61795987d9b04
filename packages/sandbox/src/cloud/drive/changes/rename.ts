import { fileNotFound } from '../../refusal.ts';
import { textOf } from '../../request.ts';
import type { Drive } from '../drive.ts';
import type { DriveNode } from '../node.ts';
import {
  bodyOf,
  type Change,
  type ChangeDeps,
  changedFileJson,
  requireLive,
  requireOrdinary,
} from './change-deps.ts';
import { duplicatedName, renameUncompleted, sameName } from './change-errors.ts';
import { storedName } from './names.ts';

/**
 * `PATCH /drive/v1/files/{id}` (protocol reference §3.7, rule F10): only `name` can be changed, and at once. The media type stays
 * what it was (guess).
 */
export function rename(deps: ChangeDeps, change: Change): object {
  const { drive, call } = change;
  const node = drive.tree.get(call.id);
  if (node === undefined) throw fileNotFound();
  const name = storedName(textOf(bodyOf(change), 'name'), deps.rules);
  requireOrdinary(node);
  requireLive(drive, node);
  if (node.phase !== 'PHASE_TYPE_COMPLETE' || isBusy(deps, drive, node)) throw renameUncompleted();
  if (name === node.name) throw sameName();
  if (isTaken(deps, drive, { ...node, name })) throw duplicatedName();
  const renamed = { ...node, name, modifiedAt: deps.now() };
  drive.tree.replace(renamed);
  return changedFileJson(deps, change, renamed);
}

/** A task has the item, or had it a moment ago (rule F11). */
function isBusy(deps: ChangeDeps, drive: Drive, node: DriveNode): boolean {
  return (deps.works.of(drive).busyUntil.get(node.id) ?? 0) > deps.now();
}

/** Uniqueness is against live, complete items of the folder (rule F10). */
function isTaken(deps: ChangeDeps, drive: Drive, wanted: DriveNode): boolean {
  return drive.tree
    .children(wanted.parentId)
    .some(
      (other) =>
        other.id !== wanted.id &&
        other.name === wanted.name &&
        other.purgeAt === undefined &&
        (deps.rules.renameSeesPending || other.phase === 'PHASE_TYPE_COMPLETE'),
    );
}
