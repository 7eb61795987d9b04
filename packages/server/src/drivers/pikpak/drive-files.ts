import type { Ctx } from '../../core/driver.ts';
import type { EntryId } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import { checkedId } from './files.ts';
import { contentOf, EVERYWHERE, type ListScope } from './paging.ts';
import type { ApiRoot } from './platforms.ts';
import type { DriveClient } from './session.ts';
import { readFile, readFilePage, type WireFile, type WireFilePage } from './wire.ts';

/** The most that a page can have (protocol reference §3.2). */
const PAGE_SIZE = 500;
/** A million entries. */
const MAX_PAGES = 2000;

type Query = Readonly<Record<string, string>>;

/** Files and folders of a drive as PikPak tells them. */
export class DriveFiles {
  readonly #drive: Pick<DriveClient, 'call'>;
  readonly #root: ApiRoot;

  constructor(drive: Pick<DriveClient, 'call'>, root: ApiRoot) {
    this.#drive = drive;
    this.#root = root;
  }

  /** @throws StorageError `not_found` for what is missing, in the trash, or not there with all its bytes. */
  async file(id: EntryId, ctx: Ctx, query: Query = {}): Promise<WireFile> {
    const file = await this.anyFile(id, ctx, query);
    if (!file.present) throw new StorageError('not_found', 'PikPak has no such file or folder.');
    return file;
  }

  /** Also what lies in the trash. @throws StorageError `not_found` for what is missing. */
  async anyFile(id: EntryId, ctx: Ctx, query: Query = {}): Promise<WireFile> {
    const path = `/drive/v1/files/${checkedId(id)}`;
    const answer = await this.get(path, { ...query, thumbnail_size: 'SIZE_MEDIUM' }, ctx);
    const file = readFile(answer);
    if (file === undefined) throw new StorageError('protocol', "PikPak's answer about a file can't be read.");
    return file;
  }

  /** @throws StorageError `not_found`, `not_a_folder`. */
  async page({ parent, filters }: ListScope, pageToken: string, ctx: Ctx): Promise<WireFilePage> {
    const query = {
      parent_id: parent,
      limit: String(PAGE_SIZE),
      thumbnail_size: 'SIZE_MEDIUM',
      with_audit: 'true',
      filters,
      ...(pageToken === '' ? {} : { page_token: pageToken }),
    };
    try {
      return readFilePage(await this.get('/drive/v1/files', query, ctx));
    } catch (error) {
      const missing = error instanceof StorageError && error.code === 'not_found' && parent !== EVERYWHERE;
      if (missing) await this.checkFolder(parent, ctx); // PikPak may call a file a missing folder
      throw error;
    }
  }

  /** What a folder holds, page by page as it is read. @throws StorageError `protocol` when the pages don't end. */
  async *children(folder: EntryId, ctx: Ctx): AsyncGenerator<WireFile> {
    for await (const files of this.pages(contentOf(folder), ctx)) yield* files.filter((file) => file.present);
  }

  /** Pages as they are read. @throws StorageError `protocol` when they don't end. */
  async *pages(scope: ListScope, ctx: Ctx): AsyncGenerator<readonly WireFile[]> {
    let pageToken = '';
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const { files, nextPageToken } = await this.page(scope, pageToken, ctx);
      yield files;
      if (nextPageToken === '') return;
      if (nextPageToken === pageToken) break;
      pageToken = nextPageToken;
    }
    throw new StorageError('protocol', "PikPak's listing of the folder does not end.", { retry: 'later' });
  }

  /**
   * PikPak may answer for a file, or for something deleted, with an empty listing.
   * @throws StorageError `not_found`, `not_a_folder`.
   */
  async checkFolder(id: EntryId, ctx: Ctx): Promise<void> {
    if (id === '') return;
    const file = await this.file(id, ctx);
    if (!file.folder) throw new StorageError('not_a_folder', 'This is a file.');
  }

  get(path: string, query: Query, ctx: Ctx) {
    return this.#drive.call({ root: this.#root, method: 'GET', path, query }, ctx);
  }
}
