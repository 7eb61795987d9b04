import type { Ctx } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import { normalizePath } from '../core/path.ts';
import type { Job, Outcome, TaskKind, TaskOwner } from '../tasks/task.ts';
import type { View } from '../vfs/view.ts';
import { afterDone, beginAfter } from './after/after-done.ts';
import { afterRules } from './after/after-rules.ts';
import { type AfterState, afterStateOf, withAfterState } from './after/after-state.ts';
import type { Notifier } from './after/notifier.ts';
import { type OfflinePayload, offlinePayload } from './payload.ts';
import type { OfflineTool, Target, ToolOutcome } from './tool.ts';

const MAX_ATTEMPTS = 8;

/** The task of one offline download, whichever tool does it. */
export function offlineKind(parts: {
  readonly tools: readonly OfflineTool[];
  /** The tree as the task's owner may see it at this moment. @throws StorageError `forbidden` for an owner who is gone. */
  viewFor(owner: TaskOwner): Promise<View>;
  /** Tells webhooks. */
  readonly notifier: Notifier;
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
      let saved = job.checkpoint;
      const save = async (next: unknown): Promise<void> => {
        await job.save(next);
        saved = next;
      };
      let state = afterStateOf(saved);
      if (state === undefined) {
        const outcome = await toolOf(job).run({ ...job, save }, await targetOf(job, ctx), ctx);
        if (outcome.type !== 'done') return outcome;
        if (job.payload.after === undefined) return plain(outcome);
        state = beginAfter(outcome, job.payload.path);
      }
      return afterDone(state, {
        rules: job.payload.after ?? afterRules.parse({}),
        job,
        view: await parts.viewFor(job.owner),
        ctx,
        notifier: parts.notifier,
        save: (next) => save(withAfterState(saved, next)),
      });
    },
    async windUp(job, { files }) {
      const ctx = ctxOf(job);
      const now = asItStands(job, afterStateOf(job.checkpoint));
      await toolOf(now).windUp(now, await targetOf(now, ctx), { files, ctx });
    },
  };
}

function plain(outcome: ToolOutcome): Outcome {
  const { made: _, ...rest } = outcome;
  return rest;
}

/** The job with the folder and the name that its rules have given to what it has made, for a tool that is to remove that. */
function asItStands(job: Job<OfflinePayload>, state: AfterState | undefined): Job<OfflinePayload> {
  if (state === undefined || state.made === '') return job;
  const checkpoint = { ...withAfterState(job.checkpoint, state), name: state.made };
  return { ...job, payload: { ...job.payload, path: state.folder }, checkpoint };
}
