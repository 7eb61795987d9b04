import { throwIfAborted } from '../../core/abort.ts';
import type { Ctx, Driver, Env, OpTable, Probe, Traits, Verification } from '../../core/driver.ts';
import type { Entry, EntryId, EntryPage } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import type { Link } from '../../core/link.ts';
import type { ShareReport, ShareTicket } from '../../core/share-address.ts';
import { onDomain } from '../pikpak/download-domain.ts';
import { checkedId, entryOf, rootEntry } from '../pikpak/files.ts';
import { LIVE_FILTER, type PagePlace, pageTokenOf, toEntryPage } from '../pikpak/paging.ts';
import { readFilePage } from '../pikpak/wire.ts';
import { accountProbes } from '../pikpak/probes.ts';
import { RESTORE_KIND } from '../pikpak/restores.ts';
import type { PikPakShareConfig } from './config.ts';
import { KIND, ShareClient } from './share-client.ts';
import { regionProbe } from './region-probe.ts';
import { sharedLinkOf } from './shared-links.ts';
import { readSharedFile, shareReportOf, type SharedFile } from './wire.ts';

/** What all clients ask for; more has not been seen to be given (protocol reference §6.3). */
const PAGE_SIZE = 100;
/** Whatever the storage starts at. It is a name of ours, so that a single shared file can lie in it. */
const ROOT: EntryId = '';

/** A way up that is longer is none. */
const MAX_DEPTH = 64;

const ROOT_REMEDY =
  'Check the link and the root folder id of this storage: they name a folder that is not in the share.';

export const TRAITS: Traits = {
  duplicateNames: true,
  caseSensitive: true,
  listTtlMs: 30 * 60_000,
  localSort: true,
  connections: { perFile: 8, perAccount: 16 }, // protocol reference §3.5
};

/** What somebody shared on PikPak, to be read. No I/O until the first call. */
export function createPikPakShareDriver(config: PikPakShareConfig, env: Env): Driver {
  return new PikPakShareDriver(config, env);
}

class PikPakShareDriver implements Driver {
  readonly kind = KIND;
  readonly root = ROOT;
  readonly traits = TRAITS;
  readonly verification: Verification;
  readonly probes: readonly Probe[];
  readonly #config: PikPakShareConfig;
  readonly #env: Env;
  readonly #client: ShareClient;

  constructor(config: PikPakShareConfig, env: Env) {
    this.#config = config;
    this.#env = env;
    this.#client = new ShareClient(config, env);
    this.verification = this.#client.account.verification;
    const probes = accountProbes({ ...config, env, account: this.#client.account });
    const ofShare = regionProbe(config.egress, (ctx) => this.#client.about(ctx));
    this.probes = probes.some(({ name }) => name === 'region') ? probes : [...probes, ofShare];
  }

  async list({ dir, cursor }: { dir: EntryId; cursor?: string }, ctx: Ctx): Promise<EntryPage> {
    throwIfAborted(ctx.signal);
    const folder = dir === ROOT ? this.#config.targetId : checkedId(dir);
    const place = { folder, pageToken: pageTokenOf(cursor, folder) };
    const page = await this.#page(place, ctx).catch((error: unknown) => {
      if (isMissing(error)) return error;
      throw error;
    });
    const isMissingOrEmpty =
      page instanceof StorageError ||
      (page.entries.length === 0 && page.next === undefined && cursor === undefined);
    const instead = isMissingOrEmpty ? await this.#insteadOf(folder, dir, ctx) : undefined;
    if (instead !== undefined) return instead;
    if (page instanceof StorageError) throw page;
    return page;
  }

  async stat({ id }: { id: EntryId }, ctx: Ctx): Promise<Entry> {
    throwIfAborted(ctx.signal);
    return id === ROOT ? rootEntry(ROOT) : entryOf((await this.#file(id, ctx)).file);
  }

  async link({ id, purpose }: { id: EntryId; purpose: 'download' | 'play' }, ctx: Ctx): Promise<Link> {
    if (id === ROOT) throw new StorageError('not_a_file', 'This is a folder.');
    const shared = await this.#file(id, ctx);
    const skew = this.#client.skewMs();
    const serverNow = this.#env.clock.now() + skew;
    const { preferTranscode } = this.#config;
    const link = sharedLinkOf(shared, { purpose, preferTranscode, serverNow, toLocal: -skew });
    return onDomain(link, this.#config.downloadDomain);
  }

  async inspect(_: object, ctx: Ctx): Promise<ShareReport> {
    throwIfAborted(ctx.signal);
    const report = shareReportOf(await this.#client.about(ctx));
    const { targetId } = this.#config;
    if (targetId === '') return report;
    const { name, folder, size } = (await this.#file(targetId, ctx)).file;
    return { title: name, ...(folder ? {} : { files: 1, size }) };
  }

  async shareTicket({ ids }: OpTable['shareTicket']['args'], ctx: Ctx): Promise<ShareTicket> {
    throwIfAborted(ctx.signal);
    const { shareId, targetId } = this.#config;
    const wanted = ids.includes(ROOT) ? [targetId].filter((id) => id !== '') : ids.map(checkedId);
    const [first] = wanted;
    // Each of these calls also renews a token that PikPak no longer takes.
    const ancestors = first === undefined ? [] : await this.#ancestorsOf(first, ctx);
    if (first === undefined) await this.#client.about(ctx);
    return { kind: RESTORE_KIND, shareId, token: await this.#client.token(ctx), ids: wanted, ancestors };
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  /** The folders from the share's top down to where an entry lies. */
  async #ancestorsOf(id: EntryId, ctx: Ctx): Promise<EntryId[]> {
    const way: EntryId[] = [];
    for (let at = (await this.#file(id, ctx)).file.parentId; at !== '' && way.length < MAX_DEPTH; ) {
      way.unshift(at);
      at = (await this.#file(at, ctx)).file.parentId;
    }
    return way;
  }

  /**
   * What to show for a folder that is listed as empty or missing, as PikPak may do for a file, too: undefined when it is a folder;
   * the file itself where it is what the storage starts at.
   */
  async #insteadOf(folder: EntryId, dir: EntryId, ctx: Ctx): Promise<EntryPage | undefined> {
    if (folder === '') return undefined;
    const { file } = await this.#file(folder, ctx).catch((error: unknown) => {
      throw dir === ROOT && isMissing(error) ? error.withDetail({ remedy: ROOT_REMEDY }) : error;
    });
    if (file.folder) return undefined;
    if (dir === ROOT) return { entries: [entryOf(file)] };
    throw new StorageError('not_a_folder', 'This is a file.');
  }

  async #page(place: PagePlace, ctx: Ctx): Promise<EntryPage> {
    const query = {
      parent_id: place.folder,
      limit: String(PAGE_SIZE),
      thumbnail_size: 'SIZE_LARGE',
      with_audit: 'true',
      filters: LIVE_FILTER,
      ...(place.pageToken === '' ? {} : { page_token: place.pageToken }),
    };
    const answer = await this.#client.get('/drive/v1/share/detail', query, ctx);
    return toEntryPage(readFilePage(answer), place, this.#env.log);
  }

  async #file(id: EntryId, ctx: Ctx): Promise<SharedFile> {
    const query = { file_id: checkedId(id), thumbnail_size: 'SIZE_LARGE' };
    const shared = readSharedFile(await this.#client.get('/drive/v1/share/file_info', query, ctx));
    if (shared === undefined) {
      throw new StorageError('protocol', "PikPak's answer about a shared file can't be read.");
    }
    if (!shared.file.present) throw new StorageError('not_found', 'The share has no such file or folder.');
    return shared;
  }
}

function isMissing(error: unknown): error is StorageError {
  return error instanceof StorageError && error.code === 'not_found';
}
