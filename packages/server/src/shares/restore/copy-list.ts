import type { Clock } from '../../core/runtime.ts';
import type { ShareCopyRow, ShareCopyTable } from '../../store/port.ts';

/** When a copy was played is written down at most this often, in ms. */
const PLAYED_EVERY_MS = 60_000;

/** What is, or is to be, in the caches of all accounts: in memory as on disk. */
export class CopyList {
  readonly #table: ShareCopyTable;
  readonly #clock: Clock;
  readonly #rows = new Map<string, ShareCopyRow>();

  constructor(table: ShareCopyTable, clock: Clock) {
    this.#table = table;
    this.#clock = clock;
  }

  async load(): Promise<void> {
    for (const row of await this.#table.all()) this.#rows.set(row.folder, row);
  }

  /** The copy of a file in a storage, ready or not; never one that leaves. */
  of(storageId: number, source: string): ShareCopyRow | undefined {
    return this.#in(storageId).find((row) => row.source === source && row.state !== 'leaving');
  }

  byFolder(folder: string): ShareCopyRow | undefined {
    return this.#rows.get(folder);
  }

  in(storageId: number): readonly ShareCopyRow[] {
    return this.#in(storageId);
  }

  /** Storages with something that was begun and not brought to its end. */
  unsettled(): ReadonlySet<number> {
    const open = [...this.#rows.values()].filter(({ state }) => state !== 'ready');
    return new Set(open.map(({ storageId }) => storageId));
  }

  /** Bytes that the copies of a storage take, those to come included. */
  bytesIn(storageId: number): number {
    return this.#in(storageId).reduce((sum, { size }) => sum + size, 0);
  }

  /** The copy that was played longest ago. */
  oldestIn(storageId: number): ShareCopyRow | undefined {
    const [oldest] = this.#in(storageId)
      .filter(({ state }) => state === 'ready')
      .toSorted((a, b) => a.playedAt - b.playedAt);
    return oldest;
  }

  /** Resolves when it is on disk; only then is it in memory. */
  async put(row: ShareCopyRow): Promise<ShareCopyRow> {
    await this.#table.put(row);
    this.#rows.set(row.folder, row);
    return row;
  }

  async remove(folder: string): Promise<void> {
    await this.#table.remove(folder);
    this.#rows.delete(folder);
  }

  /** Notes that a copy is played. */
  async played(folder: string): Promise<void> {
    const row = this.#rows.get(folder);
    const now = this.#clock.now();
    if (row === undefined || row.playedAt === now) return;
    this.#rows.set(folder, { ...row, playedAt: now });
    if (now - row.playedAt >= PLAYED_EVERY_MS) await this.#table.put({ ...row, playedAt: now });
  }

  #in(storageId: number): ShareCopyRow[] {
    return [...this.#rows.values()].filter((row) => row.storageId === storageId);
  }
}
