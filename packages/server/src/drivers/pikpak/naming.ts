import type { Ctx } from '../../core/driver.ts';
import type { EntryId } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import { isRefusal, patientDrive, type Waiting } from './attempts.ts';
import { DriveFiles } from './drive-files.ts';
import { nameTaken } from './exact-name.ts';
import { shownName } from './files.ts';
import type { ApiRoot } from './platforms.ts';
import type { DriveClient } from './session.ts';
import { readFile, type WireFile } from './wire.ts';

/** A name can stay taken for a moment after what had it is gone. */
const NAME_WAITS_MS: readonly number[] = [500, 1000, 2000];

/** Gives names on PikPak (protocol reference §3.7). All waits are bounded. */
export class Naming {
  readonly #drive: Pick<DriveClient, 'call'>;
  readonly #root: ApiRoot;
  readonly #waiting: Waiting;
  readonly #files: DriveFiles;

  constructor(drive: Pick<DriveClient, 'call'>, root: ApiRoot, waiting: Waiting) {
    this.#drive = patientDrive(drive, waiting);
    this.#root = root;
    this.#waiting = waiting;
    this.#files = new DriveFiles(this.#drive, root);
  }

  /**
   * Gives `file` a name, and answers with the file as it stands then.
   * @throws StorageError `exists`; `invalid_name` when PikPak makes another name of it, which is taken back then.
   */
  async give(file: WireFile, name: string, ctx: Ctx): Promise<WireFile> {
    const named = await this.#patch(file, name, ctx);
    if (named.name === name) return named;
    if (named.name !== file.name) await this.#patch(named, file.name, ctx);
    throw new StorageError('invalid_name', `PikPak makes "${named.name}" of this name.`, {
      detail: { remedy: 'Choose another name.' },
    });
  }

  /** Whether anything in the folder is called so. Stops reading where it is found. */
  async isTaken(folder: EntryId, name: string, ctx: Ctx): Promise<boolean> {
    for await (const child of this.#files.children(folder, ctx)) if (hasName(child, name)) return true;
    return false;
  }

  /**
   * The ids of what a folder holds, to know later what is new in it.
   * @throws StorageError `exists` when something in it is called so.
   */
  async idsWithout(folder: EntryId, names: string | readonly string[], ctx: Ctx): Promise<Set<EntryId>> {
    const wanted = new Set(typeof names === 'string' ? [names] : names);
    const ids = new Set<EntryId>();
    for await (const child of this.#files.children(folder, ctx)) {
      const name = [child.name, shownName(child.name)].find((one) => wanted.has(one));
      if (name !== undefined) throw nameTaken(name);
      ids.add(child.id);
    }
    return ids;
  }

  async #patch(file: WireFile, name: string, ctx: Ctx): Promise<WireFile> {
    const path = `/drive/v1/files/${file.id}`;
    const call = { root: this.#root, method: 'PATCH', path, body: { name } } as const;
    for (const wait of [...NAME_WAITS_MS, undefined]) {
      try {
        return readFile(await this.#drive.call(call, ctx)) ?? (await this.#files.file(file.id, ctx));
      } catch (error) {
        if (isRefusal(error, 'file_rename_to_same_name')) return this.#files.file(file.id, ctx);
        if (!isRefusal(error, 'file_duplicated_name')) throw error;
        if (wait === undefined || (await this.isTaken(file.parentId, name, ctx))) throw nameTaken(name);
        await this.#waiting.clock.sleep(wait, ctx.signal);
      }
    }
    throw nameTaken(name);
  }
}

/** As it is stored, or as it is shown. */
function hasName(file: WireFile, name: string): boolean {
  return file.name === name || shownName(file.name) === name;
}
