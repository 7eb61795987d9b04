import { z } from 'zod';
import { StorageError } from '../../core/errors.ts';
import { normalizePath } from '../../core/path.ts';
import type { TransferBatch } from '../../vfs/view.ts';
import { ApiFailure, SuccessText } from './envelope.ts';
import { fsBatchRename, fsRegexRename } from './fs-rename-routes.ts';
import { may, Permission } from '../../core/rights.ts';
import { beginSave } from '../../shares/save/begin-save.ts';
import { beginTransfer } from '../../transfers/begin-transfer.ts';
import { type ApiContext, route, type Route, type Session } from './route.ts';
import { taskRecord } from './task-record.ts';

/** `fs/mkdir` (API reference §3.7). A file in the way has a code and a text of its own here. */
const fsMkdir = route({
  method: 'POST',
  path: '/fs/mkdir',
  access: 'user',
  request: z.object({ path: z.string() }),
  async run({ path }, { view, ctx }) {
    try {
      await view.mkdir(normalizePath(path), ctx);
    } catch (error) {
      if (error instanceof StorageError && error.code === 'exists') throw new ApiFailure(500, 'file exists');
      throw error;
    }
  },
});

/** `fs/rename` (API reference §3.7). */
const fsRename = route({
  method: 'POST',
  path: '/fs/rename',
  access: 'user',
  request: z.object({ path: z.string(), name: z.string(), overwrite: z.boolean().default(false) }),
  run: ({ path, name, overwrite }, { view, ctx }) =>
    view.rename(normalizePath(path), { name, overwrite }, ctx),
});

const transferRequest = z.object({
  src_dir: z.string(),
  dst_dir: z.string(),
  names: z.array(z.string()).default([]),
  overwrite: z.boolean().default(false),
  skip_existing: z.boolean().default(false),
  /** Beyond AList, between storages: a file whose name is taken gets a number. */
  rename: z.boolean().default(false),
});

function batchOf({ src_dir, dst_dir, names }: z.output<typeof transferRequest>): TransferBatch {
  checkNames(names);
  return { from: normalizePath(src_dir), names, to: normalizePath(dst_dir) };
}

/** Between storages tasks do it. Undefined within one, which does it by itself. */
async function transferTasks(
  how: 'copy' | 'move',
  input: z.output<typeof transferRequest>,
  { session, door }: { readonly session: Session; readonly door: ApiContext },
): Promise<object | undefined> {
  const { view, user, ctx, clientId } = session;
  const options = { overwrite: input.overwrite, skipExisting: input.skip_existing, rename: input.rename };
  const wish = { how, batch: batchOf(input), options };
  const tasks = await beginTransfer(wish, { view, tasks: () => door.tasks.of(user), rights: user }, ctx);
  return tasks && { tasks: tasks.map((task) => taskRecord(task, user, clientId)) };
}

/**
 * From a share to a drive of the same cloud no bytes have to travel. Where names may be taken, they do: clouds that save shares don't replace.
 */
async function saved(
  input: z.output<typeof transferRequest>,
  { session, door }: { readonly session: Session; readonly door: ApiContext },
): Promise<object | undefined> {
  const { view, user, ctx, clientId } = session;
  if (input.overwrite || input.skip_existing || input.rename) return undefined;
  if (!may(user, Permission.copy) || !may(user, Permission.write)) return undefined;
  const task = await beginSave(batchOf(input), { view, tasks: () => door.tasks.of(user) }, ctx);
  return task && { tasks: [taskRecord(task, user, clientId)] };
}

/** `fs/move` (API reference §3.8). */
const fsMove = route({
  method: 'POST',
  path: '/fs/move',
  access: 'user',
  request: transferRequest,
  async run(input, session, door) {
    const begun = await transferTasks('move', input, { session, door });
    if (begun !== undefined) return begun;
    const options = { overwrite: input.overwrite, skipExisting: input.skip_existing };
    await session.view.move(batchOf(input), options, session.ctx);
    return null;
  },
});

/** `fs/copy` (API reference §3.8). */
const fsCopy = route({
  method: 'POST',
  path: '/fs/copy',
  access: 'user',
  request: transferRequest,
  async run(input, session, door) {
    const begun =
      (await saved(input, { session, door })) ?? (await transferTasks('copy', input, { session, door }));
    if (begun !== undefined) return begun;
    const options = { overwrite: input.overwrite, skipExisting: input.skip_existing };
    await session.view.copy(batchOf(input), options, session.ctx);
    return { tasks: [] };
  },
});

/** `fs/recursive_move` (API reference §3.9). Its success has a text of its own. */
const fsRecursiveMove = route({
  method: 'POST',
  path: '/fs/recursive_move',
  access: 'user',
  request: z.object({
    src_dir: z.string(),
    dst_dir: z.string(),
    conflict_policy: z.enum(['cancel', 'overwrite', 'skip']).default('cancel'),
  }),
  async run({ src_dir, dst_dir, conflict_policy: policy }, { view, ctx }) {
    const way = { from: normalizePath(src_dir), to: normalizePath(dst_dir) };
    const options = { overwrite: policy === 'overwrite', skipExisting: policy === 'skip' };
    const count = await view.flatten(way, options, ctx);
    return new SuccessText(`Successfully moved ${count} ${count === 1 ? 'file' : 'files'}`);
  },
});

/** `fs/remove` (API reference §3.9). */
const fsRemove = route({
  method: 'POST',
  path: '/fs/remove',
  access: 'user',
  request: z.object({ dir: z.string(), names: z.array(z.string()).default([]) }),
  run({ dir, names }, { view, ctx }) {
    checkNames(names);
    return view.remove(normalizePath(dir), names, ctx);
  },
});

/** `fs/remove_empty_directory` (API reference §3.9). */
const fsRemoveEmptyDirectory = route({
  method: 'POST',
  path: '/fs/remove_empty_directory',
  access: 'user',
  request: z.object({ src_dir: z.string() }),
  run: ({ src_dir }, { view, ctx }) => view.prune(normalizePath(src_dir), ctx),
});

function checkNames(names: readonly string[]): void {
  if (names.length === 0) throw new ApiFailure(400, 'Empty file names');
}

/** Everything that changes the tree and brings no bytes along. */
export const fsWriteRoutes: readonly Route[] = [
  fsMkdir,
  fsRename,
  fsBatchRename,
  fsRegexRename,
  fsMove,
  fsCopy,
  fsRecursiveMove,
  fsRemove,
  fsRemoveEmptyDirectory,
];
