import type { Ctx, Driver, Env, Lease } from '../../core/driver.ts';
import type { Entry, EntryId, EntryPage, Quota } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import type { Link } from '../../core/link.ts';
import type { PikPakConfig } from './config.ts';
import { loginOf } from './credentials.ts';
import { checkedId, entryOf, rootEntry } from './files.ts';
import { linkOf } from './links.ts';
import { type DriveClient, PikPakSession } from './session.ts';
import { readFile, readFilePage, readQuota, type WireFile, type WireFilePage } from './wire.ts';

export const KIND = 'PikPak';

/** The most that a page can have (protocol reference §3.2). */
const PAGE_SIZE = 500;
const LIVE = JSON.stringify({ phase: { eq: 'PHASE_TYPE_COMPLETE' }, trashed: { eq: false } });
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
  readonly #lease: Lease<PikPakSession>;
  readonly #drive: DriveClient;

  constructor(config: PikPakConfig, env: Env) {
    this.#config = config;
    this.#env = env;
    this.root = config.rootFolderId;
    const { credentials, egress } = config;
    const sessionEnv = {
      clock: env.clock,
      random: env.random,
      log: env.log,
      http: () => env.http(egress),
      // A way out that has a name instead of an address was made by this program, for an emulated PikPak.
      trustsLoopback: egress !== '' && !egress.includes('://'),
    };
    this.#lease = env.accounts.join(
      { vendor: KIND, login: loginOf(credentials), egress },
      (state) => new PikPakSession(sessionEnv, state, credentials),
    );
    this.#drive = this.#lease.session.enter(credentials);
  }

  async list({ dir, cursor }: { dir: EntryId; cursor?: string }, ctx: Ctx): Promise<EntryPage> {
    const folder = dir === this.root ? dir : checkedId(dir);
    const pageToken = cursor === undefined ? '' : pageTokenOf(cursor, folder);
    const page = await this.#page(folder, pageToken, ctx);
    if (page.unreadable > 0) {
      this.#env.log.warn({ vendor: KIND, count: page.unreadable }, 'left out entries that could not be read');
    }
    if (page.nextPageToken === pageToken && pageToken !== '') {
      throw new StorageError('protocol', 'PikPak gives the same page again and again.', { retry: 'later' });
    }
    const entries = page.files.filter((file) => file.present).map(entryOf);
    const last = page.nextPageToken === '';
    if (last && cursor === undefined && entries.length === 0) await this.#checkFolder(folder, ctx);
    return last ? { entries } : { entries, next: cursorOf(folder, page.nextPageToken) };
  }

  async stat({ id }: { id: EntryId }, ctx: Ctx): Promise<Entry> {
    return id === this.root ? rootEntry(id) : entryOf(await this.#file(id, {}, ctx));
  }

  async link({ id, purpose }: { id: EntryId; purpose: 'download' | 'play' }, ctx: Ctx): Promise<Link> {
    if (id === this.root) throw new StorageError('not_a_file', 'This is a folder.');
    const { preferMedia } = this.#config;
    const usage = preferMedia && purpose === 'play' ? 'CACHE' : 'FETCH';
    const file = await this.#file(id, { _magic: '2021', usage }, ctx);
    const skew = this.#drive.skewMs();
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
    await this.#lease.release();
  }

  async #page(folder: EntryId, pageToken: string, ctx: Ctx): Promise<WireFilePage> {
    const query = {
      parent_id: folder,
      limit: String(PAGE_SIZE),
      thumbnail_size: 'SIZE_MEDIUM',
      with_audit: 'true',
      filters: LIVE,
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
    return this.#drive.call({ root: apiRoot, method: 'GET', path, query }, ctx);
  }
}

/** A cursor holds for its own folder only. Ids have no colon. */
function cursorOf(folder: EntryId, pageToken: string): string {
  return `${folder}:${pageToken}`;
}

function pageTokenOf(cursor: string, folder: EntryId): string {
  const token = cursor.startsWith(`${folder}:`) ? cursor.slice(folder.length + 1) : '';
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new StorageError('invalid_argument', 'The cursor does not belong to this folder.');
}
