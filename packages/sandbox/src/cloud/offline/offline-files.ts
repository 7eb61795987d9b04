import type { Drive } from '../drive/drive.ts';
import { hasSpaceFor } from '../drive/changes/space.ts';
import { freeName, takenNames } from '../drive/changes/names.ts';
import type { Outcome } from '../drive/changes/task-list.ts';
import type { FileNode, FolderNode, StoredBlob } from '../drive/node.ts';
import { gcidOf } from '../gcid.ts';
import type { OfflineDeps } from './create-offline.ts';
import type { OfflineFile, OfflinePlan } from './offline-content.ts';

interface Arriving {
  readonly url: string;
  readonly parentId: string;
  readonly plan: OfflinePlan;
}

type Place = Pick<FileNode, 'parentId' | 'name' | 'createdAt'>;

/**
 * Readies the files of a link. What it gives puts them into the drive when they are due: one file as it is, several in a folder. Undefined when
 * there is no room.
 */
export async function arrive(
  deps: OfflineDeps,
  drive: Drive,
  { url, parentId, plan }: Arriving,
): Promise<(at: number) => Outcome | undefined> {
  const contents: { readonly file: OfflineFile; readonly content: StoredBlob }[] = [];
  for (const file of plan.files) {
    const content = { blob: file.blob, gcid: await gcidOf(file.blob), fid: deps.ids.item() };
    contents.push({ file, content });
  }
  const size = plan.files.reduce((sum, { blob, stuck }) => sum + (stuck === true ? 0 : blob.size), 0);
  return (at) => {
    if (!hasSpaceFor(drive, size)) return undefined;
    const target = parentId === '' || drive.tree.get(parentId) !== undefined ? parentId : '';
    const [only, ...more] = contents;
    const put = (made: (typeof contents)[number], place: Place): string => {
      deps.publish(made.content);
      if (made.file.stuck !== true) deps.known.add({ content: made.content });
      const node = fileNode(deps, made, { ...place, url });
      drive.tree.add(node);
      return node.id;
    };
    if (only !== undefined && more.length === 0) {
      const name = freeName(takenNames(drive.tree, target), plan.name, 'file');
      return { ok: true, fileId: put(only, { parentId: target, name, createdAt: at }) };
    }
    const folder = folderNode(
      deps,
      freeName(takenNames(drive.tree, target), plan.name, 'folder'),
      target,
      at,
    );
    drive.tree.add(folder);
    for (const made of contents) put(made, { parentId: folder.id, name: made.file.name, createdAt: at });
    const halts = plan.files.some(({ stuck }) => stuck === true);
    // How the service shows a download of which a part never comes is not known: here it stays at 99 % (guess).
    if (halts) return { ok: 'partly', fileId: folder.id };
    return { ok: true, fileId: folder.id, ...(plan.end === 'vanishes' ? { vanishes: true } : {}) };
  };
}

/** The system folder for downloads without a place of their own, made on demand (§5.1). */
export function myPack(deps: OfflineDeps, drive: Drive): FolderNode {
  const found = drive.tree
    .children('')
    .find((node) => node.kind === 'folder' && node.folderType === 'DOWNLOAD');
  if (found?.kind === 'folder') return found;
  const folder: FolderNode = { ...folderNode(deps, 'My Pack', '', deps.now()), folderType: 'DOWNLOAD' };
  drive.tree.add(folder);
  return folder;
}

function fileNode(
  { ids }: OfflineDeps,
  { file, content }: { readonly file: OfflineFile; readonly content: StoredBlob },
  { parentId, name, createdAt, url }: Place & { readonly url: string },
): FileNode {
  const phase = file.stuck === true ? ('PHASE_TYPE_RUNNING' as const) : ('PHASE_TYPE_COMPLETE' as const);
  const at = { createdAt, modifiedAt: createdAt };
  return {
    kind: 'file',
    id: ids.item(),
    parentId,
    name,
    content,
    ...at,
    phase,
    starred: false,
    originalUrl: url,
  };
}

function folderNode({ ids }: OfflineDeps, name: string, parentId: string, at: number): FolderNode {
  const phase = 'PHASE_TYPE_COMPLETE' as const;
  const when = { createdAt: at, modifiedAt: at };
  return {
    kind: 'folder',
    id: ids.item(),
    parentId,
    name,
    ...when,
    phase,
    starred: false,
    folderType: 'NORMAL',
  };
}
