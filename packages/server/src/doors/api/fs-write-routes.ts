import { z } from 'zod';
import { StorageError } from '../../core/errors.ts';
import { normalizePath } from '../../core/path.ts';
import type { TransferBatch } from '../../vfs/view.ts';
import { ApiFailure, SuccessText } from './envelope.ts';
import { fsBatchRename, fsRegexRename } from './fs-rename-routes.ts';
import { route, type Route } from './route.ts';

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
});

function batchOf({ src_dir, dst_dir, names }: z.output<typeof transferRequest>): TransferBatch {
  checkNames(names);
  return { from: normalizePath(src_dir), names, to: normalizePath(dst_dir) };
}

/** `fs/move` (API reference §3.8). */
const fsMove = route({
  method: 'POST',
  path: '/fs/move',
  access: 'user',
  request: transferRequest,
  async run(input, { view, ctx }) {
    await view.move(batchOf(input), { overwrite: input.overwrite, skipExisting: input.skip_existing }, ctx);
  },
});

/** `fs/copy` (API reference §3.8). The storage copies by itself, so that no task is left to wait for. */
const fsCopy = route({
  method: 'POST',
  path: '/fs/copy',
  access: 'user',
  request: transferRequest,
  async run(input, { view, ctx }) {
    await view.copy(batchOf(input), { overwrite: input.overwrite, skipExisting: input.skip_existing }, ctx);
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
