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
import { Announcements } from './announcements.ts';
import { Arrival } from './arrival.ts';
import { Delivery, type DeliveryTools, leftUpload } from './delivery.ts';
import { GCID_HASH } from './gcid.ts';
import { savedUpload } from './saved-upload.ts';

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
 * fails is taken back, also when the caller has left; what the gateway's stop or its crash has broken off is gone on with.
 */
export class Uploads {
  readonly #root: EntryId;
  readonly #files: DriveFiles;
  readonly #tools: DeliveryTools;
  readonly #running = new Set<Promise<unknown>>();
  readonly #lifetime = new AbortController();

  constructor(options: UploadsOptions) {
    const { drive, apiRoot, env } = options;
    const tasks = new Tasks(drive, apiRoot, env);
    const naming = new Naming(drive, apiRoot, env);
    this.#root = options.root;
    this.#files = new DriveFiles(patientDrive(drive, env), apiRoot);
    this.#tools = {
      drive,
      announcements: new Announcements({
        drive,
        apiRoot,
        files: this.#files,
        naming,
        tasks,
        env,
        lifetime: this.#lifetime.signal,
      }),
      arrival: new Arrival(this.#files, env.clock),
      http: options.http,
      env,
      lifetime: this.#lifetime.signal,
    };
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

  /** As `leftUpload` of `core/driver.ts`. */
  async left({ source, drop }: OpTable['leftUpload']['args'], ctx: Ctx): Promise<{ readonly file?: Entry }> {
    throwIfAborted(ctx.signal);
    const { journal } = source;
    const found = await savedUpload(journal);
    if (found === undefined) return {};
    const file = await leftUpload(found, { tools: this.#tools, journal, drop }, ctx);
    return file === undefined ? {} : { file: entryOf(file) };
  }

  /** Goes on removing what failed uploads of a process before this one have left. */
  wake(): void {
    this.#tools.announcements.leftovers.wake();
  }

  /** Stops what is under way, and resolves when it has been taken back. */
  async close(): Promise<void> {
    this.#lifetime.abort();
    await Promise.all(this.#running);
    await this.#tools.announcements.leftovers.ended();
  }

  async #run({ dir, name, source }: UploadArgs, ctx: Ctx): Promise<Entry> {
    throwIfAborted(ctx.signal);
    checkPikPakName(name);
    const folder = dir === this.#root ? dir : checkedId(dir);
    const suspended = source.journal?.suspended;
    const ends = [ctx.signal, this.#lifetime.signal, ...(suspended === undefined ? [] : [suspended])];
    const busy = { ...ctx, signal: AbortSignal.any(ends) };
    try {
      await this.#files.checkFolder(folder, busy);
      const gcid = (await source.hash(GCID_HASH, busy.signal)).toUpperCase();
      if (!GCID.test(gcid))
        throw new StorageError('invalid_argument', "The file's hash is none of PikPak's.");
      const wanted = { folder, name, gcid, size: source.size };
      return await new Delivery(this.#tools, wanted, source).run(busy);
    } catch (error) {
      if (!isAbort(error) || ctx.signal.aborted) throw error;
      throw suspended?.aborted === true ? stopping(error) : closed(error);
    }
  }
}

function closed(cause: unknown): StorageError {
  return new StorageError('unavailable', 'This storage has been closed.', { retry: 'later', cause });
}

function stopping(cause: unknown): StorageError {
  return new StorageError(
    'unavailable',
    'The gateway is stopping. It goes on with the upload when it runs again.',
    {
      retry: 'later',
      cause,
    },
  );
}
