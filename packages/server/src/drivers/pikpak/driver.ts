import { throwIfAborted } from '../../core/abort.ts';
import type { Call, Ctx, Driver, Env, OpTable, Probe, Traits, Verification } from '../../core/driver.ts';
import type { Entry, EntryId, EntryPage, Quota } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import type { Link } from '../../core/link.ts';
import { type AccountUse, useAccount } from './account-use.ts';
import { readAllowances } from './allowances.ts';
import { ChangeTools } from './change-tools.ts';
import { Changes } from './changes.ts';
import type { PikPakConfig } from './config.ts';
import { DriveFiles } from './drive-files.ts';
import { checkedId, placedEntryOf, rootEntry } from './files.ts';
import { onDomain } from './download-domain.ts';
import { linkOf } from './links.ts';
import { contentOf, cursorBehind, pageTokenOf, STARRED, toEntryPage } from './paging.ts';
import { OfflineJobs } from './offline-jobs.ts';
import { Relocations } from './relocations.ts';
import { OwnShares } from './own-shares.ts';
import { Removals } from './removals.ts';
import { Restores } from './restores.ts';
import { Trash } from './trash.ts';
import { GCID_HASH } from './upload/gcid.ts';
import { isOriginalId, variantLinkOf, variantsOf } from './variants.ts';
import { Uploads } from './upload/uploads.ts';
import { accountProbes, seenAs } from './probes.ts';
import { readQuota } from './wire.ts';

export const KIND = 'PikPak';

/** Stands for what is starred where cursors name the folder that they belong to. */
const STARRED_CURSOR = '*starred';

const LIST_TTL_MS = 5 * 60_000;

export const TRAITS: Traits = {
  duplicateNames: true,
  caseSensitive: true,
  listTtlMs: LIST_TTL_MS,
  localSort: true,
  connections: { perFile: 8, perAccount: 16 }, // protocol reference §3.5: 503 beyond 8 and about 20
};

/** A PikPak drive, used through one account. No I/O until the first call. */
export function createPikPakDriver(config: PikPakConfig, env: Env): Driver {
  return new PikPakDriver(config, env);
}

class PikPakDriver implements Driver {
  readonly kind = KIND;
  readonly root: EntryId;
  readonly traits = TRAITS;
  readonly uploadHashes = [GCID_HASH];
  readonly verification: Verification;
  readonly probes: readonly Probe[];
  readonly #config: PikPakConfig;
  readonly #env: Env;
  readonly #account: AccountUse;
  readonly #files: DriveFiles;
  readonly #tools: ChangeTools;
  readonly #changes: Changes;
  readonly #relocations: Relocations;
  readonly #removals: Removals;
  readonly #uploads: Uploads;
  readonly #offline: OfflineJobs;

  readonly restore: Call<'restore'>;
  readonly share: Call<'share'>;
  readonly listShares: Call<'listShares'>;
  readonly unshare: Call<'unshare'>;
  readonly listTrash: Call<'listTrash'>;
  readonly untrash: Call<'untrash'>;
  readonly purgeTrashed: Call<'purgeTrashed'>;
  /** Only where the storage is the whole drive: it would empty the rest as well. */
  readonly emptyTrash?: Call<'emptyTrash'>;

  constructor(config: PikPakConfig, env: Env) {
    this.#config = config;
    this.#env = env;
    this.root = config.rootFolderId;
    this.#account = useAccount(env, { vendor: KIND, ...config });
    const { drive, verification } = this.#account;
    this.verification = verification;
    this.probes = accountProbes({ ...config, env, account: this.#account });
    this.#files = new DriveFiles(drive, config.apiRoot);
    this.#tools = new ChangeTools({ drive, apiRoot: config.apiRoot, root: this.root, env });
    this.#removals = new Removals(this.#tools);
    this.#changes = new Changes(this.#tools, this.#removals);
    this.#relocations = new Relocations(this.#tools, this.#removals);
    const trash = new Trash(this.#tools, this.#removals, this.#relocations);
    this.listTrash = (args, ctx) => trash.list(args, ctx);
    this.untrash = (args, ctx) => trash.untrash(args, ctx);
    this.purgeTrashed = (args, ctx) => trash.purge(args, ctx);
    if (this.root === '') this.emptyTrash = (_, ctx) => trash.empty(ctx);
    this.#offline = new OfflineJobs(this.#tools);
    const restores = new Restores(this.#tools);
    this.restore = (args, ctx) => restores.restore(args, ctx);
    const shares = new OwnShares(this.#tools);
    this.share = (args, ctx) => shares.share(args, ctx);
    this.listShares = (args, ctx) => shares.list(args, ctx);
    this.unshare = (args, ctx) => shares.unshare(args, ctx);
    const http = () => env.http(config.fileEgress);
    this.#uploads = new Uploads({ drive, apiRoot: config.apiRoot, root: this.root, http, env });
  }

  async list({ dir, cursor }: { dir: EntryId; cursor?: string }, ctx: Ctx): Promise<EntryPage> {
    const folder = dir === this.root ? dir : checkedId(dir);
    const pageToken = pageTokenOf(cursor, folder);
    const page = toEntryPage(
      await this.#files.page(contentOf(folder), pageToken, ctx),
      { folder, pageToken },
      this.#env.log,
    );
    const isEmpty = page.entries.length === 0 && cursor === undefined && page.next === undefined;
    if (isEmpty) await this.#files.checkFolder(folder, ctx);
    this.#uploads.wake(); // the account is known to work
    return page;
  }

  async stat({ id }: { id: EntryId }, ctx: Ctx): Promise<Entry> {
    throwIfAborted(ctx.signal);
    return id === this.root ? rootEntry(id) : placedEntryOf(await this.#files.file(id, ctx));
  }

  async link({ id, purpose, variant }: OpTable['link']['args'], ctx: Ctx): Promise<Link> {
    if (id === this.root) throw new StorageError('not_a_file', 'This is a folder.');
    const { preferMedia } = this.#config;
    const original = variant === undefined || isOriginalId(variant);
    const usage = !original || (preferMedia && purpose === 'play') ? 'CACHE' : 'FETCH';
    const file = await this.#files.file(id, ctx, { _magic: '2021', usage });
    const skew = this.#account.drive.skewMs();
    const wish = { purpose, preferMedia, serverNow: this.#env.clock.now() + skew, toLocal: -skew };
    const link = original ? linkOf(file, wish) : variantLinkOf(file, variant, wish);
    return onDomain(link, this.#config.downloadDomain);
  }

  async variants({ id }: OpTable['variants']['args'], ctx: Ctx): Promise<OpTable['variants']['result']> {
    if (id === this.root) throw new StorageError('not_a_file', 'This is a folder.');
    const file = await this.#files.file(id, ctx, { _magic: '2021', usage: 'CACHE' });
    return { variants: variantsOf(file, this.#config.prefer) };
  }

  mkdir: Call<'mkdir'> = (args, ctx) => this.#changes.mkdir(args, ctx);
  rename: Call<'rename'> = (args, ctx) => this.#changes.rename(args, ctx);
  move: Call<'move'> = (args, ctx) => this.#relocations.move(args, ctx);
  copy: Call<'copy'> = (args, ctx) => this.#relocations.copy(args, ctx);
  remove: Call<'remove'> = (args, ctx) => this.#removals.remove(args, ctx);
  star: Call<'star'> = (args, ctx) => this.#changes.star(args, ctx);
  upload: Call<'upload'> = (args, ctx) => this.#uploads.upload(args, ctx);
  leftUpload: Call<'leftUpload'> = (args, ctx) => this.#uploads.left(args, ctx);
  offline: Call<'offline'> = (args, ctx) => this.#offline.start(args, ctx);
  jobs: Call<'jobs'> = (_, ctx) => this.#offline.list(ctx);
  retryJob: Call<'retryJob'> = (args, ctx) => this.#offline.retry(args, ctx);
  removeJob: Call<'removeJob'> = (args, ctx) => this.#offline.remove(args, ctx);
  allowances: Call<'allowances'> = (_, ctx) => readAllowances(this.#files, ctx);

  async listStarred({ cursor }: { cursor?: string }, ctx: Ctx): Promise<EntryPage> {
    const pageToken = pageTokenOf(cursor, STARRED_CURSOR);
    const page = await this.#files.page(STARRED, pageToken, ctx);
    const entries = page.files.filter(({ present }) => present).map(placedEntryOf);
    return { entries, ...cursorBehind(page, { folder: STARRED_CURSOR, pageToken }) };
  }

  async quota(_: object, ctx: Ctx): Promise<Quota> {
    const { usage, limit, trashed } = readQuota(await this.#files.get('/drive/v1/about', {}, ctx));
    if (usage === undefined) throw new StorageError('protocol', 'PikPak does not tell the space in use.');
    return {
      used: usage,
      ...(limit === undefined ? {} : { total: limit }),
      ...(trashed === undefined ? {} : { trashed }),
    };
  }

  seenAs(ctx: Ctx): Promise<string | undefined> {
    return seenAs(this.#account, this.#config.apiRoot, ctx);
  }

  async close(): Promise<void> {
    await this.#uploads.close();
    this.#tools.close();
    await this.#account.release();
  }
}
