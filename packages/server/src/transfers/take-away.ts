import type { Entry } from '../core/entry.ts';
import { baseName, joinPath, normalizePath, relativeTo, type TreePath } from '../core/path.ts';
import type { Job } from '../tasks/task.ts';
import type { Node } from '../vfs/view.ts';
import { type CopyTools, isThere } from './copy-file.ts';
import type { TransferPayload } from './payload.ts';

/** No move takes so long. */
const WRONG_MS = 30 * 24 * 60 * 60_000;

export interface TakeAwayParts {
  readonly job: Job<TransferPayload>;
  readonly tools: CopyTools;
  /** When the sources were first looked at, in ms since the epoch. What was changed since may not be what was copied. */
  readonly since: number;
}

/**
 * Removes the sources of a move, entry by entry: a file when it was copied, is as it was then, and stands at its target; a folder when it is
 * empty. Everything is looked at anew. What was begun and cut is gone on with by calling it again.
 * @returns how many files stay though nobody asked for that: they came or were changed meanwhile.
 */
export async function takeAway(parts: TakeAwayParts): Promise<number> {
  const { from, names } = parts.job.payload;
  const dir = normalizePath(from);
  const wanted = new Set(names);
  return clear(dir, parts, ({ entry }) => wanted.has(entry.name));
}

/** Clears a folder of those that `mayGo`; of those that stay gives how many files came or were changed. */
async function clear(
  dir: TreePath,
  parts: TakeAwayParts,
  mayGo: (node: Node) => boolean = () => true,
): Promise<number> {
  const { view, ctx } = parts.tools;
  const { nodes } = await view.list(dir, { refresh: true }, ctx);
  const go: string[] = [];
  let stay = 0;
  for (const { path, entry } of nodes.filter(mayGo)) {
    if (entry.kind === 'folder') {
      const stayed = await clear(path, parts);
      stay += stayed;
      if (stayed === 0 && (await isEmpty(path, parts)) && (await wasCopied(path, parts))) go.push(entry.name);
      continue;
    }
    const verdict = await judge(path, entry, parts);
    if (verdict === 'goes') go.push(entry.name);
    if (verdict === 'unknown') stay += 1;
  }
  if (go.length > 0) await view.remove(dir, go, ctx);
  return stay;
}

async function isEmpty(path: TreePath, { tools: { view, ctx } }: TakeAwayParts): Promise<boolean> {
  return (await view.list(path, { refresh: true, limit: 1 }, ctx)).nodes.length === 0;
}

async function wasCopied(path: TreePath, { job }: TakeAwayParts): Promise<boolean> {
  const key = relativeTo(path, normalizePath(job.payload.from));
  return (await job.items.byKey(job.id, `${key}/`))?.state === 'done';
}

/** Whether a time is behind `since`. One far ahead was set by hand or by a wrong clock, and tells of no change. */
function isRecent(modified: number | undefined, since: number): boolean {
  return modified !== undefined && modified > since && modified < since + WRONG_MS;
}

/** `stays`: it was left out on purpose, or could not go, and the task tells so. */
async function judge(
  path: TreePath,
  entry: Entry,
  { job, tools, since }: TakeAwayParts,
): Promise<'goes' | 'stays' | 'unknown'> {
  const below = relativeTo(path, normalizePath(job.payload.from));
  const item = await job.items.byKey(job.id, below);
  if (item === undefined) return 'unknown';
  if (item.state !== 'done') return 'stays';
  const changed = entry.size !== item.size || isRecent(entry.modified, since);
  const to = joinPath(normalizePath(job.payload.to), below);
  if (!changed && (await isThere(entry, { to, conflict: job.payload.conflict }, tools))) return 'goes';
  job.log(`${baseName(path)} stays: it was changed after it was copied, or its copy was.`);
  return 'unknown';
}
