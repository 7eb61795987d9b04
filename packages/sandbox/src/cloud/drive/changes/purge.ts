import type { Drive } from '../drive.ts';
import type { DriveNode } from '../node.ts';
import type { ChangeDeps } from './change-deps.ts';

/**
 * Takes an item and what lies below it out of the drive for good (rule F17). What was trashed from below it on its own stays in the
 * trash, its parent gone (rule F16).
 */
export function purge(deps: Pick<ChangeDeps, 'onPurged'>, drive: Drive, node: DriveNode): void {
  const doomed = drive.tree.subtree(node, (below) => below.purgeAt === undefined);
  for (const { id } of doomed.reverse()) {
    drive.tree.remove(id);
    deps.onPurged(id);
  }
}
