import type { UploadSource } from '../../src/core/driver.ts';
import { createHash } from 'node:crypto';
import type { TreePath } from '../../src/core/path.ts';
import type { Random } from '../../src/core/runtime.ts';
import type { StorageRecord } from '../../src/core/storage-record.ts';
import { normalizePath } from '../../src/core/path.ts';
import type { Mount } from '../../src/vfs/mount.ts';
import { createView } from '../../src/vfs/user-view.ts';
import type { View } from '../../src/vfs/view.ts';
import { createVfs, type Vfs } from '../../src/vfs/vfs.ts';
import type { Clock, Log } from '../../src/core/runtime.ts';
import { gcidOf } from './gcid.ts';
import type { RivalAct, Trouble } from './steps.ts';
import type { Tree } from './tree.ts';

/** A gateway with one storage at `/`, as it stands until it is stopped. */
export interface Gateway {
  readonly view: View;
  readonly vfs: Vfs;
  readonly mount: Mount;
}

/** What somebody else does to a tree, whatever has become of it by then. */
export type Effect = (tree: Tree) => Tree;

/** What happened to the requests of an operation. */
export interface Happened {
  readonly troubled: boolean;
  /** What others did meanwhile, in their order. */
  readonly effects: readonly Effect[];
}

/** A storage behind a gateway: what a sequence of steps works on. */
export interface Subject {
  /** The gateway of this moment; another one after a restart. */
  readonly gateway: Gateway;
  /** Whether ids stay with entries for good, as in a cloud. */
  readonly ids: boolean;
  /** What is really there, past the gateway. */
  real(): Promise<Tree>;
  /** Stops the gateway, and starts another on what is on disk. */
  restart(): Promise<void>;
  /** Runs what waits for virtual time. */
  run<T>(job: () => Promise<T>): Promise<T>;
  /** Lets time pass. */
  pass(ms: number): Promise<void>;
  /** Says what will happen to the requests of the operation that comes. */
  expect(troubles: readonly Trouble[], leave: () => void): void;
  /** The operation is over. */
  settle(): Happened;
  /** Another program does something, now. What it does to a tree; undefined when it was refused. */
  rival(act: RivalAct): Promise<Effect | undefined>;
  close(): Promise<void>;
}

export const QUIET: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** The same numbers in every run. */
export function steadyRandom(seed = 1): Random {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
  return {
    bytes: (length) => Uint8Array.from({ length }, () => next() >>> 24),
    fraction: () => next() / 2 ** 32,
  };
}

export const LISTINGS_KEPT_MINUTES = 600;

/** A storage's record, mounted at `/`. */
export function recordOf(driver: string, addition: StorageRecord['addition']): StorageRecord {
  return {
    id: 1,
    mountPath: normalizePath('/'),
    order: 0,
    driver,
    cacheExpiration: LISTINGS_KEPT_MINUTES,
    addition,
    remark: '',
    modified: 0,
    disabled: false,
    disableIndex: false,
    enableSign: false,
    orderBy: '',
    orderDirection: '',
    extractFolder: '',
    webProxy: false,
    webdavPolicy: '302_redirect',
    proxyRange: false,
    downProxyUrl: '',
    downProxySign: true,
  };
}

export function gatewayOf(mount: Mount, clock: Clock): Gateway {
  const vfs = createVfs({ clock, log: QUIET });
  vfs.mounts.mount(mount);
  const view = createView(vfs, { basePath: normalizePath('/'), admin: true, permission: 0 });
  return { view, vfs, mount };
}

export function pathOf(segments: readonly string[]): TreePath {
  return normalizePath(`/${segments.join('/')}`);
}

/** Something to upload. */
export function sourceOf(text: string): UploadSource {
  const bytes = new TextEncoder().encode(text);
  return {
    size: bytes.length,
    open: (start, end) => new Blob([bytes.slice(start, end)]).stream(),
    hash: async ({ kind }) => {
      if (kind === 'gcid') return gcidOf(text);
      return createHash(kind).update(bytes).digest('hex');
    },
  };
}
