import { z } from 'zod';
import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../../core/abort.ts';
import { checkName } from '../../core/entry-name.ts';
import { StorageError } from '../../core/errors.ts';
import { childPath, normalizePath, type TreePath } from '../../core/path.ts';
import { may, Permission } from '../../core/rights.ts';
import type { Node } from '../../vfs/view.ts';
import { ApiFailure } from './envelope.ts';
import { type NamePattern, namePattern } from './name-pattern.ts';
import { route, type Session } from './route.ts';

/** One new name; both are single path segments that were checked. */
interface NewName {
  readonly from: string;
  readonly to: string;
}

/** `fs/batch_rename` (API reference §3.7). Names are checked before the first is given; then the first error ends it. */
export const fsBatchRename = route({
  method: 'POST',
  path: '/fs/batch_rename',
  access: 'user',
  request: z.object({
    src_dir: z.string(),
    rename_objects: z
      .array(z.object({ src_name: z.string().default(''), new_name: z.string().default('') }))
      .default([]),
  }),
  async run({ src_dir, rename_objects: pairs }, session) {
    const given = pairs.map((pair) => ({ from: pair.src_name, to: pair.new_name }));
    const wanted = given.filter(({ from, to }) => from !== '' && to !== '');
    await renameAll(normalizePath(src_dir), wanted, session);
  },
});

/** Milliseconds that one call may spend on matching names. */
const MATCHING_MS = 2_000;

/** Milliseconds of matching after which other requests get their turn. */
const YIELD_MS = 10;

/**
 * `fs/regex_rename` (API reference §3.7): every object of the folder whose name matches. Where two would get one name, or one the name of
 * another that keeps it, nothing is renamed. Mounts are no objects of the folder.
 */
export const fsRegexRename = route({
  method: 'POST',
  path: '/fs/regex_rename',
  access: 'user',
  request: z.object({ src_dir: z.string(), src_name_regex: z.string(), new_name_regex: z.string() }),
  async run(input, session) {
    const dir = normalizePath(input.src_dir);
    // The view checks each renaming; whoever may do none gets no work out of the matching either.
    if (!may(session.user, Permission.rename)) throw new ApiFailure(403, 'permission denied');
    const pattern = namePattern(input.src_name_regex, input.new_name_regex);
    const { nodes } = await session.view.list(dir, {}, session.ctx);
    const objects = nodes.filter(({ storage, mount }) => storage !== undefined && mount === undefined);
    const renamed = await matching(namesOf(objects), pattern, session.ctx.signal);
    checkDistinct(namesOf(nodes), renamed);
    await renameAll(dir, renamed, session);
  },
});

function namesOf(nodes: readonly Node[]): string[] {
  return nodes.map(({ entry }) => entry.name);
}

/** The names that change. Lets other requests through between names. */
async function matching(
  names: readonly string[],
  pattern: NamePattern,
  signal: AbortSignal,
): Promise<NewName[]> {
  const renamed: NewName[] = [];
  let [spent, blocked] = [0, 0];
  for (const from of names) {
    if (blocked > YIELD_MS) {
      blocked = 0;
      await setImmediate();
    }
    throwIfAborted(signal);
    const start = performance.now();
    const to = pattern(from);
    const took = performance.now() - start;
    [spent, blocked] = [spent + took, blocked + took];
    if (spent > MATCHING_MS) {
      throw new ApiFailure(400, 'the pattern takes too long on a folder of this size: use a simpler one');
    }
    if (to !== undefined && to !== from) renamed.push({ from, to });
  }
  return renamed;
}

/** @throws StorageError `exists`. */
function checkDistinct(names: readonly string[], renamed: readonly NewName[]): void {
  const leaving = new Set(renamed.map(({ from }) => from));
  const held = new Set(names.filter((name) => !leaving.has(name)));
  for (const { to } of renamed) {
    if (held.has(to)) throw new StorageError('exists', `file [${to}] exists`);
    held.add(to);
  }
}

async function renameAll(
  dir: TreePath,
  renamed: readonly NewName[],
  { view, ctx }: Pick<Session, 'view' | 'ctx'>,
): Promise<void> {
  const steps = renamed.map(({ from, to }) => {
    checkName(to);
    return { path: childPath(dir, from), name: to };
  });
  for (const { path, name } of steps) await view.rename(path, { name }, ctx);
}
