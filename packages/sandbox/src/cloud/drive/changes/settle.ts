import type { Drive } from '../drive.ts';
import { type ChangeDeps } from './change-deps.ts';
import { purge } from './purge.ts';

/**
 * Brings a drive up to the present: ends the tasks that are due (rule F11) and purges what has lain in the trash for its time
 * (protocol reference §3.10). To be called before anyone looks at the drive.
 */
export function settle(deps: ChangeDeps, drive: Drive): void {
  const now = deps.now();
  const { tasks, busyUntil } = deps.works.of(drive);
  tasks.settle(now);
  for (const node of drive.tree.trashed())
    if (node.purgeAt !== undefined && node.purgeAt <= now) purge(deps, drive, node);
  for (const [id, until] of busyUntil) if (until <= now) busyUntil.delete(id);
}
