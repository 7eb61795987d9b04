import type { ContentHash } from './content-hash.ts';
import type { Allowances, CloudJob } from './cloud-job.ts';
import type { Entry, EntryId, EntryPage, Picture, Quota, TrashPage } from './entry.ts';
import type { HttpClient } from './http-client.ts';
import type { Link, Variant } from './link.ts';
import type { TreePath } from './path.ts';
import type { Clock, Log, Random } from './runtime.ts';
import type { ConfigSpec } from './config-spec.ts';
import type { OwnShare, OwnSharePage, ShareAddresses, ShareReport, ShareTicket } from './share-address.ts';
import type { Urgency } from './urgency.ts';

/** Who waits for a call: a playing film goes before a click, a click before a scan. */
export type Priority = 'play' | 'browse' | 'scan' | 'background';

/** What travels with every call beside its arguments. */
export interface Ctx {
  /** Aborted when nobody waits for the answer any more; the call must then reject within a second. */
  readonly signal: AbortSignal;
  readonly priority: Priority;
  /** Set on a call that others may come to wait for: goes before `priority`. */
  readonly urgency?: Urgency;
  /** The client on whose behalf the call is made, when there is one. */
  readonly client?: {
    readonly address?: string;
    readonly userAgent?: string;
    /** The id of the user who has signed in; absent for guests and for who holds a signed address. */
    readonly user?: number;
  };
}

/** Where an upload goes, for whoever takes it up again. */
export interface UploadTarget {
  /** By its path in the whole tree. */
  readonly path: TreePath;
  readonly overwrite: boolean;
  readonly skipExisting: boolean;
  /** Milliseconds since the epoch. */
  readonly modified?: number;
}

/** Keeps what an upload needs to go on after the process has ended, however it did. */
export interface UploadJournal {
  /** Names this upload among all that there ever were. */
  readonly id: string;
  /** From here on the upload goes on by itself when the process ends. Called before a storage is asked for anything. */
  begin(target: UploadTarget): Promise<void>;
  /** What the driver saved last; undefined when it has saved nothing. */
  load(): Promise<unknown>;
  /** Replaces it; resolves when it is on disk. It is sealed, so that it may hold credentials. */
  save(state: unknown): Promise<void>;
  /** Fires when the gateway stops: the call has to end soon, and what has been sent stays where it is. */
  readonly suspended: AbortSignal;
  /** True when a failure that says `later` will be tried again: what has been sent stays for that as well. Whoever tries gives up by `leftUpload`. */
  readonly triesAgain: boolean;
}

/** A re-readable body for an upload: a retry opens it again. */
export interface UploadSource {
  readonly size: number;
  open(start: number, end: number): ReadableStream<Uint8Array>;
  /** Hex. Given at once when the source knows it already; otherwise all of it is read. */
  hash(what: ContentHash, signal: AbortSignal): Promise<string>;
  /** Absent for uploads that end with the process. */
  readonly journal?: UploadJournal;
}

/**
 * The closed list of operations on a storage. A driver has the methods it supports and no others.
 *
 * Contract, checked by `testing/driver-contract.ts`:
 * - `list` pages a folder. A missing folder is `not_found`, a file is `not_a_folder`, a bad cursor `invalid_argument`.
 *   Pages may be short or empty while `next` is set.
 * - `stat` describes one entry, the root included. A missing id is `not_found`.
 * - `link` gives a URL for a file's original bytes, unless the storage was configured otherwise. Folders are `not_a_file`.
 * - `variants` lists the forms in which a file can be played, the original first where it is offered; a file that has no others may have none.
 *   `link` with a `variant` leads to that one; one that isn't offered is `not_found`.
 * - `read` streams bytes `start` (inclusive) to `end` (exclusive) of a file. Folders are `not_a_file`, a range that is not
 *   inside the file `invalid_argument`. Cancelling the stream or aborting the signal lets go of the source.
 * - `thumbnail` draws a small picture of a file whose entry says `pictured`; `unsupported` when none can be drawn. The file may be anything.
 * - The writing operations answer with the entry as it stands afterwards. A taken name is `exists`, a name that is none
 *   (`core/entry-name.ts`) `invalid_name`, a folder put into itself `invalid_argument`. The root can't be changed.
 * - Those that take `ids` do it to all of them, in as few calls to the storage as it allows, and answer in their order. All are checked
 *   before anything is done: where one is missing, or the name of one is taken, nothing is done. What fails later leaves done what was done.
 * - `remove` with `trash` is `unsupported` where there is no trash; nothing is purged instead.
 * - A trash belongs to the whole drive, also where the storage shows a part of it: what `listTrash` gives may have lain elsewhere. An entry
 *   keeps its id there, and says by `parent` where it lay. `untrash` puts entries back there, or into `to` when that folder is gone, and
 *   answers with their `parent`; a name that is taken is `exists`, and nothing comes back. `untrash` and `purgeTrashed` take ids of what lies
 *   in the trash and of nothing else: others are `not_found`. A driver has `emptyTrash` only where its root is the whole drive.
 *   Where there is a trash or there are stars, `stat` gives the `parent` too: by it the way to what was found is found.
 * - `star` marks entries, or takes the mark away; `starred` of an entry tells. `listStarred` gives those of the whole drive, with `parent`.
 * - `upload` gives the file its name when all bytes are there; when it fails, nothing is left of it. Storages that keep times give it
 *   `modified`, in ms since the epoch.
 *   With `replaces`, where the traits offer it, the new file takes the place of that one at one instant: whenever the machine stops, one of
 *   the two stands whole under the name, and nothing else beside it. The old one goes to the trash where there is one. That it has gone meanwhile
 *   is fine; that it is no file in `dir` is `not_a_file` or `invalid_argument`.
 * - `leftUpload` tells what has become of an upload whose source says in its journal that it was begun before: its file, under whatever name,
 *   when that is whole. With `drop` what is not whole is taken back, so that nothing of it holds the name; a whole file stays.
 * - `inspect` is for what somebody shared, and looks at it from outside. What keeps it closed is its error.
 * - `offline` has the cloud fetch a URL into a folder, under `name` or the one it finds; the URL itself is the cloud's to judge. It answers when
 *   the cloud has taken it. `jobs` tells of all of them, also of those that others began, as long as the cloud remembers. `retryJob` begins a
 *   failed one again. `removeJob` ends one that runs and forgets it, and removes no file; an unknown one is fine.
 * - `allowances` tells what the account may use besides space.
 * - `shareTicket`, too, is for what somebody shared: it lets the `restore` of a storage of the same vendor save entries of one folder. That one
 *   makes copies inside `to`, which may be called otherwise where a name is taken. It waits for them for a minute or two; what takes longer
 *   answers with a `job`, by which it is asked to wait on, and which makes nothing again. Without one all is there. What the ticket's kind
 *   can't be used for is `invalid_argument`.
 * - `share` makes entries of one's own open to others, for so many days or, without, for good, behind a pass code where one is given or left to
 *   the vendor (`''`). `listShares` gives what was made so, `unshare` ends it; ids that are none are fine.
 * - An id that the driver did not make is `not_found` or `invalid_argument`, never another place.
 */
export interface OpTable {
  list: { args: { readonly dir: EntryId; readonly cursor?: string }; result: EntryPage };
  stat: { args: { readonly id: EntryId }; result: Entry };
  link: {
    args: { readonly id: EntryId; readonly purpose: 'download' | 'play'; readonly variant?: string };
    result: Link;
  };
  variants: { args: { readonly id: EntryId }; result: { readonly variants: readonly Variant[] } };
  read: {
    args: { readonly id: EntryId; readonly start: number; readonly end: number };
    result: ReadableStream<Uint8Array>;
  };
  thumbnail: { args: { readonly id: EntryId }; result: Picture };
  mkdir: { args: { readonly dir: EntryId; readonly name: string }; result: Entry };
  rename: { args: { readonly id: EntryId; readonly name: string }; result: Entry };
  move: { args: { readonly ids: readonly EntryId[]; readonly to: EntryId }; result: readonly Entry[] };
  copy: { args: { readonly ids: readonly EntryId[]; readonly to: EntryId }; result: readonly Entry[] };
  remove: { args: { readonly ids: readonly EntryId[]; readonly mode: 'trash' | 'purge' }; result: void };
  listTrash: { args: { readonly cursor?: string }; result: TrashPage };
  untrash: { args: { readonly ids: readonly EntryId[]; readonly to: EntryId }; result: readonly Entry[] };
  purgeTrashed: { args: { readonly ids: readonly EntryId[] }; result: void };
  emptyTrash: { args: object; result: void };
  star: { args: { readonly ids: readonly EntryId[]; readonly starred: boolean }; result: void };
  listStarred: { args: { readonly cursor?: string }; result: EntryPage };
  upload: {
    args: {
      readonly dir: EntryId;
      readonly name: string;
      readonly source: UploadSource;
      readonly modified?: number;
      /** A file in `dir`, shown as `name`, that is to give way. Only where the traits say `replacesAtOnce`. */
      readonly replaces?: EntryId;
    };
    result: Entry;
  };
  leftUpload: {
    args: { readonly source: UploadSource; readonly drop: boolean };
    result: { readonly file?: Entry };
  };
  quota: { args: object; result: Quota };
  inspect: { args: object; result: ShareReport };
  offline: {
    args: { readonly dir: EntryId; readonly url: string; readonly name?: string };
    result: CloudJob;
  };
  jobs: { args: object; result: readonly CloudJob[] };
  retryJob: { args: { readonly job: string }; result: void };
  removeJob: { args: { readonly job: string }; result: void };
  allowances: { args: object; result: Allowances };
  shareTicket: { args: { readonly ids: readonly EntryId[] }; result: ShareTicket };
  restore: {
    args: { readonly ticket: ShareTicket; readonly to: EntryId; readonly job?: string };
    result: { readonly job?: string };
  };
  share: {
    args: { readonly ids: readonly EntryId[]; readonly days?: number; readonly passCode?: string };
    result: OwnShare;
  };
  listShares: { args: { readonly cursor?: string }; result: OwnSharePage };
  unshare: { args: { readonly shareIds: readonly string[] }; result: void };
}

export type OpName = keyof OpTable;
export type Call<K extends OpName> = (args: OpTable[K]['args'], ctx: Ctx) => Promise<OpTable[K]['result']>;
export type Ops = { readonly [K in OpName]: Call<K> };

/** A generic wrapper around every operation of a driver: cache, retry and so on. */
export type Layer = <K extends OpName>(op: K, next: Call<K>) => Call<K>;

/** Limits of a storage, as data. */
export interface Traits {
  /** True when the cloud may hold two entries of one name in a folder. */
  readonly duplicateNames: boolean;
  /** True when names differ by case alone. */
  readonly caseSensitive: boolean;
  /** How long a listing may be served from memory unless the storage says otherwise, in ms; 0 for not at all, whatever it says. */
  readonly listTtlMs: number;
  /** True when listings have no order worth keeping, so that the gateway sorts them. */
  readonly localSort: boolean;
  /** How many connections for bytes the cloud takes at one time; absent for any number. */
  readonly connections?: { readonly perFile: number; readonly perAccount: number };
  /** False where `remove` knows only `purge`: then removing is for good. Absent, what is removed goes to the trash. */
  readonly trash?: boolean;
  /** True where `upload` takes `replaces`. Absent, what is replaced is renamed aside first. */
  readonly replacesAtOnce?: boolean;
}

export interface Driver extends Pick<Ops, 'list' | 'stat'>, Partial<Omit<Ops, 'list' | 'stat'>> {
  /** The driver type's kind, as in the API: `PikPak`, `Local`. */
  readonly kind: string;
  /** Where listing starts. */
  readonly root: EntryId;
  readonly traits: Traits;
  /** What `upload` will ask of its source's content, so that it can be hashed while it comes in. */
  readonly uploadHashes?: readonly ContentHash[];
  /** For a cloud that may want a person to pass a check before it goes on. */
  readonly verification?: Verification;
  /** What has to go well before the root can be listed, in its order. Each can be tried by itself, and stores nothing. */
  readonly probes?: readonly Probe[];
  /** The address that the cloud sees this storage's requests come from, where it tells callers. Undefined when it does not say. */
  seenAs?(ctx: Ctx): Promise<string | undefined>;
  /** Lets go of timers, sockets and shared sessions. Safe to call twice. */
  close(): Promise<void>;
}

/** The way on after `needs_verification`: a person has passed the check, and it has ended at something. */
export interface Verification {
  /** Stands for what the check holds up: drivers that wait for the same one have the same object. */
  readonly session: object;
  /**
   * Takes what the check ended at: a token, or the address that holds it. Asks the cloud nothing: the next call shows what it is worth.
   * @throws StorageError `invalid_argument` for what can't be one, with what it is instead as `vendorCode`.
   */
  pass(answer: string): Promise<void>;
}

/** What one step of trying a storage is about. */
export type ProbeName = 'egress' | 'api' | 'sign_in' | 'region';

/** One step on the way to a storage's files. */
export interface Probe {
  readonly name: ProbeName;
  /** Gives what was found, in words for a person. @throws StorageError for what is wrong, with its remedy. */
  run(ctx: Ctx): Promise<string>;
}

/** Durable, sealed state of one vendor account: tokens, device id. Written before it is used. */
export interface AccountState {
  /** The last saved value, or undefined for a new account. */
  load(): Promise<unknown>;
  /** Replaces the value; resolves when it is on disk. */
  save(value: unknown): Promise<void>;
}

/** A shared session together with the right to use it until released. */
export interface Lease<T> {
  readonly session: T;
  /**
   * True when a storage that is only tried joins a session that others hold: it may look, but must not change what the session knows, nor
   * have it signed in anew.
   */
  readonly guest: boolean;
  release(): Promise<void>;
}

/** Keeps one session for each vendor login, however many storages name it. */
export interface AccountPort {
  /**
   * Joins the session of `login`, or makes it with `open` when nobody holds it. `open` does no I/O.
   * The last release closes it.
   */
  join<T extends { close(): Promise<void> }>(
    key: { readonly vendor: string; readonly login: string; readonly egress: string },
    open: (state: AccountState) => T,
  ): Lease<T>;
}

/** What a driver may use of the world. Nothing else: no globals, no files of its own. */
export interface Env {
  /** An HTTP client that leaves through `egress` ('' is direct; see design §13). Throws `misconfigured` for a value it can't use. */
  http(egress: string): HttpClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly accounts: AccountPort;
  /** Path of an ffmpeg on this machine, for pictures of films; absent where there is none. */
  readonly ffmpeg?: string;
}

/** What every driver of a kind can do, known before there is one. */
export interface KindAbilities {
  /** Whether drivers have `link`; without, everything goes through the gateway. */
  readonly givesLinks: boolean;
  /** Whether drivers have `upload`. */
  readonly canUpload: boolean;
  readonly traits: Traits;
}

/** One kind of storage: its name, its settings and how to make it. */
export interface DriverType<C> {
  readonly kind: string;
  readonly title: string;
  readonly config: ConfigSpec<C>;
  /** For forms and defaults. Absent for a kind whose drivers differ: forms then offer everything. */
  readonly abilities?: KindAbilities;
  /** For kinds that mount what somebody shared: how its addresses look. */
  readonly shares?: ShareAddresses;
  /** Does no I/O and does not fail for reasons outside `config`. */
  create(config: C, env: Env): Driver;
}
