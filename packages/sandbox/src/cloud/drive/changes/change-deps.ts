import type { Faults } from '../../faults.ts';
import type { FreshIds } from '../../ids.ts';
import { readBody } from '../../request.ts';
import type { Call } from '../../router.ts';
import type { CloudRules } from '../../rules.ts';
import type { Drive } from '../drive.ts';
import { fileJson } from '../file-json.ts';
import { viewOf } from '../files.ts';
import type { DriveNode, FolderNode } from '../node.ts';
import { inRecycleBin, systemFolder, targetFolderMissing } from './change-errors.ts';
import type { Works } from './works.ts';

/** What changes to a drive work with. */
export interface ChangeDeps {
  readonly now: () => number;
  readonly rules: CloudRules;
  readonly ids: FreshIds;
  readonly faults: Faults;
  readonly works: Works;
  /** Replaces scheme and host of thumbnails. */
  readonly linkBase?: string;
  /** Told of each item that is gone for good. */
  onPurged(id: string): void;
  /** Told of each task that a client deleted. */
  onTaskRemoved(id: string): void;
}

/** A request that changes a drive. */
export interface Change {
  readonly drive: Drive;
  readonly call: Call;
}

/** The File object that answers a change: without links (protocol reference §9.13). */
export function changedFileJson(
  deps: Pick<ChangeDeps, 'linkBase'>,
  { drive, call }: Change,
  node: DriveNode,
): object {
  return fileJson(node, viewOf(deps, call, { userId: drive.account.userId, audit: false }));
}

/**
 * The folder that newcomers go to: '' for the root, which some clients spell as null or leave out (§3.6, §3.8).
 *
 * @throws Refusal `space_folder_not_exist` (rule F1) for a folder that is missing, trashed (guess), or no folder
 */
export function targetFolder(drive: Drive, parentId: unknown): string {
  if (parentId === undefined || parentId === null || parentId === '') return '';
  const folder = typeof parentId === 'string' ? drive.tree.get(parentId) : undefined;
  if (folder?.kind !== 'folder' || drive.tree.purgeTimeOf(folder) !== undefined) throw targetFolderMissing();
  return folder.id;
}

/** @throws Refusal for an item that lies in the trash (§2.7, field observation) */
export function requireLive(drive: Drive, node: DriveNode): void {
  if (drive.tree.purgeTimeOf(node) !== undefined) throw inRecycleBin();
}

/** @throws Refusal for a folder of the service's own (rule F18) */
export function requireOrdinary(node: DriveNode): void {
  if (isSystemFolder(node)) throw systemFolder();
}

function isSystemFolder(node: DriveNode): node is FolderNode {
  return node.kind === 'folder' && node.folderType !== 'NORMAL';
}

/** The request's body. */
export function bodyOf({ call }: Change): ReturnType<typeof readBody> {
  return readBody(call.request);
}
