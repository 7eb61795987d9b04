import { z } from 'zod';
import type { Ctx, UploadSource, UploadTarget } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import { baseName, normalizePath } from '../core/path.ts';
import type { Job, TaskKind, TaskOwner } from '../tasks/task.ts';
import type { HeldUploads } from '../uploads/spool.ts';
import type { View } from '../vfs/view.ts';

const MAX_ATTEMPTS = 8;

export const uploadPayload = z.object({
  /** The file in the spool. */
  upload: z.string(),
  /** As its owner sees the tree. */
  path: z.string(),
  size: z.number(),
  overwrite: z.boolean(),
  modified: z.number().optional(),
});

export type UploadPayload = z.output<typeof uploadPayload>;

export interface UploadKindParts {
  readonly held: HeldUploads;
  /** The tree as the task's owner may see it at this moment. */
  readonly viewFor: (owner: TaskOwner) => Promise<View>;
  /** Takes back what was begun of an upload. */
  readonly drop: (target: UploadTarget, source: UploadSource, ctx: Ctx) => Promise<unknown>;
}

/**
 * Takes an upload that is whole on our disk to its storage. What the storage has of it already stays for the next try, also in the next
 * process. The file stays here until nobody can ask for another try: `held-sweep.ts` lets go of it.
 */
export function uploadKind({ held, viewFor, drop }: UploadKindParts): TaskKind<UploadPayload> {
  return {
    kind: 'upload',
    payload: uploadPayload,
    maxAttempts: MAX_ATTEMPTS,
    async run(job) {
      const { upload, path, size, overwrite, modified } = job.payload;
      const file = held.get(upload);
      if (file === undefined) throw gone();
      const view = await viewFor(job.owner);
      const to = normalizePath(path);
      file.willTryAgain();
      await job.save({ step: 'storing' });
      job.report({ bytes: 0, totalBytes: size }, `Storing ${baseName(to)}`);
      const options = { overwrite, ...(modified === undefined ? {} : { modified }) };
      await view.upload(to, counted(file, job), options, { signal: job.signal, priority: 'background' });
      job.report({ bytes: size, totalBytes: size });
      return { type: 'done', status: baseName(to) };
    },
    async windUp({ payload, signal }) {
      const file = held.get(payload.upload);
      const target = file?.journal.target;
      if (file !== undefined && target !== undefined) {
        await drop(target, file, { signal, priority: 'background' });
      }
    },
  };
}

/** The file, telling the task what of it has been read; a part that is read again counts once. */
function counted<T extends UploadSource>(file: T, job: Pick<Job<UploadPayload>, 'report'>): T {
  const read = new Map<number, number>();
  const open = (start: number, end: number): ReadableStream<Uint8Array> => {
    read.set(start, 0);
    const count = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        read.set(start, (read.get(start) ?? 0) + chunk.length);
        const bytes = [...read.values()].reduce((sum, part) => sum + part, 0);
        job.report({ bytes: Math.min(bytes, file.size) });
        controller.enqueue(chunk);
      },
    });
    return file.open(start, end).pipeThrough(count);
  };
  return { ...file, open };
}

function gone(): StorageError {
  return new StorageError('not_found', 'the gateway has not got the bytes of this upload any more', {
    detail: { remedy: 'Upload the file again.' },
  });
}
