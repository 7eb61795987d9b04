import type { Driver, DriverType, Env } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import type { Clock, Log, Random } from '../core/runtime.ts';
import type { HttpClient } from '../core/http-client.ts';
import type { StorageRecord } from '../core/storage-record.ts';
import { applyLayers } from '../layers/apply.ts';
import type { CacheStore } from '../layers/cache-store.ts';
import { standardLayers } from '../layers/standard.ts';
import type { Mount } from '../vfs/mount.ts';
import type { PaceOf } from './paces.ts';
import { createStatusTracker, heldBack, type StatusTracker } from './status.ts';

export interface MountingOptions {
  readonly driverTypes: readonly DriverType<unknown>[];
  readonly env: Env;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly paceOf: PaceOf;
  /** Shared by the caches of all storages. */
  readonly memory: CacheStore;
}

/** A mount, and what its storage's owner follows and closes it by. */
export interface OwnedMount extends Mount {
  readonly tracker: StatusTracker;
}

/** How long a single entry may be served from memory. */
const STAT_TTL_MS = 30_000;
const CLOSE_TIMEOUT_MS = 5_000;

/**
 * A storage at work. Does no I/O, and never fails: a storage whose settings don't hold is mounted too, and answers every call with what is
 * wrong with it, so that it can be seen and mended where it belongs.
 *
 * @param damaged why the stored row can't be read in full, if so
 */
export function openMount(record: StorageRecord, options: MountingOptions, damaged?: string): OwnedMount {
  const { clock, log } = options;
  const tracker = createStatusTracker({ clock, log, mountPath: record.mountPath });
  try {
    if (damaged !== undefined) throw misconfigured(damaged);
    return workingMount(record, tracker, options);
  } catch (error) {
    tracker.failed(error);
    const known = error instanceof StorageError ? error : misconfigured('This storage could not be opened.');
    return brokenMount(record, tracker, known);
  }
}

/** Lets go of a mount's driver and of what its layers remember. A driver that takes too long is left to itself. Never fails. */
export async function closeMount(
  { driver, memory, record }: OwnedMount,
  { clock, log }: Pick<MountingOptions, 'clock' | 'log'>,
): Promise<void> {
  memory.clear();
  const closed = new AbortController();
  const tooLong = clock.sleep(CLOSE_TIMEOUT_MS, closed.signal).then(
    () => log.warn({ storage: record.mountPath }, 'a storage takes long to close'),
    () => {}, // it has closed before
  );
  const closing = driver
    .close()
    .catch((error: unknown) => {
      log.warn({ storage: record.mountPath, error }, 'a storage did not close cleanly');
    })
    .finally(() => closed.abort());
  await Promise.race([closing, tooLong]);
}

/** The same storage under changed settings of ours; the driver, its session and its state go on. */
export function renewMount(mount: OwnedMount, record: StorageRecord): OwnedMount {
  return { ...mount, record };
}

function workingMount(record: StorageRecord, tracker: StatusTracker, options: MountingOptions): OwnedMount {
  const { env, clock, random, paceOf, memory } = options;
  const transport = env.http(wayOfFiles(record.addition));
  const driver = createDriver(record, options);
  // What hands out addresses is a cloud, and clouds limit calls; what gives bytes itself is a disk.
  const pace = driver.link === undefined ? undefined : paceOf(record, driver);
  const layers = standardLayers({
    clock,
    random,
    // Whole listings are kept by the tree, which knows for how long; kept twice they would grow twice as old.
    cache: { listTtlMs: 0, statTtlMs: Math.min(driver.traits.listTtlMs, STAT_TTL_MS), store: memory },
    ...(pace === undefined ? {} : { pace }),
    onUpstream: tracker.heard,
  });
  return {
    record,
    transport,
    tracker,
    driver: applyLayers(driver, layers.layers),
    memory: layers,
    status: () => heldBack(tracker.current(), pace?.state().open),
  };
}

/** The way out for bytes: one of their own, where the storage has it. */
function wayOfFiles({ egress, file_egress }: StorageRecord['addition']): string {
  const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');
  return text(file_egress) || text(egress);
}

function createDriver(record: StorageRecord, { driverTypes, env }: MountingOptions): Driver {
  const type = driverTypes.find(({ kind }) => kind === record.driver);
  if (type === undefined) throw misconfigured(`This version has no driver named ${record.driver}.`);
  const parsed = type.config.parse(record.addition);
  if ('ok' in parsed) return type.create(parsed.ok, env);
  throw misconfigured(parsed.problems.map(({ message }) => message).join(' '));
}

function misconfigured(message: string): StorageError {
  return new StorageError('misconfigured', message, {
    detail: { remedy: 'Open the settings of this storage, correct them and save.' },
  });
}

function brokenMount(record: StorageRecord, tracker: StatusTracker, error: StorageError): OwnedMount {
  const refuse = (): Promise<never> => Promise.reject(error.withDetail({ storage: record.mountPath }));
  const transport: HttpClient = { request: refuse };
  const driver: Driver = {
    kind: record.driver,
    root: 'root',
    traits: { duplicateNames: false, caseSensitive: true, listTtlMs: 0, localSort: true },
    list: refuse,
    stat: refuse,
    close: async () => {},
  };
  const memory = { invalidate() {}, forgetLinks() {}, clear() {} };
  return { record, driver, transport, tracker, memory, status: () => tracker.current() };
}
