import type { Driver } from '../../../core/driver.ts';
import type { Entry } from '../../../core/entry.ts';
import { applyLayers } from '../../../layers/apply.ts';
import { normalizePath } from '../../../core/path.ts';
import type { StorageRecord } from '../../../core/storage-record.ts';
import { makeShare } from '../../../drivers/pikpak-share/testing/share-world.ts';
import { ctx, idAt, QUIET, startWorld, type World } from '../../../drivers/pikpak/testing/sandbox-world.ts';
import type { ShareCopyRow, ShareCopyTable } from '../../../store/port.ts';
import { storageRow } from '../../../../testing/store-rows.ts';
import type { Mount } from '../../../vfs/mount.ts';
import { createMountTable } from '../../../vfs/mount-table.ts';
import { openFile } from '../../../vfs/open-file.ts';
import type { OpenFile } from '../../../vfs/view.ts';
import { createShareCopies, type ShareCopies } from '../share-copies.ts';

/** Whose drive takes the copies. */
const SAVER = { username: 'full@sluice.test', password: 'sluice-demo' };
export const SAVER_EMAIL = SAVER.username;

/** The process has been killed: nothing that it does has any effect. */
export class Killed extends Error {}

/** Counts the steps that a process takes outside of itself, and kills it at one of them, before or after its effect. */
export class Killer {
  steps = 0;
  dead = false;
  readonly #at: number;
  readonly #when: 'before' | 'after';

  constructor(at = Number.POSITIVE_INFINITY, when: 'before' | 'after' = 'before') {
    this.#at = at;
    this.#when = when;
  }

  async step<T>(act: () => Promise<T>): Promise<T> {
    if (this.dead) throw new Killed();
    this.steps += 1;
    const last = this.steps === this.#at;
    if (last && this.#when === 'before') this.dead = true;
    if (this.dead) throw new Killed();
    const answer = await act();
    if (last) this.dead = true;
    if (this.dead) throw new Killed();
    return answer;
  }
}

/** Shared files that are cut, an account to save them to, and what a gateway keeps of both. */
export interface CopiesWorld extends Pick<World, 'advance' | 'sandbox'> {
  /** What is on disk. */
  readonly rows: Map<string, ShareCopyRow>;
  /** The shared files. */
  readonly entries: readonly Entry[];
  /** A gateway's process. */
  process(options?: { readonly quota?: number; readonly killer?: Killer }): Promise<Process>;
  /** Somebody takes something out of the account by other means. */
  purge(id: string): Promise<void>;
  /** All copies go, here and there. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

export interface Process {
  readonly copies: ShareCopies;
  file(entry: Entry): OpenFile;
  close(): Promise<void>;
}

export async function copiesWorld(files: number): Promise<CopiesWorld> {
  const world = await startWorld({ sharedCut: { part: 0.4, told: true } });
  const rows = new Map<string, ShareCopyRow>();
  const owner = world.open();
  const folder = await idAt(owner, '/Big/ten-thousand');
  const { entries: all } = await owner.list({ dir: folder }, ctx());
  const ids = all.slice(0, files).map(({ id }) => id);
  const made = await owner.share?.({ ids }, ctx());
  const share = makeShare(world.env, { share_id: made?.url ?? '', egress: 'sandbox-direct' });
  const { entries } = await share.list({ dir: share.root }, ctx());
  const account = world.open(SAVER);
  return {
    ...world,
    rows,
    entries,
    async process({ quota = 1e9, killer = new Killer() } = {}) {
      const record = (id: number, path: string, addition: object): StorageRecord => ({
        ...storageRow(),
        id,
        mountPath: normalizePath(path),
        disabled: false,
        addition: { ...addition },
      });
      const shares = mountOf(share, record(1, '/cut', { restore_account: '/mine' }), world);
      const mine = mountOf(
        mortal(account, killer),
        record(2, '/mine', { share_cache_gb: quota / 1e9 }),
        world,
      );
      const mounts = createMountTable();
      mounts.mount(shares);
      mounts.mount(mine);
      const copies = createShareCopies({
        mounts,
        twin: () => undefined,
        table: tableOver(rows, killer),
        installation: 'test',
        clock: world.clock,
        random: world.env.random,
        log: QUIET,
      });
      await copies.start();
      return {
        copies,
        file(entry) {
          const path = normalizePath(`/cut/${entry.name}`);
          return copies.opened(
            openFile({ path, fullPath: path, entry, storage: shares.record }, shares),
            shares,
          );
        },
        close: () => copies.close(),
      };
    },
    async purge(id) {
      await account.remove?.({ ids: [id], mode: 'purge' }, ctx());
    },
    async empty() {
      const { entries: root } = await account.list({ dir: account.root }, ctx());
      for (const { id } of root.filter(({ name }) => name === '.sluice-cache')) {
        await account.remove?.({ ids: [id], mode: 'purge' }, ctx());
      }
      rows.clear();
    },
    async close() {
      await share.close();
      await world.close();
    },
  };
}

function mountOf(driver: Driver, record: StorageRecord, { env }: World): Mount {
  return {
    record,
    driver: applyLayers(driver, []),
    transport: env.http('sandbox-direct'),
    memory: { invalidate() {}, forgetLinks() {}, clear() {} },
    status: () => ({ state: 'ok', since: 0 }),
  };
}

/** The driver in the hands of a process that may be killed. */
function mortal(driver: Driver, killer: Killer): Driver {
  const { mkdir, remove, restore, link } = driver;
  return {
    kind: driver.kind,
    root: driver.root,
    traits: driver.traits,
    list: (args, c) => killer.step(() => driver.list(args, c)),
    stat: (args, c) => killer.step(() => driver.stat(args, c)),
    ...(link && { link: (args, c) => killer.step(() => link.call(driver, args, c)) }),
    ...(mkdir && { mkdir: (args, c) => killer.step(() => mkdir(args, c)) }),
    ...(remove && { remove: (args, c) => killer.step(() => remove(args, c)) }),
    ...(restore && { restore: (args, c) => killer.step(() => restore(args, c)) }),
    close: async () => {},
  };
}

function tableOver(rows: Map<string, ShareCopyRow>, killer: Killer): ShareCopyTable {
  return {
    all: async () => [...rows.values()],
    put: (row) => killer.step(async () => void rows.set(row.folder, row)),
    remove: (folder) => killer.step(async () => void rows.delete(folder)),
  };
}
