import type { Ctx, Env } from '../../../core/driver.ts';
import type { EntryId } from '../../../core/entry.ts';
import { isAbort, StorageError } from '../../../core/errors.ts';
import type { Leftover } from '../account-record.ts';
import { attempt } from '../attempts.ts';
import type { DriveFiles } from '../drive-files.ts';
import { isNumbered, nameTaken } from '../exact-name.ts';
import type { Naming } from '../naming.ts';
import type { ApiRoot } from '../platforms.ts';
import type { DriveClient } from '../session.ts';
import type { Tasks } from '../tasks.ts';
import { readFile, readFilePage, type WireFile } from '../wire.ts';
import { Leftovers } from './leftovers.ts';
import { type Announced, type Begun, readAnnounced } from './ticket.ts';

const PENDING_FILTER = JSON.stringify({ trashed: { eq: false }, phase: { eq: 'PHASE_TYPE_PENDING' } });
/** Ten thousand pending uploads in one folder. */
const MAX_PENDING_PAGES = 20;
const UNDO_MS = 20_000;

/** A file that is about to be uploaded. */
export interface Announcement {
  readonly folder: EntryId;
  readonly name: string;
  readonly size: number;
  /** Upper case. */
  readonly gcid: string;
}

export interface AnnouncementsOptions {
  readonly drive: DriveClient;
  readonly apiRoot: ApiRoot;
  readonly files: DriveFiles;
  readonly naming: Naming;
  readonly tasks: Tasks;
  readonly env: Pick<Env, 'clock' | 'random' | 'log'>;
  /** Fires when the storage is closed. */
  readonly lifetime: AbortSignal;
}

/**
 * Announces uploads to a drive and takes announcements back (protocol reference §4.4, §4.8). Each announcement makes a file that is
 * invisible until its bytes have come, and holds the name: none that failed may stay.
 */
export class Announcements {
  /** Of failed uploads, what could not be removed. */
  readonly leftovers: Leftovers;
  readonly #options: AnnouncementsOptions;
  /** Files whose bytes are on their way. */
  readonly #live = new Set<EntryId>();

  constructor(options: AnnouncementsOptions) {
    this.#options = options;
    this.leftovers = new Leftovers({
      book: options.drive.leftovers,
      remove: (leftover, ctx) => this.#removeLeftover(leftover, ctx),
      env: options.env,
      lifetime: options.lifetime,
    });
  }

  /**
   * Announces a file under exactly its name. What an upload of the same file that broke off has left in the folder is removed.
   * To be called by one caller at a time for a folder.
   * @throws StorageError `exists`, `quota_exceeded`, …; nothing is left then.
   */
  async make(wanted: Announcement, ctx: Ctx): Promise<Announced> {
    await this.leftovers.tidy(ctx);
    const before = await this.#options.naming.idsWithout(wanted.folder, wanted.name, ctx);
    const made = await this.#create(wanted, before, ctx);
    if (made.file.name === wanted.name) return this.#keep(made);
    await this.undo(made, ctx);
    const freed = await this.#removeTwins(wanted, ctx);
    if (freed === 0) throw nameTaken(wanted.name);
    const again = await this.#create(wanted, before, ctx);
    if (again.file.name === wanted.name) return this.#keep(again);
    await this.undo(again, ctx);
    throw nameTaken(wanted.name);
  }

  /**
   * Removes an announced file, whatever has become of it, and its task. Has a time limit of its own, and never throws: what could not be
   * removed is tried again later.
   */
  async undo({ file, taskId }: Begun, ctx: Ctx): Promise<void> {
    const leftover = { fileId: file.id, taskId };
    try {
      await withinLimit(ctx, (own) => this.#remove(leftover, own));
    } catch (error) {
      const text = 'an upload that failed could not be cleaned up; it is tried again';
      this.#options.env.log.warn({ vendor: 'PikPak', error }, text);
      await this.leftovers.note(leftover);
    }
    this.#live.delete(file.id);
  }

  /** What has become whole meanwhile stays: it can be seen, and somebody may count on it. */
  async #removeLeftover(leftover: Leftover, ctx: Ctx): Promise<void> {
    try {
      const file = readFile(await this.#options.files.get(`/drive/v1/files/${leftover.fileId}`, {}, ctx));
      if (file?.present === true) return;
    } catch (error) {
      if (!(error instanceof StorageError) || error.code !== 'not_found') throw error;
    }
    await this.#remove(leftover, ctx);
  }

  async #remove({ fileId, taskId }: Leftover, ctx: Ctx): Promise<void> {
    const { drive, apiRoot: root, env } = this.#options;
    try {
      await this.#purge(fileId, ctx);
    } catch (error) {
      if (!(error instanceof StorageError) || error.code !== 'not_found') throw error; // gone is fine
    }
    if (taskId === '') return;
    const query = { task_ids: taskId, delete_files: 'false' };
    const call = { root, method: 'DELETE', path: '/drive/v1/tasks', query } as const;
    await attempt(() => drive.call(call, ctx), env, { signal: ctx.signal });
  }

  /** Takes up an upload that a process before this one has announced. */
  adopt({ file }: Begun): void {
    this.#live.add(file.id);
  }

  /** Leaves an upload as it is, for another process to go on with. */
  leave({ file }: Begun): void {
    this.#live.delete(file.id);
  }

  /** The upload has come to its good end. */
  done({ file }: Begun): void {
    this.#live.delete(file.id);
  }

  #keep(made: Announced): Announced {
    this.#live.add(made.file.id);
    return made;
  }

  async #create(wanted: Announcement, before: ReadonlySet<EntryId>, ctx: Ctx): Promise<Announced> {
    const { drive, apiRoot: root, env } = this.#options;
    const body = {
      kind: 'drive#file',
      name: wanted.name,
      parent_id: wanted.folder,
      size: wanted.size,
      hash: wanted.gcid,
      upload_type: 'UPLOAD_TYPE_RESUMABLE',
      objProvider: { provider: 'UPLOAD_TYPE_UNKNOWN' },
      folder_type: 'NORMAL',
    };
    const call = { root, method: 'POST', path: '/drive/v1/files', body } as const;
    const look = () => this.#findLost(wanted, before, ctx);
    const create = async () => readAnnounced(await drive.call(call, ctx));
    try {
      return await attempt(create, env, { signal: ctx.signal, look });
    } catch (error) {
      const lost = await this.#afterFailure(error, wanted, before, ctx);
      if (lost !== undefined) return lost;
      throw error;
    }
  }

  /** After the last try as after the others: what it may have made is found, or removed. */
  async #afterFailure(
    error: unknown,
    wanted: Announcement,
    before: ReadonlySet<EntryId>,
    ctx: Ctx,
  ): Promise<Announced | undefined> {
    const open =
      isAbort(error) ||
      (error instanceof StorageError && ['unavailable', 'timeout', 'protocol'].includes(error.code));
    if (!open) return undefined;
    try {
      return await withinLimit(ctx, (own) => this.#findLost(wanted, before, own));
    } catch (cause) {
      this.#options.env.log.warn({ vendor: 'PikPak', error: cause }, 'a lost upload could not be looked for');
      return undefined;
    }
  }

  /**
   * What a create whose answer got lost has made: a file that was complete at once, whose content PikPak had; what waits for bytes is
   * removed, since its credentials are lost as well.
   */
  async #findLost(
    wanted: Announcement,
    before: ReadonlySet<EntryId>,
    ctx: Ctx,
  ): Promise<Announced | undefined> {
    for await (const file of this.#options.files.children(wanted.folder, ctx)) {
      if (!before.has(file.id) && file.name === wanted.name && isContent(file, wanted))
        return { file, taskId: '' };
    }
    await this.#removeTwins(wanted, ctx);
    return undefined;
  }

  /** Removes pending files of the same name and content whose bytes nobody here is sending. How many there were. */
  async #removeTwins(wanted: Announcement, ctx: Ctx): Promise<number> {
    let removed = 0;
    for (const file of await this.#pending(wanted.folder, ctx)) {
      const named = file.name === wanted.name || isNumbered(file.name, wanted.name);
      if (!named || !isContent(file, wanted) || this.#live.has(file.id)) continue;
      await this.#purge(file.id, ctx);
      removed += 1;
    }
    return removed;
  }

  async #pending(folder: EntryId, ctx: Ctx): Promise<readonly WireFile[]> {
    const found: WireFile[] = [];
    let pageToken = '';
    for (let pages = 0; pages < MAX_PENDING_PAGES; pages += 1) {
      const query = {
        parent_id: folder,
        limit: '500',
        filters: PENDING_FILTER,
        ...(pageToken === '' ? {} : { page_token: pageToken }),
      };
      const page = readFilePage(await this.#options.files.get('/drive/v1/files', query, ctx));
      found.push(...page.files);
      if (page.nextPageToken === '') break;
      pageToken = page.nextPageToken;
    }
    return found;
  }

  async #purge(id: EntryId, ctx: Ctx): Promise<void> {
    const isDone = async (): Promise<boolean> => {
      try {
        await this.#options.files.get(`/drive/v1/files/${id}`, {}, ctx);
        return false;
      } catch (error) {
        if (error instanceof StorageError && error.code === 'not_found') return true;
        throw error;
      }
    };
    await this.#options.tasks.run({ name: 'batchDelete', body: { ids: [id] }, isDone }, ctx);
  }
}

/** Whether a file is said to hold what was announced. */
export function isContent(file: WireFile, { gcid, size }: Pick<Announcement, 'gcid' | 'size'>): boolean {
  return !file.folder && file.size === size && file.gcid.toUpperCase() === gcid;
}

/** Runs `job` with a signal of its own: whoever has left must not stop the tidying up, and it must end. */
export async function withinLimit<T>(ctx: Ctx, job: (own: Ctx) => Promise<T>): Promise<T> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), UNDO_MS);
  try {
    return await job({ ...ctx, signal: over.signal });
  } finally {
    clearTimeout(timer);
  }
}
