import { throwIfAborted } from '../../core/abort.ts';
import { isAbort, StorageError } from '../../core/errors.ts';
import type { Clock, Log } from '../../core/runtime.ts';
import { ConfigError, type ShareInspector } from '../../storages/service.ts';
import type { ParsedShares } from '../parse/found-share.ts';
import type { AddressKind } from '../parse/text-line.ts';
import { shareStateOf } from '../share-state.ts';
import { asSegment } from './template.ts';
import type { ImportRow } from './row.ts';
import type { ImportRows } from './rows.ts';

/** Looks that are under way at one time; the pace of the account or way out says how fast they go. */
const LOOKS_AT_ONCE = 4;
/** Times that one share is asked for again when the cloud wants a pause. */
const MAX_PAUSES = 3;
const LONGEST_PAUSE_MS = 10 * 60_000;

interface ImportJobParts {
  readonly id: string;
  readonly rows: ImportRows;
  readonly parsed: ParsedShares;
  readonly addition: Readonly<Record<string, unknown>>;
  readonly kinds: readonly AddressKind[];
  readonly inspector: ShareInspector;
  readonly clock: Clock;
  readonly log: Log;
}

/** What somebody corrects in a row. */
export interface RowEdit {
  readonly name?: string;
  readonly category?: string;
  readonly passCode?: string;
}

/** One dry run: looks at each share that isn't mounted yet, a few at a time, until all are known or somebody has enough. */
export class ImportJob {
  readonly id: string;
  readonly rows: ImportRows;
  readonly parsed: ParsedShares;
  readonly #parts: ImportJobParts;
  /** Of the looks under way; those that a correction asks for later have another. */
  #stop = new AbortController();
  #cancelled = false;
  readonly #running = new Set<Promise<void>>();
  /** Until when the cloud wants no calls, in ms since the epoch. */
  #pausedUntil = 0;
  #next = 0;

  constructor(parts: ImportJobParts) {
    this.id = parts.id;
    this.rows = parts.rows;
    this.parsed = parts.parsed;
    this.#parts = parts;
    for (let worker = 0; worker < LOOKS_AT_ONCE; worker++) this.#track(this.#work());
  }

  get state(): 'running' | 'done' | 'cancelled' {
    if (this.#running.size > 0) return 'running';
    return this.#cancelled ? 'cancelled' : 'done';
  }

  /** When the looks go on, in ms since the epoch; undefined when nothing holds them up. */
  get pausedUntil(): number | undefined {
    return this.#pausedUntil > this.#parts.clock.now() ? this.#pausedUntil : undefined;
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Ends the looks. What is known stays, and a correction still looks at its row. */
  cancel(): void {
    this.#cancelled ||= this.#running.size > 0;
    this.#stop.abort();
    this.#stop = new AbortController();
  }

  async close(): Promise<void> {
    this.cancel();
    await this.settled();
    await this.#parts.inspector.close();
  }

  /**
   * Takes a correction, and looks again when it could change the outcome.
   * @throws StorageError `not_found` for a row that isn't there.
   */
  edit(index: number, { name, category, passCode }: RowEdit): void {
    const row = this.rows.at(index);
    if (row === undefined) throw new StorageError('not_found', 'This import has no such row.');
    const code = passCode?.trim();
    const looksAgain = code !== undefined && row.state !== 'mounted' && row.state !== 'added';
    this.rows.change(index, {
      ...(name === undefined ? {} : nameOf(name, row)),
      ...(category === undefined ? {} : { category: category.trim() }),
      ...(code === undefined ? {} : { place: { ...row.place, passCode: code } }),
      ...(looksAgain ? { state: 'waiting' } : {}),
      ...(row.reason === undefined || looksAgain ? {} : { reason: row.reason }),
      ...(row.remedy === undefined || looksAgain ? {} : { remedy: row.remedy }),
    });
    if (looksAgain) this.#track(this.#look(index));
  }

  #track(work: Promise<void>): void {
    const settled = work.catch((error: unknown) => {
      if (!isAbort(error)) this.#parts.log.error({ error }, 'a look at shares ended unexpectedly');
    });
    this.#running.add(settled);
    void settled.finally(() => this.#running.delete(settled));
  }

  async #work(): Promise<void> {
    const { signal } = this.#stop;
    for (let row = this.rows.at(this.#next); row !== undefined; row = this.rows.at(this.#next)) {
      throwIfAborted(signal);
      this.#next += 1;
      if (row.state === 'waiting') await this.#look(row.index);
    }
  }

  async #look(index: number): Promise<void> {
    const { signal } = this.#stop;
    for (let pauses = 0; ; pauses++) {
      await this.#waitOut(signal);
      const row = this.rows.at(index);
      if (row?.state !== 'waiting') return; // somebody else looks at it
      this.rows.change(index, { state: 'looking' });
      try {
        const report = await this.#parts.inspector.inspect(
          { driver: row.kind, addition: this.additionOf(row) },
          signal,
        );
        if (this.#isOutdated(row)) return;
        const title = row.named ? {} : { name: asSegment(report.title) };
        return this.rows.change(index, { state: 'ok', report, ...title });
      } catch (error) {
        if (this.#isOutdated(row)) return;
        if (signal.aborted || (pauses < MAX_PAUSES && this.#pauseFor(error))) {
          this.rows.change(index, { state: 'waiting' });
          if (signal.aborted) return;
        } else return this.#failed(index, error);
      }
    }
  }

  /** Whether another pass code came meanwhile, for which there is a look of its own. */
  #isOutdated(row: ImportRow): boolean {
    return this.rows.at(row.index)?.place !== row.place;
  }

  /** The settings of a storage for a row. */
  additionOf({ kind, place }: ImportRow): Readonly<Record<string, unknown>> {
    const { kinds, addition } = this.#parts;
    return { ...addition, ...kinds.find((one) => one.kind === kind)?.addresses.additionOf(place) };
  }

  async #waitOut(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    for (let wait = this.#pausedUntil - clock.now(); wait > 0; wait = this.#pausedUntil - clock.now()) {
      await clock.sleep(wait, signal);
    }
  }

  /** Holds all looks back when the cloud asks for a pause of a length that one can wait for. */
  #pauseFor(error: unknown): boolean {
    if (!(error instanceof StorageError) || error.code !== 'rate_limited') return false;
    const wait = error.retryAfterMs ?? 0;
    if (wait <= 0 || wait > LONGEST_PAUSE_MS) return false;
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#parts.clock.now() + wait);
    return true;
  }

  #failed(index: number, error: unknown): void {
    if (!(error instanceof StorageError) && !(error instanceof ConfigError)) {
      this.#parts.log.error({ error }, 'a look at a share failed unexpectedly');
      return this.rows.change(index, { state: 'unknown', reason: 'Something went wrong inside Sluice.' });
    }
    const remedy = error instanceof StorageError ? error.detail.remedy : undefined;
    this.rows.change(index, {
      state: shareStateOf(error),
      reason: error.message,
      ...(remedy === undefined ? {} : { remedy }),
    });
  }
}

/** What a person calls a row; without a word of theirs it is the share's own title. */
function nameOf(text: string, row: ImportRow): Pick<ImportRow, 'name' | 'named'> {
  const name = asSegment(text);
  return name === '' ? { name: asSegment(row.report?.title ?? ''), named: false } : { name, named: true };
}
