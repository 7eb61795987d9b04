import { bodyOf, type Change, type ChangeDeps, targetFolder } from '../drive/changes/change-deps.ts';
import { spaceNotEnough } from '../drive/changes/change-errors.ts';
import { copyAcross, copySize } from '../drive/changes/copy-subtree.ts';
import { freeName, takenNames } from '../drive/changes/names.ts';
import { hasSpaceFor, SPACE_MESSAGE } from '../drive/changes/space.ts';
import { startTask } from '../drive/changes/start-task.ts';
import { DONE, type Outcome } from '../drive/changes/task-list.ts';
import type { Drive } from '../drive/drive.ts';
import type { DriveNode } from '../drive/node.ts';
import { driveRefusal, invalidArgument } from '../refusal.ts';
import { textOf } from '../request.ts';
import type { Share } from './share.ts';
import type { ShareGate } from './share-access.ts';
import type { ShareBook } from './share-book.ts';
import { nodeInside, okStatus, refusedStatus, restoresLeft } from './share-calls.ts';

/** What saving out of shares works with. */
export interface RestoreDeps extends ChangeDeps {
  readonly gate: ShareGate;
  readonly shares: ShareBook;
}

const DEFAULT_FOLDER = 'Pack From Shared';
const NO_TARGET: Outcome = { ok: false, message: 'The folder does not exist' };

/**
 * `POST /drive/v1/share/restore` (protocol reference §6.7, rule S7): files of a share into the caller's drive, by a task. Ids of what comes
 * are given at once, and it is there when the task ends. That the space is looked at both at the start and at the end, and that
 * `file_id` is the folder where several things come, are guesses.
 */
export function restoreShare(deps: RestoreDeps, change: Change): object {
  const { drive, call } = change;
  const body = bodyOf(change);
  const shareId = textOf(body, 'share_id');
  if (shareId === '') throw invalidArgument('share_id is empty');
  const access = deps.gate.byToken(shareId, textOf(body, 'pass_code_token'), call.request.caller);
  if (access.status !== 'OK') return refused(access.status);
  const { share } = access;
  if (share.drive.account.userId === drive.account.userId) throw ownShare();
  const items = wantedItems(share, body['file_ids']);
  if (restoresLeft(deps.shares, share) === '0') return refused('MAX_RESTORE_COUNT');
  const parentId = textOf(body, 'parent_id');
  // That the root can be named by its empty id, with the flag that says so, is a guess.
  const isNamed = parentId !== '' || body['specify_parent_id'] === true;
  const target = isNamed ? targetFolder(drive, parentId) : packFolder(deps, drive);
  if (!hasSpaceFor(drive, copySize(share.drive.tree, items))) throw spaceNotEnough();
  deps.shares.count(share.id, 'restores');
  const copies = items.map((node) => ({ node, id: deps.ids.item() }));
  const task = startTask(deps, change, {
    type: 'restore',
    items,
    result: resultOf(copies, target),
    finish: (at) => arrive(deps, { drive, share, target, copies, at }),
  });
  return {
    ...okStatus(),
    file_id: task.fileId,
    restore_status: 'RESTORE_START',
    restore_task_id: task.id,
    params: task.params ?? {},
  };
}

interface Copy {
  readonly node: DriveNode;
  readonly id: string;
}

function resultOf(copies: readonly Copy[], target: string) {
  const [first] = copies;
  const single = copies.length === 1 && first !== undefined ? first : undefined;
  return {
    fileId: single?.id ?? target,
    fileName: single?.node.name ?? '',
    fileSize: single?.node.kind === 'file' ? single.node.content.blob.size : 0,
    params: {
      trace_file_ids: JSON.stringify(Object.fromEntries(copies.map(({ node, id }) => [node.id, id]))),
    },
  };
}

function arrive(
  deps: RestoreDeps,
  job: {
    readonly drive: Drive;
    readonly share: Share;
    readonly target: string;
    readonly copies: readonly Copy[];
    readonly at: number;
  },
): Outcome {
  const { drive, share, target, copies, at } = job;
  const from = share.drive.tree;
  const folder = drive.tree.get(target);
  const isGone = target !== '' && (folder === undefined || drive.tree.purgeTimeOf(folder) !== undefined);
  if (isGone) return NO_TARGET;
  const present = copies.flatMap(({ node, id }) => {
    const current = from.get(node.id);
    return current === undefined || from.purgeTimeOf(current) !== undefined ? [] : [{ node: current, id }];
  });
  if (present.length === 0) return { ok: false, message: 'File deleted' };
  const size = copySize(
    from,
    present.map(({ node }) => node),
  );
  if (!hasSpaceFor(drive, size)) return { ok: false, message: SPACE_MESSAGE };
  for (const { node, id } of present) {
    const name = freeName(takenNames(drive.tree, target), node.name, node.kind);
    copyAcross(from, { ...node, parentId: target, name }, { to: drive.tree, at, ids: deps.ids, id });
  }
  return { ...DONE };
}

/** `[]` is everything (§6.7, field observation). */
function wantedItems(share: Share, ids: unknown): readonly DriveNode[] {
  if (ids !== undefined && !(Array.isArray(ids) && ids.every((id) => typeof id === 'string'))) {
    throw invalidArgument('file_ids is not a list of texts');
  }
  const wanted: readonly string[] = ids === undefined || ids.length === 0 ? share.rootIds : ids;
  return [...new Set(wanted)].map((id) => nodeInside(share, id));
}

/** Where shares go without `parent_id` (§6.7). */
function packFolder({ ids, now }: RestoreDeps, { tree }: Drive): string {
  const known = tree
    .children('')
    .find((node) => node.kind === 'folder' && node.folderType === 'RESTORE' && node.purgeAt === undefined);
  if (known !== undefined) return known.id;
  const id = ids.item();
  const at = now();
  tree.add({
    kind: 'folder',
    id,
    parentId: '',
    name: freeName(takenNames(tree, ''), DEFAULT_FOLDER, 'folder'),
    createdAt: at,
    modifiedAt: at,
    phase: 'PHASE_TYPE_COMPLETE',
    starred: false,
    folderType: 'RESTORE',
  });
  return id;
}

function refused(status: Parameters<typeof refusedStatus>[0]): object {
  const none = { file_id: '', restore_status: 'RESTORE_ERROR', restore_task_id: '', params: {} };
  return { ...refusedStatus(status), ...none };
}

function ownShare(): Error {
  return driveRefusal({ error: 'file_restore_own', code: 9, text: 'You cannot save your own share' });
}
