import { isAbort, StorageError } from '../../core/errors.ts';
import { createGate } from '../../core/gate.ts';
import type { Clock, Log } from '../../core/runtime.ts';
import type { StorageService } from '../../storages/service.ts';
import type { ShareHealthRow, ShareHealthTable } from '../../store/port.ts';
import { SHARE_STATES, shareErrorOf, type ShareState, shareStateOf } from '../share-state.ts';

/** Between two looks that nobody waits for. */
const SPACING_MS = 5_000;
/** How long to wait when there is nothing to look at, or looks are switched off. */
const IDLE_MS = 60_000;
const LOOKS_AT_ONCE = 4;

/** How a shared storage was doing when it was last looked at. */
export interface ShareHealth extends Omit<ShareHealthRow, 'state'> {
  readonly state: ShareState;
}

/** Knows how the shares among the storages are doing, over restarts, and looks at them now and then. */
export interface ShareHealthService {
  /** By storage. Storages that were never looked at are not in it. */
  all(): ReadonlyMap<number, ShareHealth>;
  /** Takes the outcome of a look that somebody else made. */
  note(storageId: number, outcome: { readonly title: string } | { readonly error: unknown }): Promise<void>;
  /** Looks at these storages, a few at a time, without being waited for. Gives how many are to be looked at that were not yet. */
  recheck(storageIds: readonly number[]): number;
  /** How many looks somebody asked for are still to come. */
  pending(): number;
  /** Tells the storages what is known of them, and begins to look after a while. To be called when they are mounted. */
  start(): Promise<void>;
  close(): Promise<void>;
}

interface HealthOptions {
  readonly table: ShareHealthTable;
  readonly storages: Pick<StorageService, 'list' | 'inspect' | 'recall'>;
  /** Driver kinds that show shares. */
  readonly kinds: ReadonlySet<string>;
  /** How often to look at a share, in ms; 0 for never. */
  readonly intervalMs: () => number;
  readonly clock: Clock;
  readonly log: Log;
}

export function createShareHealth(options: HealthOptions): ShareHealthService {
  return new Health(options);
}

class Health implements ShareHealthService {
  readonly #options: HealthOptions;
  readonly #known = new Map<number, ShareHealth>();
  readonly #stop = new AbortController();
  readonly #gate = createGate({ atOnce: LOOKS_AT_ONCE });
  readonly #asked = new Map<number, Promise<void>>();
  #loop: Promise<void> = Promise.resolve();

  constructor(options: HealthOptions) {
    this.#options = options;
  }

  all(): ReadonlyMap<number, ShareHealth> {
    return this.#known;
  }

  pending(): number {
    return this.#asked.size;
  }

  async start(): Promise<void> {
    const { table, storages } = this.#options;
    for (const row of await table.all()) {
      const health = { ...row, state: SHARE_STATES.find((state) => state === row.state) ?? 'unknown' };
      this.#known.set(row.storageId, health);
      const error = shareErrorOf(health.state, row);
      if (error !== undefined) storages.recall(row.storageId, error, row.since);
    }
    this.#loop = this.#run().catch((error: unknown) => {
      if (!isAbort(error)) this.#options.log.error({ error }, 'looking at shares has ended unexpectedly');
    });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all([this.#loop, ...this.#asked.values()]);
  }

  async note(...[storageId, outcome]: Parameters<ShareHealthService['note']>): Promise<void> {
    const now = this.#options.clock.now();
    const before = this.#known.get(storageId);
    const found =
      'error' in outcome ? failure(outcome.error) : { state: 'ok' as const, reason: '', remedy: '' };
    const title = 'title' in outcome ? outcome.title : (before?.title ?? '');
    const since = before?.state === found.state ? before.since : now;
    const health = { storageId, ...found, title, checkedAt: now, since };
    this.#known.set(storageId, health);
    const error = shareErrorOf(health.state, health);
    if (error !== undefined) this.#options.storages.recall(storageId, error, since);
    await this.#options.table.put(health);
  }

  recheck(storageIds: readonly number[]): number {
    const fresh = storageIds.filter((id) => !this.#asked.has(id));
    for (const id of fresh) {
      const look = this.#gate(() => this.#look(id), this.#stop.signal)
        .catch((error: unknown) => {
          if (!isAbort(error)) this.#options.log.error({ storage: id, error }, 'a look at a share failed');
        })
        .finally(() => this.#asked.delete(id));
      this.#asked.set(id, look);
    }
    return fresh.length;
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stop;
    let wait = IDLE_MS; // a start asks no cloud anything
    for (;;) {
      await clock.sleep(wait, signal);
      const id = await this.#due();
      wait = id === undefined ? IDLE_MS : SPACING_MS;
      if (id === undefined) continue;
      this.recheck([id]);
      await this.#asked.get(id);
    }
  }

  /** The storage whose last look is longest ago, when that is long enough. Forgets those that are gone. */
  async #due(): Promise<number | undefined> {
    const { storages, kinds, intervalMs, clock } = this.#options;
    const shares = (await storages.list()).filter(({ record }) => kinds.has(record.driver));
    const ids = new Set(shares.map(({ record }) => record.id));
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id);
    const interval = intervalMs();
    if (interval <= 0) return undefined;
    const last = (id: number): number => this.#known.get(id)?.checkedAt ?? 0;
    const enabled = shares.flatMap(({ record }) => (record.disabled ? [] : [record.id]));
    const [oldest] = enabled.toSorted((a, b) => last(a) - last(b));
    return oldest !== undefined && last(oldest) + interval <= clock.now() ? oldest : undefined;
  }

  async #look(id: number): Promise<void> {
    const { signal } = this.#stop;
    try {
      const { title } = await this.#options.storages.inspect(id, signal);
      await this.note(id, { title });
    } catch (error) {
      if (signal.aborted) throw error;
      if (!(error instanceof StorageError)) throw error;
      // A storage that was removed or switched off meanwhile says nothing of its share.
      if (error.code !== 'not_found' && error.code !== 'unsupported') await this.note(id, { error });
    }
  }
}

function failure(error: unknown): Pick<ShareHealth, 'state' | 'reason' | 'remedy'> {
  const known = error instanceof StorageError ? error : undefined;
  return {
    state: shareStateOf(error),
    reason: known?.message ?? 'Something went wrong inside Sluice.',
    remedy: known?.detail.remedy ?? '',
  };
}
