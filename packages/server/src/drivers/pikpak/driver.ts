import { throwIfAborted } from '../../core/abort.ts';
import type { Ctx, Driver, Env } from '../../core/driver.ts';
import type { Entry, EntryId, EntryPage, Quota } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import type { Link } from '../../core/link.ts';
import { type AccountUse, useAccount } from './account-use.ts';
import type { PikPakConfig } from './config.ts';
import { checkedId, entryOf, rootEntry } from './files.ts';
import { linkOf } from './links.ts';
import { LIVE_FILTER, pageTokenOf, toEntryPage } from './paging.ts';
import { readFile, readFilePage, readQuota, type WireFile, type WireFilePage } from './wire.ts';

export const KIND = 'PikPak';

/** The most that a page can have (protocol reference §3.2). */
const PAGE_SIZE = 500;
const LIST_TTL_MS = 5 * 60_000;

/** A PikPak drive, read through one account. No I/O until the first call. */
export function createPikPakDriver(config: PikPakConfig, env: Env): Driver {
  return new PikPakDriver(config, env);
}

class PikPakDriver implements Driver {
  readonly kind = KIND;
  readonly root: EntryId;
  readonly traits = {
    duplicateNames: true,
    caseSensitive: true,
    listTtlMs: LIST_TTL_MS,
    localSort: true,
  };
  readonly #config: PikPakConfig;
  readonly #env: Env;
  readonly #account: AccountUse;

  constructor(config: PikPakConfig, env: Env) {
    this.#config = config;
    this.#env = env;
    this.root = config.rootFolderId;
    this.#account = useAccount(env, { vendor: KIND, ...config });
  }

  async list({ dir, cursor }: { dir: EntryId; cursor?: string }, ctx: Ctx): Promise<EntryPage> {
    const folder = dir === this.root ? dir : checkedId(dir);
    const pageToken = pageTokenOf(cursor, folder);
    const page = toEntryPage(await this.#page(folder, pageToken, ctx), { folder, pageToken }, this.#env.log);
    const isEmpty = page.entries.length === 0 && cursor === undefined && page.next === undefined;
    if (isEmpty) await this.#checkFolder(folder, ctx);
    return page;
  }

  async stat({ id }: { id: EntryId }, ctx: Ctx): Promise<Entry> {
    throwIfAborted(ctx.signal);
    return id === this.root ? rootEntry(id) : entryOf(await this.#file(id, {}, ctx));
  }

  async link({ id, purpose }: { id: EntryId; purpose: 'download' | 'play' }, ctx: Ctx): Promise<Link> {
    if (id === this.root) throw new StorageError('not_a_file', 'This is a folder.');
    const { preferMedia } = this.#config;
    const usage = preferMedia && purpose === 'play' ? 'CACHE' : 'FETCH';
    const file = await this.#file(id, { _magic: '2021', usage }, ctx);
    const skew = this.#account.drive.skewMs();
    const serverNow = this.#env.clock.now() + skew;
    return linkOf(file, { purpose, preferMedia, serverNow, toLocal: -skew });
  }

  async quota(_: object, ctx: Ctx): Promise<Quota> {
    const { usage, limit, trashed } = readQuota(await this.#get('/drive/v1/about', {}, ctx));
    if (usage === undefined) throw new StorageError('protocol', 'PikPak does not tell the space in use.');
    return {
      used: usage,
      ...(limit === undefined ? {} : { total: limit }),
      ...(trashed === undefined ? {} : { trashed }),
    };
  }

  async close(): Promise<void> {
    await this.#account.release();
  }

  async #page(folder: EntryId, pageToken: string, ctx: Ctx): Promise<WireFilePage> {
    const query = {
      parent_id: folder,
      limit: String(PAGE_SIZE),
      thumbnail_size: 'SIZE_MEDIUM',
      with_audit: 'true',
      filters: LIVE_FILTER,
      ...(pageToken === '' ? {} : { page_token: pageToken }),
    };
    try {
      return readFilePage(await this.#get('/drive/v1/files', query, ctx));
    } catch (error) {
      const missing = error instanceof StorageError && error.code === 'not_found';
      if (missing) await this.#checkFolder(folder, ctx); // PikPak may call a file a missing folder
      throw error;
    }
  }

  /** PikPak may answer for a file, or for something deleted, with an empty listing. */
  async #checkFolder(id: EntryId, ctx: Ctx): Promise<void> {
    if (id === '') return;
    const file = await this.#file(id, {}, ctx);
    if (!file.folder) throw new StorageError('not_a_folder', 'This is a file.');
  }

  async #file(id: EntryId, query: Readonly<Record<string, string>>, ctx: Ctx): Promise<WireFile> {
    const path = `/drive/v1/files/${checkedId(id)}`;
    const file = readFile(await this.#get(path, { ...query, thumbnail_size: 'SIZE_MEDIUM' }, ctx));
    if (file === undefined) throw new StorageError('protocol', "PikPak's answer about a file can't be read.");
    if (!file.present) throw new StorageError('not_found', 'PikPak has no such file or folder.');
    return file;
  }

  #get(path: string, query: Readonly<Record<string, string>>, ctx: Ctx) {
    const { apiRoot } = this.#config;
    return this.#account.drive.call({ root: apiRoot, method: 'GET', path, query }, ctx);
  }
}
