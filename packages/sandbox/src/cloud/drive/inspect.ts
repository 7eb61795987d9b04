import type { InspectedItem } from '../../types.ts';
import type { Drive } from './drive.ts';

/** Every item of a drive, whatever its state. */
export function inspectDrive({ tree }: Drive): InspectedItem[] {
  return tree.all().map((node) => ({
    id: node.id,
    parentId: node.parentId,
    name: node.name,
    kind: node.kind,
    size: node.kind === 'file' ? node.content.blob.size : 0,
    gcid: node.kind === 'file' ? node.content.gcid : '',
    complete: node.phase === 'PHASE_TYPE_COMPLETE',
    trashed: node.purgeAt !== undefined,
  }));
}
