import type { Ctx } from '../../../core/driver.ts';
import type { EntryId } from '../../../core/entry.ts';
import { StorageError } from '../../../core/errors.ts';
import type { Clock } from '../../../core/runtime.ts';
import type { DriveFiles } from '../drive-files.ts';
import { readFile, textOf, type WireFile } from '../wire.ts';
import { type Announcement, isContent } from './announcements.ts';
import { changed } from './checked-bytes.ts';

/** Protocol reference §4.8, §7.2: 117.5 s in all. */
const WAITS_MS: readonly number[] = [500, 1000, 2000, 4000, ...Array.from({ length: 22 }, () => 5000)];

/** How long a pause that PikPak asks for is waited out: the bytes are there, and giving up would not take them back. */
const LONGEST_PAUSE_MS = 30 * 60_000;

type Content = Pick<Announcement, 'gcid' | 'size'>;

/** Waits until PikPak has taken an upload in (protocol reference §4.8). */
export class Arrival {
  readonly #files: DriveFiles;
  readonly #clock: Clock;

  constructor(files: DriveFiles, clock: Clock) {
    this.#files = files;
    this.#clock = clock;
  }

  /**
   * The file once it is complete.
   * @throws StorageError `protocol` when it holds something else, `unavailable` when PikPak gave it up, `timeout` after two minutes.
   */
  async wait(
    upload: { readonly id: EntryId; readonly taskId: string },
    content: Content,
    ctx: Ctx,
  ): Promise<WireFile> {
    let pauseLeft = LONGEST_PAUSE_MS;
    for (const wait of WAITS_MS) {
      await this.#clock.sleep(wait, ctx.signal);
      try {
        const file = await this.look(upload.id, content, ctx);
        if (file !== undefined) return file;
        await this.#checkTask(upload.taskId, ctx);
      } catch (error) {
        const pause = pauseAskedFor(error);
        if (pause === undefined || pause > pauseLeft) throw error;
        pauseLeft -= pause;
        await this.#clock.sleep(pause, ctx.signal);
      }
    }
    throw new StorageError('timeout', 'PikPak has the bytes, but does not make a file of them.', {
      detail: { remedy: 'Upload the file again in a while.' },
    });
  }

  /** The file when it is complete; undefined while it isn't. @throws StorageError `protocol` when it holds something else. */
  async look(id: EntryId, content: Content, ctx: Ctx): Promise<WireFile | undefined> {
    const json = await this.#files.get(`/drive/v1/files/${id}`, {}, ctx);
    const file = readFile(json);
    if (textOf(json['phase']) === 'PHASE_TYPE_ERROR') throw givenUp();
    if (file === undefined || !file.present) return undefined;
    if (!isContent(file, content)) throw changed();
    return file;
  }

  async #checkTask(taskId: string, ctx: Ctx): Promise<void> {
    if (taskId === '') return;
    try {
      const task = await this.#files.get(`/drive/v1/tasks/${encodeURIComponent(taskId)}`, {}, ctx);
      if (textOf(task['phase']) === 'PHASE_TYPE_ERROR') throw givenUp();
    } catch (error) {
      // A task that PikPak has forgotten tells nothing; the file does.
      if (!(error instanceof StorageError) || error.code !== 'not_found') throw error;
    }
  }
}

/** Milliseconds; undefined for an error that asks for no pause. */
function pauseAskedFor(error: unknown): number | undefined {
  if (!(error instanceof StorageError) || error.code !== 'rate_limited') return undefined;
  return error.retryAfterMs;
}

function givenUp(): StorageError {
  return new StorageError('unavailable', 'PikPak gave the upload up.', {
    detail: { remedy: 'Upload the file again. If it stays, look at the space in the account.' },
  });
}
