import { throwIfAborted, waitOrAbort } from '../core/abort.ts';
import type { Ctx } from '../core/driver.ts';
import type { Entry, EntryId, EntryPage } from '../core/entry.ts';
import { isAbort, StorageError } from '../core/errors.ts';
import type { SortPolicy } from '../core/storage-record.ts';
import { type Urgency, urgencyOf } from '../core/urgency.ts';
import { ShownNames } from './shown-names.ts';
import { sorted } from './sorting.ts';

export interface ListingOptions {
  /** Gets one page; without a cursor, the first. */
  readonly fetch: (cursor: string | undefined, ctx: Ctx) => Promise<EntryPage>;
  /** Most entries that are taken in; a larger folder is an error. Pages are limited to the same number. */
  readonly maxEntries: number;
  /** The order for `inOrder`. */
  readonly policy: SortPolicy;
  /** Told when a page was taken in. */
  readonly onPage?: () => void;
  /** Told when a page that someone asked for could not be had, before they are. Leaving clients are no failure. */
  readonly onFailure?: (error: unknown) => void;
}

/** What a change of ours did to a folder. What comes stands where the first that is gone stood, else at the end. */
export interface Revision {
  readonly gone?: readonly EntryId[];
  readonly come?: readonly Entry[];
}

/** How often a folder is begun to be listed before a refused cursor is an error. */
const MAX_BEGINS = 4;

interface Flight {
  readonly landed: Promise<void>;
  readonly stop: AbortController;
  readonly urgency: Urgency;
  /** Whether nobody but the gateway itself has asked for the page. */
  unasked: boolean;
  waiters: number;
}

/**
 * A folder's content as of one moment, loaded page by page as far as someone asks, and no further. Entries are only ever added, unless
 * the storage forgets where it was and all begins anew; their names are unique and fit for a path (`ShownNames`).
 *
 * A page is fetched once for all who wait for it, and cancelled when the last of them has left; what had been loaded stays, and the
 * next who asks goes on from there. An error goes to everyone who waits for that page.
 */
export class Listing {
  readonly #options: ListingOptions;
  readonly #cursors = new Set<string>();
  #entries: Entry[] = [];
  #names = new ShownNames();
  #begins = 1;
  #next: string | undefined;
  #complete = false;
  /** Whether an entry is shown under another name than its own. */
  #respelt = false;
  #flight: Flight | undefined;
  #ordered: readonly Entry[] | undefined;

  constructor(options: ListingOptions) {
    this.#options = options;
  }

  /** Entries loaded so far, as delivered. It grows: take from it before the next wait. */
  get loaded(): readonly Entry[] {
    return this.#entries;
  }

  /** Whether `loaded` is all there is. */
  get complete(): boolean {
    return this.#complete;
  }

  /** The entry shown as `name`, among those loaded. */
  peek(name: string): Entry | undefined {
    return this.#names.get(name);
  }

  /** Loads until `enough` says so after a page, or to the end. @throws whatever `fetch` does; StorageError `protocol`, `unsupported`. */
  async until(enough: () => boolean, ctx: Ctx): Promise<void> {
    throwIfAborted(ctx.signal);
    while (!this.#complete && !enough()) await this.#nextPage(ctx);
  }

  /** Resolves when at least `count` entries are loaded, or all there are. @throws as `until`. */
  upTo(count: number, ctx: Ctx): Promise<void> {
    return this.until(() => this.#entries.length >= count, ctx);
  }

  /** Everything, as delivered. @throws as `until`. */
  async all(ctx: Ctx): Promise<readonly Entry[]> {
    await this.until(() => false, ctx);
    return this.#entries;
  }

  /**
   * One page more, ahead of anyone's asking: when it can't be had, the listing stays as good as it was. A more urgent one who comes to wait for
   * the page makes it as urgent. @throws as `until`.
   */
  async readAhead(ctx: Ctx): Promise<void> {
    throwIfAborted(ctx.signal);
    if (!this.#complete) await this.#nextPage(ctx, true);
  }

  /** Everything, in the order of the policy. Sorted once. @throws as `until`. */
  async inOrder(ctx: Ctx): Promise<readonly Entry[]> {
    const entries = await this.all(ctx);
    this.#ordered ??= sorted(entries, this.#options.policy);
    return this.#ordered;
  }

  /** The entry shown as `name`; loads no further than to it. @throws as `until`. */
  async find(name: string, ctx: Ctx): Promise<Entry | undefined> {
    await this.until(() => this.peek(name) !== undefined, ctx);
    return this.peek(name);
  }

  /**
   * The folder after a change of ours, as another listing; this one stays as it is. The change may be in here already. Undefined where
   * the outcome isn't certain: not all is loaded, or a name is shown otherwise than it is spelt, as with duplicates.
   */
  revised({ gone = [], come = [] }: Revision): Listing | undefined {
    if (!this.#complete || this.#respelt) return undefined;
    const leaving = new Set(gone);
    const coming = new Set(come.map(({ id }) => id));
    const staying = this.#entries.filter(({ id }) => leaving.has(id) || !coming.has(id));
    const place = staying.findIndex(({ id }) => leaving.has(id));
    const at = place === -1 ? staying.length : place;
    const rest = staying.slice(at).filter(({ id }) => !leaving.has(id));
    const entries = [...staying.slice(0, at), ...come, ...rest];
    const listing = new Listing(this.#options);
    return listing.#fill(entries) ? listing : undefined;
  }

  /** False when one of the entries has to be shown under another name. */
  #fill(entries: readonly Entry[]): boolean {
    const shown = this.#names.add(entries);
    for (const entry of shown) this.#entries.push(entry); // too many for the arguments of one call
    this.#complete = true;
    return shown.length === entries.length && shown.every((entry, index) => entry === entries[index]);
  }

  async #nextPage(ctx: Ctx, unasked = false): Promise<void> {
    const flight = this.#flight ?? this.#takeOff(ctx, unasked);
    flight.waiters++;
    flight.unasked &&= unasked;
    const unfollow = flight.urgency.follow(urgencyOf(ctx));
    try {
      await waitOrAbort(flight.landed, ctx.signal);
    } finally {
      unfollow();
      flight.waiters--;
      if (flight.waiters === 0) {
        if (this.#flight === flight) this.#flight = undefined;
        flight.stop.abort(); // does nothing when the page is there
      }
    }
  }

  #takeOff(ctx: Ctx, unasked: boolean): Flight {
    const stop = new AbortController();
    const urgency = urgencyOf(ctx);
    const page = this.#fetch({ ...ctx, signal: stop.signal, urgency });
    this.#flight = { landed: this.#land(page, stop), stop, urgency, unasked, waiters: 0 };
    return this.#flight;
  }

  /** Clouds forget their cursors within minutes: who goes on later than that begins anew, and sees the folder of that moment. */
  async #fetch(ctx: Ctx): Promise<EntryPage> {
    const { fetch } = this.#options;
    const cursor = this.#next;
    try {
      return await fetch(cursor, ctx);
    } catch (error) {
      const forgotten = error instanceof StorageError && error.code === 'invalid_argument';
      if (cursor === undefined || !forgotten || this.#begins >= MAX_BEGINS) throw error;
    }
    this.#begins++;
    const first = await fetch(undefined, ctx);
    throwIfAborted(ctx.signal); // all have left, and what is loaded stays
    this.#cursors.clear();
    this.#entries = [];
    this.#names = new ShownNames();
    this.#respelt = false;
    return first;
  }

  async #land(coming: Promise<EntryPage>, stop: AbortController): Promise<void> {
    let flight: Flight | undefined;
    try {
      const page = await coming.finally(() => {
        flight = this.#flight;
      });
      if (flight?.stop !== stop) return; // all have left, and another flight may be under way for this page
      this.#flight = undefined;
      this.#takeIn(page);
    } catch (error) {
      if (stop.signal.aborted) throw error;
      this.#flight = undefined;
      const shown = isAbort(error) ? interrupted(error) : error;
      if (flight?.unasked !== true) this.#options.onFailure?.(shown);
      throw shown;
    }
  }

  #takeIn({ entries, next }: EntryPage): void {
    const { maxEntries, onPage } = this.#options;
    if (next !== undefined && this.#cursors.has(next)) {
      throw new StorageError('protocol', 'the storage sent the same page of a folder again', {
        retry: 'later',
      });
    }
    const tooMany = this.#entries.length + entries.length > maxEntries || this.#cursors.size >= maxEntries;
    if (tooMany) {
      throw new StorageError('unsupported', `the folder holds more than ${maxEntries} entries`, {
        detail: { remedy: 'Spread its content over several folders.' },
      });
    }
    const shown = this.#names.add(entries);
    const asSpelt = new Set(entries);
    this.#respelt ||= shown.some((entry) => !asSpelt.has(entry));
    for (const entry of shown) this.#entries.push(entry);
    if (next !== undefined) this.#cursors.add(next);
    this.#next = next;
    this.#complete = next === undefined;
    onPage?.();
  }
}

/** A call that was given up although people wait for it: to them it has failed, they did not leave. */
function interrupted(cause: unknown): StorageError {
  return new StorageError('unavailable', 'the storage broke off the call', { retry: 'later', cause });
}
