import { textOf } from '../../request.ts';
import type { FolderNode } from '../node.ts';
import { bodyOf, type Change, type ChangeDeps, changedFileJson, targetFolder } from './change-deps.ts';
import { freeName, storedName, takenNames } from './names.ts';

/** `POST /drive/v1/files` with kind `drive#folder` (protocol reference §3.6, rule F22). Done at once. */
export function createFolder(deps: ChangeDeps, change: Change): object {
  const body = bodyOf(change);
  const { tree } = change.drive;
  const parentId = targetFolder(change.drive, body['parent_id']);
  const wanted = storedName(textOf(body, 'name'), deps.rules);
  const name =
    deps.rules.duplicateFolders === 'numbered'
      ? freeName(takenNames(tree, parentId), wanted, 'folder')
      : wanted;
  const now = deps.now();
  const folder: FolderNode = {
    kind: 'folder',
    id: deps.ids.item(),
    parentId,
    name,
    createdAt: now,
    modifiedAt: now,
    phase: 'PHASE_TYPE_COMPLETE',
    starred: false,
    folderType: 'NORMAL',
  };
  tree.add(folder);
  return { upload_type: 'UPLOAD_TYPE_UNKNOWN', file: changedFileJson(deps, change, folder), task: null };
}
