import type { Ctx } from '../core/driver.ts';
import type { StorageError } from '../core/errors.ts';
import type { TreePath } from '../core/path.ts';
import type { Job, Outcome } from '../tasks/task.ts';
import type { OfflineFolder } from '../vfs/offline-folder.ts';
import type { View } from '../vfs/view.ts';
import type { OfflinePayload } from './payload.ts';

/** Where a download is to go. */
export interface Target {
  readonly folder: OfflineFolder;
  readonly view: View;
}

/** How a tool's run has ended. `made`: the name of what now stands in the folder, for rules about what has come. */
export type ToolOutcome = Outcome & { readonly made?: string };

/** A way to fetch links. */
export interface OfflineTool {
  /** As the API names it. */
  readonly name: string;
  /** Why it can't serve this folder, in words that tell what to do to a user confined below `basePath`; undefined when it can. */
  refusal(
    target: Target,
    basePath: TreePath,
    asked: { readonly path: string; readonly urls: readonly string[]; readonly ctx: Ctx },
  ): Promise<StorageError | undefined>;
  run(job: Job<OfflinePayload>, target: Target, ctx: Ctx): Promise<ToolOutcome>;
  /** Ends what it has going for a task; `files`: and removes what the task has made, and nothing else. */
  windUp(
    job: Job<OfflinePayload>,
    target: Target,
    options: { readonly files: boolean; readonly ctx: Ctx },
  ): Promise<void>;
}
