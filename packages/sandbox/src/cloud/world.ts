import { type AccountEvents, accountRoutes } from './account/account-routes.ts';
import { AccountDirectory } from './account/accounts.ts';
import { CaptchaTokens } from './account/captcha-tokens.ts';
import type { JwtSigner } from './account/jwt.ts';
import { Sessions } from './account/sessions.ts';
import type { CloudOptions } from './cloud-options.ts';
import { settle } from './drive/changes/settle.ts';
import { createWorks, type Works } from './drive/changes/works.ts';
import { driveRoutes, ownChange } from './drive/drive-routes.ts';
import type { Drive } from './drive/drive.ts';
import { createGuard } from './drive/guard.ts';
import { createPageCutter } from './drive/paging.ts';
import { createFreshIds, type FreshIds } from './ids.ts';
import { Links } from './links.ts';
import { RateWindow } from './rate-window.ts';
import type { Route } from './router.ts';
import type { CloudRules } from './rules.ts';
import { createSealedTokens } from './sealed-tokens.ts';
import { plantSeed, type SeededState } from './seed/seeds.ts';
import { createShareGate } from './share/share-access.ts';
import { ShareBook } from './share/share-book.ts';
import { shareRoutes } from './share/share-routes.ts';
import { createObjectStore, type ObjectStore } from './store/object-store.ts';
import { createThumbnails, type Thumbnails } from './thumbnails.ts';
import type { OfflineDeps } from './offline/create-offline.ts';
import { KnownContents } from './upload/known-content.ts';
import { Spool } from './upload/spool.ts';
import { Uploads } from './upload/uploads.ts';

/** The state of a cloud and what answers from it: all that a reset replaces. */
export interface World {
  readonly accountRoutes: readonly Route[];
  readonly driveRoutes: readonly Route[];
  readonly links: Links;
  readonly captchas: CaptchaTokens;
  readonly thumbnails: Thumbnails;
  readonly objectStore: ObjectStore;
  /** The drive of an account, brought up to the present. @throws RangeError for an email that is not known */
  readonly driveOf: (email: string) => Drive;
  /** Removes what was kept on disk; uploads fail afterwards. */
  close(): Promise<void>;
}

/** What outlives a reset. */
export interface WorldParts {
  readonly options: CloudOptions;
  readonly rules: CloudRules;
  readonly jwt: JwtSigner;
  readonly events: AccountEvents;
}

/** The stores that account and drive service share. */
interface Stores {
  readonly now: () => number;
  readonly state: SeededState;
  readonly ids: FreshIds;
  readonly links: Links;
  readonly sessions: Sessions;
  readonly captchas: CaptchaTokens;
  readonly works: Works;
  readonly known: KnownContents;
  readonly spool: Spool;
  readonly uploads: Uploads;
}

/** Plants a seed and wires the services to it. @throws RangeError for a seed that is not known. */
export async function createWorld(seed: string, parts: WorldParts): Promise<World> {
  const { options } = parts;
  const stores = await createStores(seed, parts);
  const changes = wireChanges(stores, parts);
  return {
    links: stores.links,
    captchas: stores.captchas,
    thumbnails: createThumbnails(stores.known, options.media),
    accountRoutes: wireAccountService(stores, parts),
    driveRoutes: wireDriveService(stores, parts, changes),
    objectStore: createObjectStore({
      ...changes,
      spool: stores.spool,
      machineNow: options.machineNow ?? Date.now,
      settle: (drive) => settle(changes, drive),
    }),
    driveOf: (email) => {
      const drive = stores.state.drives.find(({ account }) => account.email === email);
      if (drive === undefined) throw new RangeError(`no account ${email}`);
      settle(changes, drive);
      return drive;
    },
    close: () => stores.spool.close(),
  };
}

async function createStores(seed: string, { options, rules, jwt }: WorldParts): Promise<Stores> {
  const now = (): number => options.clock.now();
  const links = new Links({
    now,
    lifeMs: rules.linkLifeMs,
    bind: rules.bindLinks,
    ...(rules.sharedCut === undefined ? {} : { sharedCut: rules.sharedCut.part }),
    ...(options.linkBase === undefined ? {} : { base: options.linkBase }),
  });
  const state = await plantSeed(seed, links, options.media, options.content);
  renewTrash(state, now() + rules.trashLifeMs);
  const known = new KnownContents();
  for (const drive of state.drives) known.addDrive(drive);
  const spool = new Spool(options.spool);
  return {
    now,
    state,
    links,
    known,
    spool,
    ids: createFreshIds(seed),
    sessions: new Sessions({ now, accessLifeMs: rules.accessLifeMs, jwt }),
    captchas: new CaptchaTokens(now),
    works: createWorks(rules.taskKeptMs),
    uploads: new Uploads({ now, lifeMs: rules.uploadLifeMs, spool }),
  };
}

/** What a seed has in the trash was thrown away when the sandbox began, or its time would be over at once. */
function renewTrash(state: SeededState, purgeAt: number): void {
  for (const { tree } of state.drives) for (const node of tree.trashed()) tree.replace({ ...node, purgeAt });
}

function wireAccountService(stores: Stores, parts: WorldParts): Route[] {
  const { options, rules, events } = parts;
  const { now, sessions, captchas, state } = stores;
  const deps = {
    sessions,
    captchas,
    rules,
    now,
    accounts: new AccountDirectory(state.accounts),
    attempts: new RateWindow(rules.signInLimit, now),
    machineNow: options.machineNow ?? Date.now,
    ...(options.challengeBase === undefined ? {} : { challengeBase: options.challengeBase }),
  };
  return accountRoutes(deps, events);
}

/** What changes to drives, and the object store, work with. */
function wireChanges(stores: Stores, { options, rules }: WorldParts): OfflineDeps {
  const { now, ids, works, known, uploads, links } = stores;
  return {
    now,
    ids,
    works,
    known,
    uploads,
    rules,
    faults: options.faults,
    media: options.media,
    ...(options.linkBase === undefined ? {} : { linkBase: options.linkBase }),
    ...(options.uploadEndpoint === undefined ? {} : { uploadEndpoint: options.uploadEndpoint }),
    publish: (content) => links.publish(content),
    onPurged: (id) => {
      uploads.cancelFile(id);
      if (!rules.linksOutliveFile) links.revoke(id);
    },
    onTaskRemoved: (id) => uploads.cancelTask(id),
  };
}

function wireDriveService(stores: Stores, parts: WorldParts, changes: OfflineDeps): Route[] {
  const { options, rules } = parts;
  const { now, sessions, captchas, state, links } = stores;
  const tokens = createSealedTokens(now);
  const common = {
    links,
    guard: createGuard({ sessions, captchas, rules }),
    pages: createPageCutter(tokens, rules.pageTokenLifeMs),
    ...(options.linkBase === undefined ? {} : { linkBase: options.linkBase }),
  };
  const shares = new ShareBook(state.shares, { now, settle: (drive) => settle(changes, drive) });
  const gate = createShareGate({
    tokens,
    shares,
    tokenLifeMs: rules.passCodeTokenLifeMs,
    wrongCodes: new RateWindow(rules.passCodeLimit, now),
  });
  const drives = new Map(state.drives.map((drive) => [drive.account.userId, drive]));
  const deps = { ...changes, ...common, drives };
  return [...driveRoutes(deps), ...shareRoutes({ ...deps, gate, shares }, ownChange(deps))];
}
