import type { CloudJob } from '../core/cloud-job.ts';
import type { Ctx } from '../core/driver.ts';
import type { Entry, EntryId } from '../core/entry.ts';
import { StorageError } from '../core/errors.ts';
import type { TreePath } from '../core/path.ts';
import type { StorageRecord } from '../core/storage-record.ts';
import type { ListingCache } from './listing-cache.ts';
import type { Mount } from './mount.ts';

/** What a job has made, as it is listed. `entry` is what stands in the folder, `ids` that and everything below it. */
export interface MadeByJob {
  readonly entry: Entry;
  readonly ids: readonly EntryId[];
  readonly files: number;
  readonly bytes: number;
}

/** Clouds and gateways don't agree to the second. */
const CLOCK_SLACK_MS = 120_000;
/** Beyond this many entries only the first count; none of them is then taken to be all. */
const MAX_MADE = 5000;

/**
 * A folder into which a storage's cloud may fetch things by itself. All throw `unsupported` where the cloud doesn't, and otherwise what the
 * storage throws.
 */
export interface OfflineFolder {
  /** In the whole tree. */
  readonly fullPath: TreePath;
  readonly storage: StorageRecord;
  /** Whether its cloud fetches things. */
  readonly able: boolean;
  readonly id: EntryId;
  start(what: { readonly url: string; readonly name?: string }, ctx: Ctx): Promise<CloudJob>;
  jobs(ctx: Ctx): Promise<readonly CloudJob[]>;
  retry(job: string, ctx: Ctx): Promise<void>;
  /** Ends a job; no file goes with it. */
  removeJob(job: string, ctx: Ctx): Promise<void>;
  /** What stands there by this id, looked at anew. Undefined while it is not listed in this folder. */
  made(entry: EntryId, ctx: Ctx): Promise<MadeByJob | undefined>;
  /** What came into this folder after `since` (ms since the epoch) under `name`, or with `id`, looked at anew. */
  arrived(
    what: { readonly name: string; readonly since: number; readonly id?: EntryId },
    ctx: Ctx,
  ): Promise<MadeByJob | undefined>;
  /** Removes entries by their ids, into the trash where there is one. Those that are gone are fine. */
  removeEntries(ids: readonly EntryId[], ctx: Ctx): Promise<void>;
}

/** @throws StorageError `unsupported` for a folder that no storage holds. */
export function offlineFolder(
  place: { readonly path: TreePath; readonly entry: Entry; readonly mount?: Mount },
  listings: ListingCache,
): OfflineFolder {
  const { mount, entry, path } = place;
  if (entry.kind !== 'folder') throw new StorageError('not_a_folder', 'not a folder');
  if (mount === undefined) throw new StorageError('unsupported', 'this folder only leads to storages');
  const { driver } = mount;
  const able = driver.offline !== undefined && driver.jobs !== undefined;
  const renew = (dir: EntryId): void => {
    mount.memory.invalidate(dir);
    listings.drop(mount, dir);
  };
  const anew = (ctx: Ctx): Promise<readonly Entry[]> => {
    renew(entry.id);
    return listings.of(mount, { id: entry.id, foundIn: undefined }).all(ctx);
  };
  return {
    fullPath: path,
    storage: mount.record,
    able,
    id: entry.id,
    start: (what, ctx) => needed(driver.offline).call(driver, { dir: entry.id, ...what }, ctx),
    jobs: (ctx) => needed(driver.jobs).call(driver, {}, ctx),
    retry: (job, ctx) => needed(driver.retryJob).call(driver, { job }, ctx),
    removeJob: (job, ctx) => needed(driver.removeJob).call(driver, { job }, ctx),
    async made(id, ctx) {
      const found = (await anew(ctx)).find((one) => one.id === id);
      return found && madeBy(found, mount, ctx);
    },
    async arrived({ id, name, since }, ctx) {
      const all = await anew(ctx);
      const isNew = (one: Entry): boolean => (one.created ?? one.modified ?? 0) >= since - CLOCK_SLACK_MS;
      const found = all.find((one) => one.id === id || (one.name === name && isNew(one)));
      return found && madeBy(found, mount, ctx);
    },
    async removeEntries(ids, ctx) {
      if (ids.length === 0) return;
      const mode = driver.traits.trash === false ? 'purge' : 'trash';
      try {
        await needed(driver.remove).call(driver, { ids, mode }, ctx);
      } catch (error) {
        if (!(error instanceof StorageError) || error.code !== 'not_found') throw error;
      } finally {
        renew(entry.id);
      }
    },
  };
}

function needed<T>(op: T | undefined): T {
  if (op === undefined)
    throw new StorageError('unsupported', 'the cloud of this storage does not fetch links');
  return op;
}

async function madeBy(entry: Entry, { driver }: Mount, ctx: Ctx): Promise<MadeByJob> {
  const ids = [entry.id];
  let [files, bytes] = entry.kind === 'file' ? [1, entry.size] : [0, 0];
  const folders = entry.kind === 'folder' ? [entry.id] : [];
  for (let dir = folders.pop(); dir !== undefined && ids.length < MAX_MADE; dir = folders.pop()) {
    let cursor: string | undefined;
    do {
      const page = await driver.list({ dir, ...(cursor === undefined ? {} : { cursor }) }, ctx);
      for (const child of page.entries) {
        ids.push(child.id);
        if (child.kind === 'folder') folders.push(child.id);
        else {
          files += 1;
          bytes += child.size;
        }
      }
      cursor = page.next;
    } while (cursor !== undefined && ids.length < MAX_MADE);
  }
  return { entry, ids, files, bytes };
}
