import type { Ctx } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import { normalizePath } from '../core/path.ts';
import type { Job, TaskKind, TaskOwner } from '../tasks/task.ts';
import type { View } from '../vfs/view.ts';
import { withRules } from './after-rules.ts';
import { type OfflinePayload, offlinePayload } from './payload.ts';
import type { OfflineTool, Target } from './tool.ts';

const MAX_ATTEMPTS = 8;

/** The task of one offline download, whichever tool does it. */
export function offlineKind(parts: {
  readonly tools: readonly OfflineTool[];
  /** The tree as the task's owner may see it at this moment. @throws StorageError `forbidden` for an owner who is gone. */
  viewFor(owner: TaskOwner): Promise<View>;
}): TaskKind<OfflinePayload> {
  const toolOf = ({ payload }: Job<OfflinePayload>): OfflineTool => {
    const tool = parts.tools.find(({ name }) => name === payload.tool);
    if (tool === undefined) throw new StorageError('unsupported', `tool ${payload.tool} not found`);
    return tool;
  };
  const targetOf = async (job: Job<OfflinePayload>, ctx: Ctx): Promise<Target> => {
    const view = await parts.viewFor(job.owner);
    return { view, folder: await view.offline(normalizePath(job.payload.path), ctx) };
  };
  const ctxOf = ({ signal }: Job<OfflinePayload>): Ctx => ({ signal, priority: 'background' });
  return {
    kind: 'offline_download',
    payload: offlinePayload,
    maxAttempts: MAX_ATTEMPTS,
    async run(job) {
      const ctx = ctxOf(job);
      const target = await targetOf(job, ctx);
      return withRules(job, await toolOf(job).run(job, target, ctx), { view: target.view, ctx });
    },
    async windUp(job, { files }) {
      const ctx = ctxOf(job);
      await toolOf(job).windUp(job, await targetOf(job, ctx), { files, ctx });
    },
  };
}
