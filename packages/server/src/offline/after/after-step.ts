import type { Ctx } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import type { TreePath } from '../../core/path.ts';
import type { Job } from '../../tasks/task.ts';
import type { View } from '../../vfs/view.ts';
import type { AfterRules } from './after-rules.ts';
import type { AfterState } from './after-state.ts';
import type { Notifier } from './notifier.ts';

/** What a step works with. */
export interface AfterStep {
  readonly rules: AfterRules;
  readonly job: Pick<Job<unknown>, 'id' | 'log'>;
  /** The tree as the task's owner may see it now. */
  readonly view: View;
  readonly ctx: Ctx;
  readonly notifier: Notifier;
  /** Writes down how far it is, in the midst of a step. */
  save(state: AfterState): Promise<void>;
}

/** Whether something stands at a path. */
export async function isThere(view: View, path: TreePath, ctx: Ctx): Promise<boolean> {
  try {
    await view.get(path, ctx);
    return true;
  } catch (error) {
    if (error instanceof StorageError && error.code === 'not_found') return false;
    throw error;
  }
}
