import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Entry } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import {
  baseName,
  isWithin,
  joinPath,
  normalizePath,
  parentOf,
  ROOT,
  type TreePath,
} from '../../core/path.ts';
import { may, Permission, type Rights } from '../../core/rights.ts';
import type { Clock, Log } from '../../core/runtime.ts';
import type { StorageRecord, StorageStatus } from '../../core/storage-record.ts';
import { parseTrustedProxies } from '../../http/client-address.ts';
import { createDeliveries } from '../../links/deliveries.ts';
import { createGateway } from '../../links/gateway-stream.ts';
import { fakeStorage, patternBytes, plainTransport } from '../../links/testing/upstream.ts';
import { fakeAppPasswords, memoryResources } from './resources.ts';
import {
  ConfigError,
  type DriverInfo,
  type StorageInput,
  type StorageService,
  type StorageView,
} from '../../storages/service.ts';
import { importWorld } from '../../shares/testing/import-world.ts';
import { SETTINGS } from '../../settings/setting-table.ts';
import type { SpoolDisk } from '../../uploads/disk.ts';
import { memoryRecords } from '../../uploads/testing/memory-records.ts';
import { memoryDisk, NO_LIMITS } from '../../uploads/testing/memory-disk.ts';
import { createSpool, type Spool } from '../../uploads/spool.ts';
import type { WorkerToken } from '../../settings/worker-token.ts';
import type { AppPasswords } from '../../users/app-passwords.ts';
import { AuthError, type AuthService, type User } from '../../users/user.ts';
import { NoStorageError } from '../../vfs/no-storage-error.ts';
import type { Trashing } from '../../vfs/trash/trashing.ts';
import type { Node, OpenFile, View, Writing } from '../../vfs/view.ts';
import { createOfflineDownloads } from '../../offline/offline-downloads.ts';
import { createApiDoor } from '../api/api-door.ts';
import type { DoorContext } from '../context.ts';
import { createWorkerAccess } from '../worker-access.ts';
import { createDownloadDoor } from '../download/download-door.ts';

/** When everything in the fixture was last changed. */
export const MODIFIED = Date.UTC(2024, 4, 1, 12);

/** One file of the tree, by its full path. Bytes are `patternBytes` unless `url` gives it a link. */
export interface FixtureFile {
  readonly size: number;
  readonly entry?: Partial<Entry>;
  readonly url?: string;
  readonly linkHeaders?: Readonly<Record<string, string>>;
}

export interface FixtureOptions {
  readonly files?: Readonly<Record<string, FixtureFile>>;
  readonly storage?: Partial<StorageRecord>;
  readonly status?: StorageStatus;
  readonly settings?: Readonly<Record<string, string>>;
  readonly users?: readonly User[];
  readonly trusted?: string;
  readonly appPasswords?: AppPasswords;
  /** As which address clouds see the gateway. */
  readonly egressAddress?: string;
  /** In place of the tree. */
  readonly viewOf?: DoorContext['viewOf'];
  /** Where uploads are kept; in memory when absent. */
  readonly disk?: SpoolDisk;
  /** In place of the tree's own listing. */
  readonly list?: View['list'];
  readonly tasks?: DoorContext['tasks'];
  readonly offline?: DoorContext['offline'];
  readonly feeds?: DoorContext['feeds'];
  readonly clock?: Clock;
}

export const admin: User = {
  id: 2,
  username: 'admin',
  role: 'admin',
  basePath: ROOT,
  admin: true,
  permission: 0,
  disabled: false,
};
export const guest: User = { ...admin, id: 1, username: 'guest', role: 'guest', admin: false };

const DEFAULT_SETTINGS: Readonly<Record<string, string>> = {
  sign_all: 'true',
  privacy_regs: '(?:\\d{1,3}\\.){3}\\d{1,3}',
  proxy_types: 'm3u8,url',
  text_types: 'txt,md,srt,vtt,html',
  audio_types: 'mp3,flac',
  video_types: 'mp4,mkv',
  image_types: 'jpg,png,svg',
};

/** Doors on a loopback port, over a tree in memory. */
export interface DoorFixture {
  readonly url: string;
  readonly context: DoorContext;
  readonly sign: (path: string) => string;
  /** Posts to the API and gives the answer's JSON text. */
  readonly api: (path: string, body?: unknown, init?: RequestInit) => Promise<string>;
  readonly close: () => void;
}

export async function startDoors(options: FixtureOptions = {}): Promise<DoorFixture> {
  const spool = await createSpool({
    disk: options.disk ?? memoryDisk(),
    records: memoryRecords(),
    clock,
    limits: () => NO_LIMITS,
    log,
  });
  const context = doorContext(options, spool);
  const api = createApiDoor(context);
  const download = createDownloadDoor(context);
  const server = http.createServer((req, res) => {
    const prefix = /^\/[dp](?=[/?]|$)/.exec(req.url ?? '')?.[0];
    void (prefix === '/d' || prefix === '/p' ? download(req, res, prefix) : api(req, res));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    context,
    sign: (path) => `?sign=${context.signer.sign(normalizePath(path))}`,
    api: async (path, body, init = {}) => {
      const res = await fetch(`${url}/api${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: 'admin-token' },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        ...init,
      });
      return res.text();
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const clock: Clock = { now: () => MODIFIED, sleep: () => Promise.resolve() };
const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function doorContext(options: FixtureOptions, spool: Spool): DoorContext {
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const signer = referenceSigner('alist-test-token');
  const workers = createWorkerAccess(fakeWorkerToken(), clock, () => 0);
  return {
    auth: fakeAuth(options.users ?? [admin], options.appPasswords),
    storages: fakeStorages(),
    signer,
    workers,
    linkKeys: { keys: ['key'], rotate: async () => {}, accept: async () => {} },
    settings: fakeSettings(settings),
    deliveries: createDeliveries({
      clock,
      proxyTypes: () => settings['proxy_types'] ?? '',
      addresses: { of: () => options.egressAddress },
      kindOf: () => 'direct',
      serverIsPublic: false,
      sign: (path) => workers.sign(path),
    }),
    resources: memoryResources(),
    gateway: createGateway({ clock: { ...clock, sleep: shortly }, log }),
    spool,
    thumbnails: { of: async () => ({ bytes: new Uint8Array([1, 2, 3]), mimeType: 'image/webp' }) },
    tasks: options.tasks ?? NO_TASKS,
    shares: importWorld().shares,
    offline: options.offline ?? createOfflineDownloads([]),
    feeds: options.feeds ?? { watch: nobodyWatches, preview: async () => [] },
    trusted: parseTrustedProxies(options.trusted ?? ''),
    clock: options.clock ?? clock,
    log,
    viewOf: options.viewOf ?? ((rights) => fakeView(rights, options)),
  };
}

/** Answers what a test says; what is saved shows in the items alone. */
function fakeSettings(values: Readonly<Record<string, string>>): DoorContext['settings'] {
  const saved = new Map<string, string>();
  return {
    get: (key) => values[key] ?? '',
    publicValues: () => ({ version: 'v0.1.0', sign: '<&>' }),
    items: () => SETTINGS.map((item) => ({ ...item, value: saved.get(item.key) ?? item.default })),
    async save(changes) {
      for (const [key, value] of Object.entries(changes)) {
        if (!SETTINGS.some((item) => item.key === key)) {
          throw new StorageError('invalid_argument', `${key} is no setting.`);
        }
        saved.set(key, value);
      }
    },
  };
}

/** The token of the vectors in API reference §4.2, so that signs for proxies can be told. */
function fakeWorkerToken(): WorkerToken {
  let value = 'alist-test-token';
  return {
    get value() {
      return value;
    },
    replace: async (next = 'another-token-of-at-least-32-characters') => {
      value = next;
    },
  };
}
const NO_TASKS: DoorContext['tasks'] = {
  of: () => {
    throw new Error('this fixture has no tasks');
  },
};

/** Waits before another try are over at once; the streams' watch, which looks every few seconds, has nothing to see. */
function shortly(ms: number, signal: AbortSignal): Promise<void> {
  if (ms < 5_000) return Promise.resolve();
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

/** Signs as API reference §4.2 says, written from it and not from our own signer. */
function referenceSigner(key: string): DoorContext['signer'] {
  const sign = (path: string): string =>
    `${createHmac('sha256', key).update(`${path}:0`).digest('base64').replaceAll('+', '-').replaceAll('/', '_')}:0`;
  return {
    sign,
    verify: (path, given) => {
      if (given === '') throw new AuthError(401, 'expire missing');
      if (given !== sign(path)) throw new AuthError(401, 'sign invalid');
    },
  };
}

/** Users sign in with the password `right`; a token is the user's name and `-token`. */
function fakeAuth(users: readonly User[], appPasswords = fakeAppPasswords): AuthService {
  const refused = new AuthError(400, 'username or password is incorrect');
  return {
    signIn: async (credentials) => {
      const user = users.find(({ username }) => username === credentials.username);
      const secret = 'password' in credentials ? credentials.password : credentials.staticHash;
      if (user === undefined || secret !== 'right') throw refused;
      return { token: `${user.username}-token`, user };
    },
    authenticate: async (authorization) => {
      if (authorization === undefined || authorization === '') {
        const found = users.find(({ role }) => role === 'guest');
        if (found === undefined) throw new AuthError(401, 'Guest user is disabled, login please');
        return found;
      }
      const name = authorization.replace(/^Bearer /, '').replace(/-token$/, '');
      const user = users.find(({ username }) => username === name);
      if (user === undefined) throw new AuthError(401, 'token is invalidated');
      return user;
    },
    recognise: async ({ username, password }) => {
      const user = users.find((known) => known.username === username);
      if (user === undefined || password !== 'right') throw refused;
      return user;
    },
    appPasswords,
    signOut: async () => {},
    setPassword: async () => {},
  };
}

function fakeView(rights: Rights, options: FixtureOptions): View {
  const files = Object.entries(options.files ?? {}).map(
    ([path, file]) => [normalizePath(path), file] as const,
  );
  const storage = fakeStorage(options.storage);
  const missing = (): StorageError => new StorageError('not_found', 'object not found');
  const nodeAt = (fullPath: TreePath): Node => {
    const found = files.find(([path]) => path === fullPath)?.[1];
    const folder = fullPath === ROOT || files.some(([path]) => path !== fullPath && isWithin(path, fullPath));
    if (found === undefined && !folder) throw missing();
    const kind = found === undefined ? ('folder' as const) : ('file' as const);
    const size = found?.size ?? 0;
    const entry: Entry = {
      id: `id:${fullPath}`,
      name: baseName(fullPath),
      kind,
      size,
      modified: MODIFIED,
      ...found?.entry,
    };
    const mounted = isWithin(fullPath, storage.mountPath);
    const atMount = fullPath === storage.mountPath && options.status !== undefined;
    return {
      path: normalizePath(fullPath.slice(rights.basePath === ROOT ? 0 : rights.basePath.length)),
      fullPath,
      entry,
      ...(mounted ? { storage } : {}),
      ...(atMount && options.status ? { mount: { record: storage, status: options.status } } : {}),
    };
  };
  const at = (path: TreePath): Node => nodeAt(joinPath(rights.basePath, path));
  return {
    ...READ_ONLY,
    get: async (path) => at(path),
    list: async (path, listing, ctx) => {
      if (options.list !== undefined) return options.list(path, listing, ctx);
      const { offset = 0, limit, refresh } = listing;
      if (refresh === true && !may(rights, Permission.write)) {
        throw new StorageError('forbidden', 'Refresh without permission');
      }
      if (files.length === 0) throw new NoStorageError();
      const folder = at(path);
      if (folder.entry.kind === 'file') throw new StorageError('not_a_folder', 'not a folder');
      const below = files.map(([child]) => child).filter((child) => isWithin(child, folder.fullPath));
      const names = new Set(below.map((child) => childOf(folder.fullPath, child)));
      const all = [...names].map(nodeAt);
      const end = limit === undefined ? all.length : offset + limit;
      // One entry beyond the page is left unknown, as when the cloud has a further page.
      return {
        folder,
        nodes: all.slice(offset, end),
        known: Math.min(end, all.length),
        complete: end >= all.length,
      };
    },
    async *pages(path) {
      const folder = at(path);
      if (folder.entry.kind === 'file') throw new StorageError('not_a_folder', 'not a folder');
      yield [folder];
      const below = files.map(([child]) => child).filter((child) => isWithin(child, folder.fullPath));
      yield [...new Set(below.map((child) => childOf(folder.fullPath, child)))].map(nodeAt);
    },
    quota: async () => undefined,
    allowances: async () => undefined,
    variants: async () => [],
    open: async (path) => openFile(at(path), files, storage),
    offline: async () => {
      throw new StorageError('unsupported', 'nothing is fetched here');
    },
    canWrite: async () => may(rights, Permission.write),
  };
}

/** The tree in memory takes no changes. */
const refuse = (): Promise<never> =>
  Promise.reject(new StorageError('unsupported', 'this tree cannot be changed'));
const READ_ONLY: Writing & Trashing = {
  mkdir: refuse,
  rename: refuse,
  move: refuse,
  copy: refuse,
  relocate: refuse,
  remove: refuse,
  flatten: refuse,
  star: refuse,
  prune: refuse,
  saveShared: refuse,
  canSaveShared: async () => false,
  shareOut: refuse,
  canShareOut: () => false,
  ownShares: refuse,
  endShares: refuse,
  uploadHashes: refuse,
  upload: refuse,
  trashPlaces: () => [],
  listTrash: refuse,
  restore: refuse,
  purge: refuse,
  emptyTrash: refuse,
  listStarred: refuse,
};

function childOf(dir: TreePath, below: TreePath): TreePath {
  let child = below;
  while (parentOf(child) !== dir) child = parentOf(child);
  return child;
}

function openFile(
  node: Node,
  files: readonly (readonly [TreePath, FixtureFile])[],
  storage: StorageRecord,
): OpenFile {
  if (node.entry.kind === 'folder') throw new StorageError('not_a_file', 'not a file');
  const file = files.find(([path]) => path === node.fullPath)?.[1];
  const url = file?.url;
  return {
    node,
    storage,
    source: url === undefined ? 'read' : 'link',
    link: async () => {
      if (url === undefined) throw new StorageError('unsupported', 'no links here');
      return { url, headers: file?.linkHeaders ?? {}, boundTo: 'egress', variant: 'original' };
    },
    forgetLink: () => {},
    read: async (start, end) => new Blob([new Uint8Array(patternBytes(start, end))]).stream(),
    transport: plainTransport,
    egress: '',
  };
}

const MEMORY: DriverInfo = {
  kind: 'Memory',
  title: 'Memory',
  givesLinks: true,
  canUpload: false,
  traits: { duplicateNames: false, caseSensitive: true, listTtlMs: 60_000, localSort: true },
  fields: [
    { name: 'share_id', type: 'string', label: 'Share', help: 'Id or address', required: true },
    {
      name: 'platform',
      type: 'select',
      label: 'Platform',
      help: '',
      options: ['android', 'web'],
      default: 'web',
    },
    { name: 'password', type: 'string', label: 'Password', help: '', secret: true },
  ],
};

/** Keeps storages in a list. One whose addition says `broken` doesn't work. */
function fakeStorages(): StorageService {
  const rows: StorageView[] = [];
  const put = (id: number, input: StorageInput): StorageView => {
    const wrong = rows.some(({ record }) => record.mountPath === input.mountPath && record.id !== id);
    if (wrong) throw new StorageError('exists', 'this mount path is taken');
    if (input.driver !== 'Memory') {
      throw new StorageError('invalid_argument', `no driver named: ${input.driver}`);
    }
    if (input.addition['share_id'] === undefined) {
      throw new ConfigError([{ field: 'share_id', message: 'is needed' }]);
    }
    const broken = input.addition['broken'] === true;
    const status: StorageStatus = broken
      ? {
          state: 'degraded',
          reason: 'The cloud at 203.0.113.7 says no.',
          remedy: 'Try <b>later</b>.',
          since: MODIFIED,
        }
      : { state: input.disabled ? 'disabled' : 'ok', since: MODIFIED };
    const view = { record: { ...input, id, modified: MODIFIED }, status };
    rows.splice(0, rows.length, ...rows.filter(({ record }) => record.id !== id), view);
    return view;
  };
  const get = (id: number): StorageView => {
    const found = rows.find(({ record }) => record.id === id);
    if (found === undefined) throw new StorageError('not_found', 'no such storage');
    return found;
  };
  return {
    drivers: () => [MEMORY],
    list: async () => rows,
    get: async (id) => get(id),
    create: async (input) => put(rows.length + 1, input),
    update: async (id, input) => put(id, input),
    remove: async (id) => void rows.splice(rows.indexOf(get(id)), 1),
    enable: async (id) => put(id, { ...get(id).record, disabled: false }),
    disable: async (id) => void put(id, { ...get(id).record, disabled: true }),
    check: async (id) => get(id).status,
    verify: async (id) => get(id).status,
    test: async () => [],
    createAll: async (inputs) => inputs.map((input) => put(rows.length + 1, input)),
    inspect: async () => ({ title: '' }),
    recall: () => {},
    inspector: () => ({ inspect: async () => ({ title: '' }), close: async () => {} }),
    accounts: () => [],
    loadAll: async () => {},
  };
}

async function nobodyWatches(): Promise<never> {
  throw new Error('this test watches no feed');
}
