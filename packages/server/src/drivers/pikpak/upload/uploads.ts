import { throwIfAborted, waitOrAbort } from '../../../core/abort.ts';
import type { Ctx, Env, OpTable } from '../../../core/driver.ts';
import type { Entry, EntryId } from '../../../core/entry.ts';
import { isAbort, StorageError } from '../../../core/errors.ts';
import type { HttpClient } from '../../../core/http-client.ts';
import { patientDrive } from '../attempts.ts';
import { DriveFiles } from '../drive-files.ts';
import { checkPikPakName } from '../exact-name.ts';
import { checkedId, entryOf } from '../files.ts';
import { Naming } from '../naming.ts';
import type { ApiRoot } from '../platforms.ts';
import type { DriveClient } from '../session.ts';
import { Tasks } from '../tasks.ts';
import { type Announcement, Announcements, isContent, withinLimit } from './announcements.ts';
import { Arrival } from './arrival.ts';
import { GCID_HASH } from './gcid.ts';
import { ObjectStore, TicketOver } from './object-store.ts';
import { type Announced, unreadable } from './ticket.ts';
import { transfer } from './transfer.ts';

export interface UploadsOptions {
  readonly drive: DriveClient;
  readonly apiRoot: ApiRoot;
  /** The folder that the storage starts at. */
  readonly root: EntryId;
  /** The storage's way out; asked at every upload. */
  readonly http: () => HttpClient;
  readonly env: Pick<Env, 'clock' | 'random' | 'log'>;
}

const GCID = /^[0-9A-F]{40}$/;

type UploadArgs = OpTable['upload']['args'];

/**
 * Uploads to a drive (protocol reference §4): announced by hash, which may be all that is needed; otherwise the bytes go to the object
 * store with temporary credentials. A file counts as uploaded when PikPak shows it complete, with the announced hash and size. Whatever
 * fails is taken back, also when the caller has left.
 */
export class Uploads {
  readonly #options: UploadsOptions;
  readonly #files: DriveFiles;
  readonly #announcements: Announcements;
  readonly #arrival: Arrival;
  readonly #running = new Set<Promise<unknown>>();
  readonly #lifetime = new AbortController();

  constructor(options: UploadsOptions) {
    const { drive, apiRoot, env } = options;
    const tasks = new Tasks(drive, apiRoot, env);
    const naming = new Naming(drive, apiRoot, env);
    this.#options = options;
    this.#files = new DriveFiles(patientDrive(drive, env), apiRoot);
    this.#announcements = new Announcements({ drive, apiRoot, files: this.#files, naming, tasks, env });
    this.#arrival = new Arrival(this.#files, env.clock);
  }

  /** As `upload` of `core/driver.ts`. Needs the source's `gcid`, and checks it against the bytes as they are sent. */
  upload(args: UploadArgs, ctx: Ctx): Promise<Entry> {
    const job = this.#run(args, ctx);
    const noted: Promise<void> = job.then(
      () => void this.#running.delete(noted),
      () => void this.#running.delete(noted),
    );
    this.#running.add(noted);
    return waitOrAbort(job, ctx.signal);
  }

  /** Stops what is under way, and resolves when it has been taken back. */
  async close(): Promise<void> {
    this.#lifetime.abort();
    await Promise.all(this.#running);
  }

  async #run({ dir, name, source }: UploadArgs, ctx: Ctx): Promise<Entry> {
    throwIfAborted(ctx.signal);
    checkPikPakName(name);
    const folder = dir === this.#options.root ? dir : checkedId(dir);
    const busy = { ...ctx, signal: AbortSignal.any([ctx.signal, this.#lifetime.signal]) };
    try {
      await this.#files.checkFolder(folder, busy);
      const gcid = (await source.hash(GCID_HASH, busy.signal)).toUpperCase();
      if (!GCID.test(gcid))
        throw new StorageError('invalid_argument', "The file's hash is none of PikPak's.");
      const wanted = { folder, name, gcid, size: source.size };
      return await this.#put(wanted, source, busy);
    } catch (error) {
      throw isAbort(error) && !ctx.signal.aborted ? closed(error) : error;
    }
  }

  /** Credentials that are over can't be renewed (protocol reference §4.5): it is announced once more, and sent anew. */
  async #put(wanted: Announcement, source: UploadArgs['source'], ctx: Ctx): Promise<Entry> {
    const first = await this.#attempt(wanted, source, ctx);
    if (!(first instanceof TicketOver)) return first;
    const second = await this.#attempt(wanted, source, ctx);
    if (!(second instanceof TicketOver)) return second;
    throw new StorageError('unavailable', "PikPak's store keeps refusing the upload.", {
      detail: { vendorCode: second.code, remedy: "Check this server's clock, then upload the file again." },
      cause: second,
    });
  }

  async #attempt(wanted: Announcement, source: UploadArgs['source'], ctx: Ctx): Promise<Entry | TicketOver> {
    const announced = await this.#announce(wanted, ctx);
    try {
      const file = await this.#bring(announced, { ...wanted, source }, ctx);
      this.#announcements.done(announced);
      return entryOf(file);
    } catch (error) {
      await this.#announcements.undo(announced, ctx);
      if (error instanceof TicketOver) return error;
      throw error;
    }
  }

  /** Nobody else puts anything into the folder meanwhile. A create that has begun is not broken off: it would leave a file behind. */
  async #announce(wanted: Announcement, ctx: Ctx): Promise<Announced> {
    const own = { ...ctx, signal: this.#lifetime.signal };
    const make = async (): Promise<Announced> => {
      const announced = await this.#announcements.make(wanted, own);
      if (!ctx.signal.aborted) return announced;
      await this.#announcements.undo(announced, ctx);
      throwIfAborted(ctx.signal);
      return announced;
    };
    return this.#options.drive.turns.run(wanted.folder, make, ctx.signal);
  }

  async #bring(
    { file, taskId, ticket }: Announced,
    { source, ...wanted }: Announcement & Pick<UploadArgs, 'source'>,
    ctx: Ctx,
  ) {
    const { env, drive, http } = this.#options;
    if (ticket === undefined) {
      if (!file.present || !isContent(file, wanted)) throw unreadable();
      return file;
    }
    const store = new ObjectStore(ticket, { http: http(), now: () => env.clock.now() + drive.skewMs() });
    let uploadId = '';
    const onBegun = (id: string): void => {
      uploadId = id;
    };
    try {
      await transfer({ store, source, gcid: wanted.gcid, waiting: env, signal: ctx.signal, onBegun });
    } catch (error) {
      // Where only the answer got lost, the store has forgotten the upload because it is complete.
      const there = error instanceof TicketOver ? await this.#arrival.look(file.id, wanted, ctx) : undefined;
      if (there !== undefined) return there;
      if (uploadId !== '') await this.#abort(store, uploadId, ctx);
      throw error;
    }
    return this.#arrival.wait({ id: file.id, taskId }, wanted, ctx);
  }

  async #abort(store: ObjectStore, uploadId: string, ctx: Ctx): Promise<void> {
    try {
      await withinLimit(ctx, ({ signal }) => store.abort(uploadId, signal));
    } catch (error) {
      this.#options.env.log.debug({ vendor: 'PikPak', error }, 'the parts of an upload were not aborted');
    }
  }
}

function closed(cause: unknown): StorageError {
  return new StorageError('unavailable', 'This storage has been closed.', { retry: 'later', cause });
}
