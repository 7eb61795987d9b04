import { waitOrAbort } from '../../core/abort.ts';
import type { Ctx } from '../../core/driver.ts';
import type { Entry } from '../../core/entry.ts';
import { isAbort, StorageError } from '../../core/errors.ts';
import { pathFrom } from '../../core/path.ts';
import type { Clock, Log, Random } from '../../core/runtime.ts';
import type { ShareCopyTable } from '../../store/port.ts';
import type { Mount } from '../../vfs/mount.ts';
import type { MountTable } from '../../vfs/mount-table.ts';
import { openFile } from '../../vfs/open-file.ts';
import type { Node, OpenFile, PartlyServed, Reach } from '../../vfs/view.ts';
import { AccountCache, type CacheTools } from './account-cache.ts';
import { CopyList } from './copy-list.ts';
import { Cuts } from './cuts.ts';
import { Saves } from './saves.ts';

/** For how long a client that asks for bytes is kept waiting for a copy, in ms: players give up after half a minute or so. */
const WAIT_MS = 25_000;
/** What is left from an earlier process is looked for this long after the start, and so often as long as something is. */
const SETTLE_AFTER_MS = 60_000;
const SETTLE_EVERY_MS = 10 * 60_000;

export interface ShareCopiesOptions {
  readonly mounts: Pick<MountTable, 'locate' | 'byId'>;
  /** A file with the same content, among what memory knows of a mount. */
  readonly twin: (mount: Mount, like: Entry) => Entry | undefined;
  readonly table: ShareCopyTable;
  readonly installation: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Smallest file, in bytes, that is looked at whether it is cut where the cloud doesn't say. */
  readonly probedFrom?: number;
}

/**
 * Plays files of shares whole that their cloud cuts for visitors: they are saved into an account of one's own first, once for all who watch.
 * (design §7)
 */
export interface ShareCopies {
  /** A file that was opened, with what can be done about it. Does no I/O. */
  opened(file: OpenFile, mount: Mount): OpenFile;
  /** How many bytes of a file are served, where it is known to be cut. Does no I/O. */
  playableBytes(node: Node): number | undefined;
  /** Another number when `playableBytes` may answer otherwise than before. */
  readonly cutsKnown: number;
  /** Takes up what was saved before. To be called when the storages are mounted. Asks no cloud. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export function createShareCopies(options: ShareCopiesOptions): ShareCopies {
  return new Copies(options);
}

class Copies implements ShareCopies {
  readonly #options: ShareCopiesOptions;
  readonly #cuts: Cuts;
  readonly #list: CopyList;
  readonly #saves: Saves;
  readonly #caches = new WeakMap<Mount, AccountCache>();
  readonly #stop = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(options: ShareCopiesOptions) {
    this.#options = options;
    this.#cuts = new Cuts(options.clock, options.probedFrom);
    this.#list = new CopyList(options.table, options.clock);
    this.#saves = new Saves(options, this.#stop.signal);
  }

  opened(file: OpenFile, mount: Mount): OpenFile {
    if (mount.driver.shareTicket === undefined || file.source !== 'link') return file;
    const told = this.#tellingCut(file);
    return { ...told, partly: this.#partly({ file, told, mount }) };
  }

  playableBytes({ entry, storage }: Node): number | undefined {
    return storage === undefined ? undefined : this.#cuts.known(storage.id, entry);
  }

  get cutsKnown(): number {
    return this.#cuts.revision;
  }

  async start(): Promise<void> {
    await this.#list.load();
    if (this.#list.unsettled().size === 0) return;
    this.#loop = this.#settleAll().catch((error: unknown) => {
      if (!isAbort(error))
        this.#options.log.error({ error }, 'settling copies of shares has ended unexpectedly');
    });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#cuts.close();
    await this.#loop;
    await this.#saves.ended();
  }

  /** The file with links that say where it is cut, also where that was found out and not told. */
  #tellingCut(file: OpenFile): OpenFile {
    const { entry } = file.node;
    return {
      ...file,
      link: async (purpose, ctx) => {
        const link = await file.link(purpose, ctx);
        const cut = link.variant === 'original' ? this.#cuts.known(file.storage.id, entry) : undefined;
        return cut === undefined || link.playableBytes !== undefined ? link : { ...link, playableBytes: cut };
      },
    };
  }

  #partly({ file, told, mount }: Omit<Shared, 'source'>): PartlyServed {
    const source = `${mount.record.driver} ${file.node.entry.id} ${file.node.entry.size}`;
    const shared = { file, told, mount, source };
    return {
      reach: (ctx) => this.#reach(shared, ctx),
      whole: (ctx) => this.#whole(shared, ctx),
      save: async (ctx) => {
        const reach = await this.#reach(shared, ctx);
        const account = this.#accountOf(mount);
        if (reach.whole !== 'savable' || !(account instanceof AccountCache)) return reach;
        this.#saves.forgive(source);
        void this.#begin(shared, account); // how it ends shows in its state
        return this.#reach(shared, ctx);
      },
      cancelSaving: () => this.#saves.cancel(source),
    };
  }

  async #reach({ file, mount, source }: Shared, ctx: Ctx): Promise<Reach> {
    const playableBytes = await this.#cuts.of(file, ctx);
    if (playableBytes === undefined) return { whole: 'here' };
    const account = this.#accountOf(mount);
    if (typeof account === 'string') return { playableBytes, whole: 'never', reason: account };
    if (
      account.ready(source) !== undefined ||
      this.#options.twin(account.mount, file.node.entry) !== undefined
    ) {
      return { playableBytes, whole: 'saved' };
    }
    const { since, failure } = this.#saves.state(source);
    return {
      playableBytes,
      whole: 'savable',
      ...(since === undefined ? {} : { savingSince: since }),
      ...(failure === undefined ? {} : { reason: wordsOf(failure) }),
    };
  }

  async #whole(shared: Shared, ctx: Ctx): Promise<OpenFile> {
    const { file, told, mount, source } = shared;
    const account = this.#accountOf(mount);
    if (typeof account === 'string') return told;
    const there = await this.#there(shared, account, ctx);
    if (there !== undefined) return there;
    if ((await this.#cuts.of(file, ctx)) === undefined) return told;
    if (this.#saves.state(source).failure !== undefined) return told;
    const saved = await this.#awaited(shared, account, ctx);
    return saved ? ((await this.#there(shared, account, ctx)) ?? told) : told;
  }

  /** Waits for a while until the file is saved. False when it isn't. @throws AbortError when the client leaves */
  async #awaited(shared: Shared, account: AccountCache, ctx: Ctx): Promise<boolean> {
    const { clock, log } = this.#options;
    const leave = this.#saves.join(shared.source);
    const timer = new AbortController();
    try {
      const saving = this.#begin(shared, account);
      const late = clock.sleep(WAIT_MS, timer.signal).then(
        () => 'late' as const,
        () => 'late' as const, // the copy is there, and nobody waits for this
      );
      return (await waitOrAbort(Promise.race([saving, late]), ctx.signal)) !== 'late';
    } catch (error) {
      if (ctx.signal.aborted || !(error instanceof StorageError || isAbort(error))) throw error;
      log.info(
        { path: shared.file.node.fullPath, reason: String(error) },
        'a shared file could not be saved',
      );
      return false;
    } finally {
      timer.abort();
      leave();
    }
  }

  #begin({ file, mount, source }: Shared, account: AccountCache): Promise<unknown> {
    const { id, size } = file.node.entry;
    return this.#saves.begin(source, (signal) =>
      account.save(
        {
          source,
          size,
          ticket: async (ctx) => {
            const { shareTicket } = mount.driver;
            if (shareTicket === undefined)
              throw new StorageError('unsupported', 'nothing can be saved from here');
            return shareTicket({ ids: [id] }, ctx);
          },
        },
        signal,
      ),
    );
  }

  /**
   * The file from where its content lies in the account: a copy of ours, or one that was there before. What turns out to be gone is forgotten.
   */
  async #there({ file, source }: Shared, account: AccountCache, ctx: Ctx): Promise<OpenFile | undefined> {
    const row = account.ready(source);
    const id = row?.entryId ?? this.#options.twin(account.mount, file.node.entry)?.id;
    if (id === undefined) return undefined;
    const there = openFile({ ...file.node, entry: { ...file.node.entry, id } }, account.mount);
    try {
      await there.link('download', ctx);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      if (row === undefined) return undefined;
      if (error.code !== 'not_found') throw error;
      await account.drop(row, ctx); // somebody has thrown it away
      return undefined;
    }
    if (row !== undefined) await this.#list.played(row.folder);
    return { ...there, node: file.node, storage: file.storage };
  }

  /** The cache of the account that a share's storage names; else why there is none, in words. */
  #accountOf({ record }: Mount): AccountCache | string {
    const path = record.addition['restore_account'];
    if (typeof path !== 'string' || path.trim() === '') return NO_ACCOUNT;
    const at = pathFrom(path.trim());
    const located = at === undefined ? undefined : this.#options.mounts.locate(at);
    if (located === undefined || located.below.length > 0 || located.mount.driver.restore === undefined) {
      return WRONG_ACCOUNT;
    }
    return this.#cacheOf(located.mount);
  }

  #cacheOf(mount: Mount): AccountCache {
    const known = this.#caches.get(mount);
    if (known !== undefined) return known;
    const { clock, random, log, installation } = this.#options;
    const tools: CacheTools = {
      copies: this.#list,
      clock,
      random,
      log,
      installation,
      signal: this.#stop.signal,
    };
    const cache = new AccountCache(mount, tools);
    this.#caches.set(mount, cache);
    return cache;
  }

  /** Brings to an end what an earlier process had begun. */
  async #settleAll(): Promise<void> {
    const { clock, mounts, log } = this.#options;
    const { signal } = this.#stop;
    for (let wait = SETTLE_AFTER_MS; this.#list.unsettled().size > 0; wait = SETTLE_EVERY_MS) {
      await clock.sleep(wait, signal);
      for (const id of this.#list.unsettled()) {
        const mount = mounts.byId(id);
        if (mount?.driver.restore === undefined) continue;
        await this.#cacheOf(mount)
          .settle({ signal, priority: 'background' }, true)
          .catch((error: unknown) => {
            if (signal.aborted) throw error;
            log.warn(
              { storage: mount.record.mountPath, error },
              'copies of shares could not be looked through',
            );
          });
      }
    }
  }
}

/** A file of a share, as it was opened. */
interface Shared {
  /** As its storage gives it, and with links that say where it is cut. */
  readonly file: OpenFile;
  readonly told: OpenFile;
  readonly mount: Mount;
  readonly source: string;
}

const NO_ACCOUNT = 'This share names no account to save the file to.';
const WRONG_ACCOUNT = 'The account that this share names to save files to is not mounted.';

function wordsOf(error: StorageError): string {
  const { remedy } = error.detail;
  return remedy === undefined ? error.message : `${error.message} ${remedy}`;
}
