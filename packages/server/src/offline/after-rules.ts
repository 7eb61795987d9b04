import { RE2JS } from 're2js';
import type { Ctx } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import { childPath, normalizePath, type TreePath } from '../core/path.ts';
import type { Job, Outcome } from '../tasks/task.ts';
import type { Node, View } from '../vfs/view.ts';
import type { OfflinePayload } from './payload.ts';
import type { ToolOutcome } from './tool.ts';

/**
 * Drops the junk of a download into the trash, where there is one: files in the folder that it has made, never a file that came alone. A run
 * that is cut finds what is left the next time.
 */
async function applyRules(
  { payload, ...job }: Pick<Job<OfflinePayload>, 'payload' | 'log'>,
  { view, ctx, made }: { readonly view: View; readonly ctx: Ctx; readonly made: string },
): Promise<number> {
  const rules = payload.after;
  if (rules === undefined || (rules.drop_smaller === 0 && rules.drop_matching === '')) return 0;
  const root = childPath(normalizePath(payload.path), made);
  if ((await view.get(root, ctx)).entry.kind !== 'folder') return 0;
  const pattern =
    rules.drop_matching === '' ? undefined : RE2JS.compile(rules.drop_matching, RE2JS.CASE_INSENSITIVE);
  const isJunk = ({ entry }: Node): boolean =>
    entry.kind === 'file' &&
    (entry.size < rules.drop_smaller || pattern?.matcher(entry.name).find() === true);
  let dropped = 0;
  const folders: TreePath[] = [root];
  for (let dir = folders.pop(); dir !== undefined; dir = folders.pop()) {
    const { nodes } = await view.list(dir, {}, ctx);
    const junk = nodes.filter(isJunk).map(({ entry }) => entry.name);
    if (junk.length > 0) await view.remove(dir, junk, ctx);
    dropped += junk.length;
    for (const name of junk) job.log(`Dropped ${name}`);
    folders.push(...nodes.filter(({ entry }) => entry.kind === 'folder').map(({ path }) => path));
  }
  return dropped;
}

/** The outcome with word of what was dropped, or of why nothing could be. */
export async function withRules(
  job: Pick<Job<OfflinePayload>, 'payload' | 'log'>,
  outcome: ToolOutcome,
  { view, ctx }: { readonly view: View; readonly ctx: Ctx },
): Promise<Outcome> {
  const { made, ...plain } = outcome;
  if (plain.type !== 'done' || made === undefined) return plain;
  try {
    const dropped = await applyRules(job, { view, ctx, made });
    return dropped === 0 ? plain : { ...plain, status: `${plain.status ?? ''} (${dropped} dropped)` };
  } catch (error) {
    if (!(error instanceof StorageError) || error.retry === 'later') throw error;
    return { ...plain, problem: `It is there, but nothing could be dropped: ${error.message}` };
  }
}
