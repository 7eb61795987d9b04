import { z } from 'zod';
import { StorageError } from '../../core/errors.ts';
import { normalizePath } from '../../core/path.ts';
import { beginSave } from '../../shares/save/begin-save.ts';
import { ApiFailure } from './envelope.ts';
import { route, type Route } from './route.ts';
import { taskRecord } from './task-record.ts';

/** Ours: saves entries of a share's folder, without names all that it holds, into a folder of a drive of the same cloud; as a task. */
const save = route({
  method: 'POST',
  path: '/fs/share/save',
  access: 'user',
  request: z.object({
    src_dir: z.string(),
    names: z.array(z.string()).max(10_000).default([]),
    dst_dir: z.string(),
  }),
  async run({ src_dir, names, dst_dir }, { user, view, ctx, clientId }, door) {
    if (user.role === 'guest') throw new ApiFailure(403, 'You are a guest');
    const batch = { from: normalizePath(src_dir), names, to: normalizePath(dst_dir) };
    const task = await beginSave(batch, { view, tasks: () => door.tasks.of(user) }, ctx);
    if (task !== undefined) return { task: taskRecord(task, user, clientId) };
    throw new StorageError(
      'unsupported',
      'only what is in a share can be saved, and only to a drive of the same cloud',
      {
        detail: { remedy: 'Copy it instead.' },
      },
    );
  },
});

/** Saving what somebody shared. */
export const shareSaveRoutes: readonly Route[] = [save];
