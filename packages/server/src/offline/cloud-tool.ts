import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { CloudJob } from '../core/cloud-job.ts';
import type { Ctx } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import { isWithin, relativeTo, ROOT, type TreePath } from '../core/path.ts';
import type { Clock } from '../core/runtime.ts';
import type { Job } from '../tasks/task.ts';
import { wordsOf } from '../tasks/words.ts';
import type { MadeByJob, OfflineFolder } from '../vfs/offline-folder.ts';
import { linkKey } from './link-key.ts';
import type { OfflinePayload } from './payload.ts';
import type { OfflineTool, Target, ToolOutcome } from './tool.ts';

/** What is known of a download between looks at it. */
const checkpoint = z.union([
  /** The cloud is being asked. `known`: jobs for the same link that were there before. */
  z.object({ step: z.literal('asking'), known: z.array(z.string()), since: z.number() }),
  z.object({
    step: z.literal('watching'),
    job: z.string(),
    /** Whether this task had the cloud begin it. What others began is not ended, and its files not removed. */
    mine: z.boolean(),
    since: z.number(),
    name: z.string(),
    entry: z.string().optional(),
    /** The last progress seen, and when it last changed. */
    percent: z.number(),
    movedAt: z.number(),
    /** Looks in a row that did not find the job, or not its files. */
    misses: z.number(),
    retries: z.number(),
    round: z.number(),
  }),
  /** It has ended with these entries. */
  z.object({
    step: z.literal('made'),
    mine: z.boolean(),
    job: z.string(),
    entry: z.string(),
    ids: z.array(z.string()),
  }),
]);
type Checkpoint = z.output<typeof checkpoint>;
type Watching = Extract<Checkpoint, { step: 'watching' }>;

const QUICK_LOOK_MS = 3000;
/** The longest wait between looks while a download stands. */
const LOOK_MS = 30_000;
/** What has stood still for so long is looked at again after this part of it: of a thousand that wait their turn few are worth a look. */
const STILL_PART = 6;
const MISSED_LOOK_MS = 10_000;
/** Looks without the job, or without its files in the listing, before that counts. */
const MAX_MISSES = 6;
/** Without progress for so long, a download that has brought files ends with those. */
const PARTLY_AFTER_MS = 30 * 60_000;
const STALLED_AFTER_MS = 10 * 60_000;
const MAX_RETRIES = 2;

export interface CloudToolOptions {
  /** The kind of storage whose cloud it is. */
  readonly kind: string;
  /** That kind as AList's refusal spells it. */
  readonly shownAs: string;
  /** Where such storages are mounted, in the whole tree. */
  readonly mounts: () => readonly TreePath[];
  readonly clock: Clock;
}

/** The cloud of a storage fetches links into its own folders. */
export function createCloudTool(options: CloudToolOptions): OfflineTool {
  return new CloudTool(options);
}

class CloudTool implements OfflineTool {
  readonly name: string;
  readonly #options: CloudToolOptions;

  constructor(options: CloudToolOptions) {
    this.name = options.kind;
    this.#options = options;
  }

  async refusal({ folder }: Target, basePath: TreePath): Promise<StorageError | undefined> {
    const { kind, shownAs, mounts } = this.#options;
    if (folder.able && folder.storage.driver === kind) return undefined;
    const message = `unsupported storage driver for offline download, only ${shownAs} is supported`; // AList's (API reference §10.3)
    const places = mounts().flatMap((path) => shownTo(basePath, path));
    const there =
      places.length === 0 ? `Add a ${kind} storage first` : `Choose a folder in ${places.join(', ')}`;
    return new StorageError('unsupported', message, { detail: { remedy: `${there}, or another tool.` } });
  }

  async run(job: Job<OfflinePayload>, { folder }: Target, ctx: Ctx): Promise<ToolOutcome> {
    const found = checkpoint.safeParse(job.checkpoint);
    const at = found.success ? found.data : undefined;
    if (at?.step === 'made') return doneWith(await folder.made(at.entry, ctx), at.mine);
    if (at?.step === 'watching') return this.#look(job, at, { folder, ctx });
    return this.#ask(job, at, { folder, ctx });
  }

  async windUp(
    job: Job<OfflinePayload>,
    { folder }: Target,
    { files, ctx }: { readonly files: boolean; readonly ctx: Ctx },
  ): Promise<void> {
    const found = checkpoint.safeParse(job.checkpoint);
    if (!found.success) return;
    const at = found.data;
    const jobs = await folder.jobs(ctx);
    if (at.step === 'asking') {
      const begun = sameLink(jobs, job.payload.url, folder).find(({ id }) => !at.known.includes(id));
      if (begun !== undefined) await folder.removeJob(begun.id, ctx);
      return;
    }
    if (!at.mine) return;
    const entry = at.entry ?? jobs.find(({ id }) => id === at.job)?.entry;
    await folder.removeJob(at.job, ctx);
    if (!files || entry === undefined) return;
    const there = await folder.made(entry, ctx);
    if (there !== undefined) await folder.removeEntries(ownEntries(there, at), ctx);
  }

  /** Has the cloud begin, unless it is at it already. Nothing is asked for twice, also when the gateway was killed in between. */
  async #ask(
    job: Job<OfflinePayload>,
    at: Extract<Checkpoint, { step: 'asking' }> | undefined,
    { folder, ctx }: { readonly folder: OfflineFolder; readonly ctx: Ctx },
  ): Promise<ToolOutcome> {
    const { url, name } = job.payload;
    const now = this.#options.clock.now();
    const same = sameLink(await folder.jobs(ctx), url, folder);
    const begun = at && same.find(({ id }) => !at.known.includes(id));
    if (begun !== undefined) return this.#watch(job, begun, true);
    const running = same.find(({ phase }) => phase === 'queued' || phase === 'running');
    if (running !== undefined) {
      job.log('The cloud is downloading this already; its download is watched.');
      return this.#watch(job, running, false);
    }
    if (at === undefined) {
      for (const done of same.filter(({ phase }) => phase === 'done')) {
        const there = done.entry === undefined ? undefined : await folder.made(done.entry, ctx);
        if (there !== undefined) return { type: 'done', status: `Is there already: ${there.entry.name}` };
      }
    }
    await job.save({
      step: 'asking',
      known: same.map(({ id }) => id),
      since: at?.since ?? now,
    } satisfies Checkpoint);
    try {
      const started = await folder.start({ url, ...(name === '' ? {} : { name }) }, ctx);
      job.log(`The cloud has taken it: ${started.name}`);
      return await this.#watch(job, started, true);
    } catch (error) {
      if (!(error instanceof StorageError) || error.retry === 'never' || error.retryAfterMs === undefined)
        throw error;
      const goesOn = now + error.retryAfterMs;
      const status = `${wordsOf(error)} Goes on by itself at ${new Date(goesOn).toISOString()}.`;
      return { type: 'again', at: goesOn, as: 'retrying', status };
    }
  }

  async #watch(job: Job<OfflinePayload>, started: CloudJob, mine: boolean): Promise<ToolOutcome> {
    const now = this.#options.clock.now();
    const at: Watching = {
      step: 'watching',
      job: started.id,
      mine,
      since: now,
      name: started.name,
      percent: started.percent,
      movedAt: now,
      misses: 0,
      retries: 0,
      round: job.round,
    };
    await job.save(at);
    // What the platform has already is there at once.
    return {
      type: 'again',
      at: now + (started.phase === 'done' ? 0 : QUICK_LOOK_MS),
      as: 'waiting',
      status: 'The cloud has taken it.',
    };
  }

  async #look(
    job: Job<OfflinePayload>,
    at: Watching,
    place: { readonly folder: OfflineFolder; readonly ctx: Ctx },
  ): Promise<ToolOutcome> {
    const { folder, ctx } = place;
    const seen = (await folder.jobs(ctx)).find(({ id }) => id === at.job);
    if (seen === undefined) return this.#missing(job, at, place);
    if (seen.phase === 'failed') return this.#failed(job, at, { seen, ...place });
    const entry = seen.entry ?? at.entry;
    const there = entry === undefined ? undefined : await folder.made(entry, ctx);
    if (seen.phase === 'done') {
      if (there !== undefined) return this.#made(job, at, there);
      return this.#missing(job, { ...at, name: seen.name, ...(entry === undefined ? {} : { entry }) }, place);
    }
    return this.#going(
      job,
      { ...at, name: seen.name, ...(entry === undefined ? {} : { entry }) },
      { seen, there },
    );
  }

  async #going(
    job: Job<OfflinePayload>,
    at: Watching,
    { seen, there }: { readonly seen: CloudJob; readonly there: MadeByJob | undefined },
  ): Promise<ToolOutcome> {
    const now = this.#options.clock.now();
    const movedAt = seen.percent === at.percent ? at.movedAt : now;
    const still = now - movedAt;
    const total = seen.size ?? 0;
    job.report({
      percent: seen.percent,
      totalBytes: total,
      bytes: Math.round((total * seen.percent) / 100),
      items: there?.files ?? 0,
    });
    if (there !== undefined && there.files > 0 && still >= PARTLY_AFTER_MS) {
      const words = `Partly done: ${partsOf(there)}. The rest has not come for ${minutes(still)} minutes.`;
      await this.#save(job, at, there);
      return { type: 'done', status: words, problem: words };
    }
    const next = { ...at, percent: seen.percent, movedAt, misses: 0 } satisfies Watching;
    // A thousand downloads are looked at all the time; what has not changed is not written again.
    if (!isDeepStrictEqual(next, job.checkpoint)) await job.save(next);
    const soon = Math.min(Math.max(QUICK_LOOK_MS, Math.round(still / STILL_PART)), LOOK_MS);
    return { type: 'again', at: now + soon, as: 'waiting', status: goingWords(seen, there, still) };
  }

  async #made(job: Job<OfflinePayload>, at: Watching, there: MadeByJob): Promise<ToolOutcome> {
    await this.#save(job, at, there);
    job.report({
      percent: 100,
      bytes: there.bytes,
      totalBytes: there.bytes,
      items: there.files,
      totalItems: there.files,
    });
    return doneWith(there, at.mine);
  }

  async #save(job: Job<OfflinePayload>, { mine, job: id }: Watching, there: MadeByJob): Promise<void> {
    const entry = there.entry.id;
    await job.save({ step: 'made', mine, job: id, entry, ids: [...there.ids] } satisfies Checkpoint);
  }

  /** The cloud tells nothing of it any more, or says that it is done while the listing does not show it yet. */
  async #missing(
    job: Job<OfflinePayload>,
    at: Watching,
    { folder, ctx }: { readonly folder: OfflineFolder; readonly ctx: Ctx },
  ): Promise<ToolOutcome> {
    const now = this.#options.clock.now();
    const there = await folder.arrived(
      { name: at.name, since: at.since, ...(at.entry === undefined ? {} : { id: at.entry }) },
      ctx,
    );
    if (there !== undefined) return this.#made(job, at, there);
    if (at.misses + 1 >= MAX_MISSES) {
      throw new StorageError(
        'not_found',
        'The cloud has forgotten this download, and its files are not there.',
        {
          detail: {
            remedy: 'Somebody has deleted the task or the files there. Begin it anew if you still want it.',
          },
        },
      );
    }
    await job.save({ ...at, misses: at.misses + 1 } satisfies Watching);
    return { type: 'again', at: now + MISSED_LOOK_MS, as: 'waiting', status: 'Looking for its files.' };
  }

  /** Tried again when a person asks for it, and by itself where that may help. */
  async #failed(
    job: Job<OfflinePayload>,
    at: Watching,
    { seen, folder, ctx }: { readonly seen: CloudJob; readonly folder: OfflineFolder; readonly ctx: Ctx },
  ): Promise<ToolOutcome> {
    const error = seen.error ?? new StorageError('unavailable', 'The cloud could not download it.');
    const asked = job.round > at.round;
    const bySelf = error.retry === 'later' && at.retries < MAX_RETRIES;
    if (!asked && !bySelf) throw new StorageError(error.code, error.message, { detail: error.detail });
    const now = this.#options.clock.now();
    job.log(`${wordsOf(error)} It is tried again.`);
    await folder.retry(at.job, ctx);
    const retries = asked ? 0 : at.retries + 1;
    await job.save({
      ...at,
      retries,
      round: job.round,
      percent: 0,
      movedAt: now,
      since: now,
    } satisfies Watching);
    return { type: 'again', at: now + QUICK_LOOK_MS, as: 'waiting', status: 'The cloud tries again.' };
  }
}

/** Where a user below `base` finds what is mounted at `path`; nothing for what lies elsewhere. */
function shownTo(base: TreePath, path: TreePath): readonly TreePath[] {
  if (isWithin(path, base)) return [relativeTo(path, base)];
  return isWithin(base, path) ? [ROOT] : [];
}

function sameLink(jobs: readonly CloudJob[], url: string, folder: OfflineFolder): readonly CloudJob[] {
  const key = linkKey(url);
  return jobs.filter((job) => {
    const here = job.folder === undefined || job.folder === folder.id;
    return here && job.url !== '' && safeKey(job.url) === key;
  });
}

/** The cloud's own list may hold what we take for no link. */
function safeKey(url: string): string {
  try {
    return linkKey(url);
  } catch (error) {
    if (error instanceof StorageError) return url;
    throw error;
  }
}

/** What of it the task has made: all, unless somebody has put something in since. */
function ownEntries(
  { entry, ids }: MadeByJob,
  at: Exclude<Checkpoint, { step: 'asking' }>,
): readonly string[] {
  if (at.step !== 'made') return [entry.id];
  const own = new Set(at.ids);
  return ids.every((id) => own.has(id)) ? [entry.id] : ids.filter((id) => id !== entry.id && own.has(id));
}

/** @param mine whether this task had the cloud begin it: rules are for what it has made alone */
function doneWith(there: MadeByJob | undefined, mine: boolean): ToolOutcome {
  if (there === undefined) return { type: 'done', status: 'Done' };
  return { type: 'done', status: partsOf(there), ...(mine ? { made: there.entry.name } : {}) };
}

function partsOf({ entry, files }: MadeByJob): string {
  if (entry.kind === 'file') return entry.name;
  return `${entry.name}: ${files} ${files === 1 ? 'file' : 'files'}`;
}

function goingWords({ phase, percent }: CloudJob, there: MadeByJob | undefined, still: number): string {
  if (phase === 'queued') return 'Waits for its turn in the cloud.';
  const parts = there === undefined || there.files === 0 ? '' : ` There so far: ${partsOf(there)}.`;
  const stalled = still < STALLED_AFTER_MS ? '' : ` No progress for ${minutes(still)} minutes.`;
  return `The cloud downloads it: ${percent} %.${parts}${stalled}`;
}

function minutes(ms: number): number {
  return Math.floor(ms / 60_000);
}
