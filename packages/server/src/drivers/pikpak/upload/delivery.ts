import { throwIfAborted } from '../../../core/abort.ts';
import type { Ctx, Env, UploadJournal, UploadSource } from '../../../core/driver.ts';
import type { Entry } from '../../../core/entry.ts';
import { StorageError } from '../../../core/errors.ts';
import type { HttpClient } from '../../../core/http-client.ts';
import { entryOf } from '../files.ts';
import type { DriveClient } from '../session.ts';
import type { WireFile } from '../wire.ts';
import { type Announcement, type Announcements, isContent, withinLimit } from './announcements.ts';
import type { Arrival } from './arrival.ts';
import { ObjectStore, TicketOver } from './object-store.ts';
import {
  type FoundUpload,
  forgetUpload,
  isSameUpload,
  type SavedUpload,
  savedUpload,
  saveUpload,
} from './saved-upload.ts';
import { type Announced, type Begun, unreadable } from './ticket.ts';
import { transfer } from './transfer.ts';

/** What deliveries work with. */
export interface DeliveryTools {
  readonly drive: DriveClient;
  readonly announcements: Announcements;
  readonly arrival: Arrival;
  /** The storage's way out; asked at every upload. */
  readonly http: () => HttpClient;
  readonly env: Pick<Env, 'clock' | 'random' | 'log'>;
  /** Fires when the storage is closed. */
  readonly lifetime: AbortSignal;
}

/** One file on its way to the drive: announced, or taken up where a process before this one has left it. */
export class Delivery {
  readonly #tools: DeliveryTools;
  readonly #wanted: Announcement;
  readonly #source: UploadSource;

  constructor(tools: DeliveryTools, wanted: Announcement, source: UploadSource) {
    this.#tools = tools;
    this.#wanted = wanted;
    this.#source = source;
  }

  /** Credentials that are over can't be renewed (protocol reference §4.5): it is announced once more, and sent anew. */
  async run(ctx: Ctx): Promise<Entry> {
    const earlier = await this.#earlier(ctx);
    if (earlier !== undefined && !(earlier instanceof TicketOver)) return earlier;
    const first = await this.#begin(ctx);
    if (!(first instanceof TicketOver)) return first;
    const second = await this.#begin(ctx);
    if (!(second instanceof TicketOver)) return second;
    throw new StorageError('unavailable', "PikPak's store keeps refusing the upload.", {
      detail: { vendorCode: second.code, remedy: "Check this server's clock, then upload the file again." },
      cause: second,
    });
  }

  /** What was begun before: gone on with, or taken back where it was to become another file. */
  async #earlier(ctx: Ctx): Promise<Entry | TicketOver | undefined> {
    const found = await savedUpload(this.#source.journal);
    if (found === undefined) return undefined;
    if (isSameUpload(found.announced, this.#wanted)) return this.#goOn(found.upload, ctx);
    await leftUpload(found, { tools: this.#tools, journal: this.#source.journal, drop: true }, ctx);
    return undefined;
  }

  /** Undefined when what was announced is gone. */
  async #goOn(saved: SavedUpload, ctx: Ctx): Promise<Entry | TicketOver | undefined> {
    const { announcements, arrival } = this.#tools;
    let there: WireFile | undefined;
    try {
      there = await arrival.look(saved.file.id, this.#wanted, ctx);
    } catch (error) {
      if (error instanceof StorageError && error.code === 'not_found') return undefined;
      if (error instanceof StorageError && error.retry === 'later') throw error; // it can be gone on with another time
      return this.#orTakenBack(saved, ctx, () => Promise.reject(error));
    }
    announcements.adopt(saved);
    return this.#orTakenBack(saved, ctx, async () => there ?? (await this.#send(saved, ctx)));
  }

  async #begin(ctx: Ctx): Promise<Entry | TicketOver> {
    const announced = await this.#announce(ctx);
    const outcome = await this.#orTakenBack(announced, ctx, async () => {
      const { file, taskId, ticket } = announced;
      if (ticket !== undefined) return this.#send({ file, taskId, ticket, uploadId: '' }, ctx);
      if (!file.present || !isContent(file, this.#wanted)) throw unreadable();
      return file;
    });
    if (outcome === undefined) throw unreadable();
    return outcome;
  }

  /** An upload that fails is taken back, unless the gateway stops: then it waits for the next process. */
  async #orTakenBack(
    begun: Begun,
    ctx: Ctx,
    bring: () => Promise<WireFile | undefined>,
  ): Promise<Entry | TicketOver | undefined> {
    const { announcements } = this.#tools;
    const { journal } = this.#source;
    try {
      const file = await bring();
      announcements.done(begun);
      return file && entryOf(file);
    } catch (error) {
      if (staysFor(journal, error)) {
        announcements.leave(begun);
        throw error;
      }
      await announcements.undo(begun, ctx);
      await forgetUpload(journal);
      if (error instanceof TicketOver) return error;
      throw error;
    }
  }

  /** Nobody else puts anything into the folder meanwhile. A create that has begun is not broken off: it would leave a file behind. */
  async #announce(ctx: Ctx): Promise<Announced> {
    const { announcements, drive, lifetime } = this.#tools;
    const make = async (): Promise<Announced> => {
      const announced = await announcements.make(this.#wanted, { ...ctx, signal: lifetime });
      if (!ctx.signal.aborted) return announced;
      await announcements.undo(announced, ctx);
      throwIfAborted(ctx.signal);
      return announced;
    };
    return drive.turns.run(this.#wanted.folder, make, ctx.signal);
  }

  async #send(upload: SavedUpload, ctx: Ctx): Promise<WireFile> {
    const { env, drive, http, arrival } = this.#tools;
    const [source, wanted] = [this.#source, this.#wanted];
    const { file, taskId, ticket } = upload;
    const store = new ObjectStore(ticket, { http: http(), now: () => env.clock.now() + drive.skewMs() });
    let { uploadId } = upload;
    if (uploadId === '') await saveUpload(source.journal, wanted, upload);
    const onBegun = (id: string): Promise<void> => {
      uploadId = id;
      return saveUpload(source.journal, wanted, { ...upload, uploadId });
    };
    try {
      const job = { store, source, gcid: wanted.gcid, uploadId, waiting: env, signal: ctx.signal, onBegun };
      await transfer(job);
    } catch (error) {
      const there = error instanceof TicketOver ? await this.#lookAfter(error, upload, ctx) : undefined;
      if (there !== undefined) return there;
      if (uploadId !== '' && !staysFor(source.journal, error)) await this.#abort(store, uploadId, ctx);
      throw error;
    }
    return arrival.wait({ id: file.id, taskId }, wanted, ctx);
  }

  /**
   * Where only the answer got lost, the store has forgotten the upload because it is complete. For one that was taken up, that may have
   * been a moment ago, and the file is still to come.
   */
  async #lookAfter(over: TicketOver, upload: SavedUpload, ctx: Ctx): Promise<WireFile | undefined> {
    const { arrival } = this.#tools;
    const { file, taskId, uploadId } = upload;
    const there = await arrival.look(file.id, this.#wanted, ctx);
    if (there !== undefined || over.code !== 'NoSuchUpload' || uploadId === '') return there;
    try {
      return await arrival.wait({ id: file.id, taskId }, this.#wanted, ctx);
    } catch (error) {
      if (error instanceof StorageError && error.code === 'timeout') return undefined;
      throw error;
    }
  }

  async #abort(store: ObjectStore, uploadId: string, ctx: Ctx): Promise<void> {
    try {
      await withinLimit(ctx, ({ signal }) => store.abort(uploadId, signal));
    } catch (error) {
      this.#tools.env.log.debug({ vendor: 'PikPak', error }, 'the parts of an upload were not aborted');
    }
  }
}

/** Whether what has been sent is of use to another try, by this process or the next. */
function staysFor(journal: UploadJournal | undefined, error: unknown): boolean {
  if (journal?.suspended.aborted === true) return true;
  return journal?.triesAgain === true && error instanceof StorageError && error.retry === 'later';
}

/**
 * What has become of an upload that was begun before: its file when it is whole. With `drop` anything else is taken back, also what was
 * announced and holds other bytes.
 * @throws StorageError when PikPak can't be asked.
 */
export async function leftUpload(
  { upload, announced }: FoundUpload,
  {
    tools: { announcements, arrival },
    journal,
    drop,
  }: {
    readonly tools: Pick<DeliveryTools, 'announcements' | 'arrival'>;
    readonly journal: UploadJournal | undefined;
    readonly drop: boolean;
  },
  ctx: Ctx,
): Promise<WireFile | undefined> {
  let file: WireFile | undefined;
  try {
    file = await arrival.look(upload.file.id, announced, ctx);
  } catch (error) {
    if (!(error instanceof StorageError) || error.retry === 'later') throw error;
    if (error.code === 'not_found') {
      if (drop) await forgetUpload(journal);
      return undefined;
    }
  }
  if (file !== undefined || !drop) return file;
  await announcements.undo(upload, ctx);
  await forgetUpload(journal);
  return undefined;
}
