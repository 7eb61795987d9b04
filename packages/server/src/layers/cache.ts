import { throwIfAborted } from '../core/abort.ts';
import type { Call, Ctx, Layer, OpName, OpTable } from '../core/driver.ts';
import type { EntryId } from '../core/entry.ts';
import type { Clock } from '../core/runtime.ts';
import { type CacheStore, createCacheStore, type Kept, type Shelf } from './cache-store.ts';
import { callKey } from './call-key.ts';
import { type LinkTimes, lifeOf } from './link-life.ts';

export interface CacheOptions {
  readonly clock: Clock;
  /** How long a page of a folder is served from memory, in ms; 0 for not at all. */
  readonly listTtlMs: number;
  /** The same for single entries. Default: as listings, 30 s at most. */
  readonly statTtlMs?: number;
  /** The same for free space. Default one minute. */
  readonly quotaTtlMs?: number;
  /** The same for links that don't say when they expire, and for the variants of a file. Default ten minutes. */
  readonly linkTtlMs?: number;
  /** How long before its end a link is used no more, at most a tenth of its life. Default five minutes. */
  readonly linkMarginMs?: number;
  /** Where answers are kept. Default: a store of its own. */
  readonly store?: CacheStore;
}

/** The memory of one storage: one for each driver. */
export interface Cache {
  readonly layer: Layer;
  /** Drops what is known of a folder and of what it holds, as for a refresh. What is under way is not kept either. */
  invalidate(dir: EntryId): void;
  /** Drops the links of a file, after the upstream refused one. */
  forgetLinks(id: EntryId): void;
  /** Drops everything, as when the storage is removed. */
  clear(): void;
}

const RENEW_AGAIN_MS = 60_000;

const KEPT_OPS: ReadonlySet<OpName> = new Set<OpName>(['list', 'stat', 'link', 'variants', 'quota']);
/** They change nothing that is kept, and are asked too seldom to be kept themselves. */
const PASSED_OPS: ReadonlySet<OpName> = new Set<OpName>([
  'read',
  'inspect',
  'thumbnail',
  'listTrash',
  'listStarred',
  'jobs',
  'retryJob',
  'removeJob',
  'allowances',
  'shareTicket',
  'share',
  'listShares',
  'unshare',
]);

/**
 * Serves `list`, `stat`, `link`, `variants` and `quota` from memory. Answers are kept as they came and replaced, never edited; errors are
 * not kept.
 *
 * A link is kept by file, purpose and variant, until shortly before the end that it names. Whoever asks for it towards that end gets it at once and
 * has the next one fetched meanwhile, so that a film that plays over the end of its link never waits for one. It may be bound to the storage's own address (`boundTo`), which is the same for
 * everything that one cache sees, so that needs no place in the key.
 * A writing operation drops what it may have changed, whether it succeeded or not; an answer that was under way meanwhile is not
 * kept.
 *
 * @throws Error when a time is negative.
 */
export function cache(options: CacheOptions): Cache {
  const memory = new Memory(options);
  return {
    invalidate: (dir) => memory.forget({ dir }),
    forgetLinks: (id) => memory.forgetLinks(id),
    clear: () => memory.clear(),
    layer: <K extends OpName>(op: K, next: Call<K>): Call<K> => {
      if (PASSED_OPS.has(op)) return next;
      return KEPT_OPS.has(op) ? remembered(op, next, memory) : forgotten(op, next, memory);
    },
  };
}

function remembered<K extends OpName>(op: K, next: Call<K>, memory: Memory): Call<K> {
  return async function cached(args, ctx) {
    throwIfAborted(ctx.signal);
    const key = `${op} ${callKey(args)}`;
    const kept = memory.get(key);
    // The key begins with the operation, so what lies under it is an answer of that operation.
    if (kept !== undefined) {
      const { urgency: _caller, ...plain } = ctx; // the caller has its answer, whatever becomes of it
      memory.renew(key, (signal) => fetched(args, { ...plain, signal, priority: 'browse' }));
      return kept;
    }
    return fetched(args, ctx);
  };

  async function fetched(args: OpTable[K]['args'], ctx: Ctx): Promise<OpTable[K]['result']> {
    const era = memory.eraOf(op);
    const result = await next(args, ctx);
    if (isKept(result) && era === memory.eraOf(op)) {
      const { dir, ids = [] } = idsIn(args);
      memory.put(`${op} ${callKey(args)}`, { op, id: dir ?? ids[0] ?? '', value: result });
    }
    return result;
  }
}

/** Operations that are remembered answer with one object of data; the type knows no better. */
function isKept(result: unknown): result is Kept['value'] {
  return typeof result === 'object' && !(result instanceof ReadableStream) && !Array.isArray(result);
}

function forgotten<K extends OpName>(op: K, next: Call<K>, memory: Memory): Call<K> {
  return async function written(args, ctx) {
    try {
      return await next(args, ctx);
    } finally {
      memory.forget(idsIn(args));
      // No remembered listing names what was in the trash, so none can be told by it.
      if (op === 'untrash') memory.clear();
    }
  };
}

/** The entries that a call names: the folder it works in, the entries it works on, the folder that receives them. */
interface Ids {
  readonly dir?: EntryId | undefined;
  readonly ids?: readonly EntryId[];
  readonly to?: EntryId | undefined;
}

function idsIn(args: object): Ids {
  const value = (name: string): unknown => Reflect.get(args, name);
  const text = (name: string): EntryId | undefined => {
    const found = value(name);
    return typeof found === 'string' ? found : undefined;
  };
  const many = value('ids');
  const ids = [text('id'), text('replaces'), ...(Array.isArray(many) ? many : [])].filter(
    (id) => typeof id === 'string',
  );
  return { dir: text('dir'), ids, to: text('to') };
}

class Memory {
  readonly #clock: Clock;
  readonly #shelf: Shelf;
  readonly #ttl: Readonly<Record<'list' | 'stat' | 'quota' | 'variants', number>>;
  readonly #linkTimes: LinkTimes;
  /** What is being fetched anew, by key. */
  readonly #renewing = new Set<string>();
  #cleared = new AbortController();
  /** Count what made earlier answers doubtful: one that was under way meanwhile is not kept. */
  #dataEra = 0;
  #linkEra = 0;

  constructor(options: CacheOptions) {
    const { clock, listTtlMs, statTtlMs = Math.min(listTtlMs, 30_000) } = options;
    const { quotaTtlMs = 60_000, linkTtlMs = 600_000, linkMarginMs = 300_000 } = options;
    for (const ms of [listTtlMs, statTtlMs, quotaTtlMs, linkTtlMs, linkMarginMs]) {
      if (!(ms >= 0)) throw new Error('cache times must not be negative');
    }
    this.#clock = clock;
    this.#ttl = { list: listTtlMs, stat: statTtlMs, quota: quotaTtlMs, variants: linkTtlMs };
    this.#linkTimes = { ttlMs: linkTtlMs, marginMs: linkMarginMs };
    this.#shelf = (options.store ?? createCacheStore()).shelf();
  }

  eraOf(op: OpName): number {
    return op === 'link' ? this.#linkEra : this.#dataEra;
  }

  get(key: string): Kept['value'] | undefined {
    const kept = this.#shelf.get(key);
    return kept !== undefined && this.#clock.now() < kept.expiresAt ? kept.value : undefined;
  }

  put(key: string, answer: Omit<Kept, 'expiresAt' | 'renewAt'>): void {
    const now = this.#clock.now();
    if (!('boundTo' in answer.value)) {
      const expiresAt = now + this.#ttlOf(answer.op);
      if (expiresAt > now) this.#shelf.put(key, { ...answer, expiresAt });
      return;
    }
    const { endsAt, renewAt } = lifeOf(answer.value, now, this.#linkTimes);
    if (endsAt > now) this.#shelf.put(key, { ...answer, expiresAt: endsAt, renewAt });
  }

  /** Fetches what lies under a key anew when its time has come and nobody does so yet. What fails is tried again in a minute, if still asked for. */
  renew(key: string, fetch: (signal: AbortSignal) => Promise<unknown>): void {
    const kept = this.#shelf.get(key);
    const now = this.#clock.now();
    if (kept?.renewAt === undefined || now < kept.renewAt || this.#renewing.has(key)) return;
    this.#renewing.add(key);
    this.#shelf.put(key, { ...kept, renewAt: now + RENEW_AGAIN_MS });
    const over = (): void => void this.#renewing.delete(key);
    fetch(this.#cleared.signal).then(over, over); // a failure is told where calls to the cloud are watched, and nobody waits for this one
  }

  forget({ dir, ids = [], to }: Ids): void {
    this.#dataEra++;
    const folders = new Set([dir, to].filter((folder) => folder !== undefined));
    const inside = new Set(this.#entriesOf(folders));
    const changed = new Set(ids);
    const gone = this.#trees(changed);
    if (gone.size > 0) this.#linkEra++;
    this.#shelf.drop(
      (kept) =>
        kept.op === 'quota' ||
        gone.has(kept.id) ||
        (kept.op !== 'link' && folders.has(kept.id)) ||
        (kept.op === 'stat' && inside.has(kept.id)) ||
        ('entries' in kept.value && kept.value.entries.some((entry) => changed.has(entry.id))),
    );
  }

  forgetLinks(id: EntryId): void {
    this.#linkEra++;
    this.#shelf.drop((kept) => kept.op === 'link' && kept.id === id);
  }

  clear(): void {
    this.#dataEra++;
    this.#linkEra++;
    this.#cleared.abort();
    this.#cleared = new AbortController();
    this.#shelf.drop(() => true);
  }

  #ttlOf(op: OpName): number {
    return op === 'list' || op === 'stat' || op === 'quota' || op === 'variants' ? this.#ttl[op] : 0;
  }

  #entriesOf(folders: ReadonlySet<EntryId>): EntryId[] {
    const pages = this.#shelf.all().filter((kept) => kept.op === 'list' && folders.has(kept.id));
    return pages.flatMap(({ value }) => ('entries' in value ? value.entries.map((entry) => entry.id) : []));
  }

  /** Entries and all that is known to lie below them: where ids are paths, another tree may come to stand there. */
  #trees(ids: ReadonlySet<EntryId>): Set<EntryId> {
    if (ids.size === 0) return new Set();
    const children = new Map<EntryId, EntryId[]>();
    for (const { id: dir, value } of this.#shelf.all()) {
      if (!('entries' in value)) continue;
      const ids = value.entries.map((entry) => entry.id);
      children.set(dir, [...(children.get(dir) ?? []), ...ids]);
    }
    const tree = new Set(ids);
    for (const found of tree) for (const child of children.get(found) ?? []) tree.add(child);
    return tree;
  }
}
