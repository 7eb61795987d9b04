import type { IncomingMessage } from 'node:http';
import { type StorageErrorCode, StorageError } from '../../core/errors.ts';
import { bodyOf } from '../../http/request-body.ts';
import type { SpooledFile } from '../../uploads/spool.ts';
import type { DoorContext } from '../context.ts';
import { ApiFailure } from './envelope.ts';
import { takeFormFile } from './form-file.ts';
import type { Session } from './route.ts';
import { taskRecord } from './task-record.ts';
import { beginUpload } from '../../transfers/begin-upload.ts';
import { readUploadHead, type UploadHead } from './upload-headers.ts';

/** A route whose body is read from the socket as it comes, and answered in the API's envelope. */
export interface StreamRoute {
  readonly method: string;
  /** Below `/api`. */
  readonly path: string;
  run(req: IncomingMessage, session: Session, door: DoorContext): Promise<unknown>;
}

type Texts = Partial<Record<StorageErrorCode, { readonly code: number; readonly message: string }>>;

/**
 * `fs/put` (API reference §3.10). It answers when the storage has the file; with `As-Task` when the gateway has it, with the task that
 * stores it. Guests have no tasks: theirs is stored at once. A body without a length is taken too.
 */
const fsPut: StreamRoute = {
  method: 'PUT',
  path: '/fs/put',
  async run(req, session, door) {
    const head = readUploadHead(req.headers);
    const told = req.headers['content-length'];
    const size = told === undefined ? head.size : Number(told);
    const texts = { unsupported: { code: 500, message: 'upload not supported' } };
    return store(head, texts, { session, door }, (take) => take(bodyOf(req), size));
  },
};

/** `fs/form` (API reference §3.11): the same with the bytes in a form. */
const fsForm: StreamRoute = {
  method: 'PUT',
  path: '/fs/form',
  async run(req, session, door) {
    const head = readUploadHead(req.headers);
    const texts = { unsupported: { code: 405, message: "Current storage doesn't support upload" } };
    return store(head, texts, { session, door }, (take) =>
      takeFormFile(req, (body) => take(body, head.size)),
    );
  },
};

type Take = (body: AsyncIterable<Uint8Array>, size: number | undefined) => Promise<SpooledFile>;

/** Asks whether the file may come, takes it in, and hands it on. */
async function store(
  { path, options, hashes, asTask }: UploadHead,
  texts: Texts,
  { session, door }: { readonly session: Session; readonly door: DoorContext },
  receive: (take: Take) => Promise<SpooledFile>,
): Promise<{ readonly task: object } | null> {
  const { view, user, ctx } = session;
  try {
    const compute = await view.uploadHashes(path, options, ctx);
    const file = await receive((body, size) => {
      const expected = { hashes, compute, owner: user.id, ...(size === undefined ? {} : { size }) };
      return door.spool.receive(body, expected, ctx.signal);
    });
    if (asTask && user.role !== 'guest') {
      const tools = { view, tasks: door.tasks.of(user), held: door.spool.held, rights: user };
      const task = await beginUpload({ path, file, options }, tools, ctx);
      return { task: taskRecord(task, user, session.clientId) };
    }
    try {
      await view.upload(path, file, options, ctx);
      return null;
    } finally {
      await file.discard();
    }
  } catch (error) {
    const known = error instanceof StorageError ? { ...TEXTS, ...texts }[error.code] : undefined;
    throw known === undefined ? error : new ApiFailure(known.code, known.message);
  }
}

/** Texts that clients compare (API reference §1.3). */
const TEXTS: Texts = { exists: { code: 403, message: 'file exists' } };

export const uploadRoutes: readonly StreamRoute[] = [fsPut, fsForm];
