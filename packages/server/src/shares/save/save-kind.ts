import { z } from 'zod';
import type { Ctx } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import { childPath, normalizePath, type TreePath } from '../../core/path.ts';
import type { Clock } from '../../core/runtime.ts';
import type { Job, Outcome, TaskKind, TaskOwner } from '../../tasks/task.ts';
import type { Node, View } from '../../vfs/view.ts';

/** What is to be saved. Names are those of one folder; none for all that it holds. */
export const savePayload = z.object({ from: z.string(), names: z.array(z.string()), to: z.string() });

export type SavePayload = z.output<typeof savePayload>;

/**
 * Written before the cloud is asked for a batch, and when it has answered with a job that goes on: a run that was cut then waits for that
 * job, or looks what has come, and asks for nothing twice.
 */
const checkpoint = z.object({ done: z.number(), asked: z.boolean(), job: z.string().optional() });

const MAX_ATTEMPTS = 5;
/** As many as a cloud takes at once. */
const BATCH = 100;
const MAX_NAMES = 20_000;
/** How long a cloud is given for one batch, and between two looks, in ms. */
const LOOK_EVERY_MS = 20_000;
const ARRIVAL_WAITS_MS: readonly number[] = [1000, 2000, 4000];

export interface SaveParts {
  readonly clock: Clock;
  /** The tree as the task's owner may see it at this moment. */
  viewFor(owner: TaskOwner): Promise<View>;
}

/** The task that saves what somebody shared into a drive of one's own: in the cloud, a hundred entries at a time. */
export function saveKind(parts: SaveParts): TaskKind<SavePayload> {
  const { clock } = parts;
  return {
    kind: 'share_save',
    payload: savePayload,
    maxAttempts: MAX_ATTEMPTS,
    async run(job) {
      const ctx: Ctx = { signal: job.signal, priority: 'background' };
      return new Save(job, { view: await parts.viewFor(job.owner), clock, ctx }).go();
    },
  };
}

class Save {
  readonly #job: Job<SavePayload>;
  readonly #view: View;
  readonly #clock: Clock;
  readonly #ctx: Ctx;
  readonly #from: TreePath;
  readonly #to: TreePath;

  constructor(
    job: Job<SavePayload>,
    { view, clock, ctx }: { readonly view: View; readonly clock: Clock; readonly ctx: Ctx },
  ) {
    this.#job = job;
    this.#view = view;
    this.#clock = clock;
    this.#ctx = ctx;
    this.#from = normalizePath(job.payload.from);
    this.#to = normalizePath(job.payload.to);
  }

  async go(): Promise<Outcome> {
    const job = this.#job;
    const names = await this.#names();
    const found = checkpoint.safeParse(job.checkpoint);
    let { done, asked, job: begun } = found.success ? found.data : { done: 0, asked: false, job: undefined };
    await this.#view.mkdir(this.#to, this.#ctx);
    for (; done < names.length; done += BATCH, asked = false, begun = undefined) {
      job.report({ items: done, totalItems: names.length }, 'saving');
      const batch = names.slice(done, done + BATCH);
      const missing = await this.#missing(batch);
      if (missing.length === 0 && asked) continue; // its answer never came, but what was asked for did
      if (!asked) refuseTaken(batch, missing);
      const wanted = begun === undefined ? missing : batch;
      await job.save({ done, asked: true, ...(begun === undefined ? {} : { job: begun }) });
      const way = { from: this.#from, names: wanted, to: this.#to };
      const answer = await this.#view.saveShared(way, begun, this.#ctx);
      if (answer.job === undefined) {
        await this.#checkArrived(batch);
        continue;
      }
      await job.save({ done, asked: true, job: answer.job });
      return {
        type: 'again',
        at: this.#clock.now() + LOOK_EVERY_MS,
        as: 'waiting',
        status: 'the cloud is saving it',
      };
    }
    job.report({ items: names.length, totalItems: names.length });
    return { type: 'done', status: `${names.length} saved` };
  }

  /** What is to be saved, in an order that stays. */
  async #names(): Promise<readonly string[]> {
    const { names } = this.#job.payload;
    if (names.length > 0) return names;
    const { nodes } = await this.#view.list(this.#from, {}, this.#ctx);
    if (nodes.length > MAX_NAMES)
      throw new StorageError('unsupported', `more than ${MAX_NAMES} entries at once`);
    return nodes.map(({ entry }) => entry.name).toSorted();
  }

  /** The cloud's word that it is done is not enough: it may have put things elsewhere. Listings may lag behind for a moment. */
  async #checkArrived(names: readonly string[]): Promise<void> {
    for (const wait of ARRIVAL_WAITS_MS) {
      if ((await this.#missing(names)).length === 0) return;
      await this.#clock.sleep(wait, this.#ctx.signal);
    }
    const missing = await this.#missing(names);
    if (missing.length === 0) return;
    throw new StorageError(
      'unavailable',
      `The cloud says that it has saved them, but does not show [${missing[0]}].`,
      {
        detail: { remedy: "Look whether they have come to the drive's folder for saved shares." },
      },
    );
  }

  /** Those that do not stand in the target. */
  async #missing(names: readonly string[]): Promise<readonly string[]> {
    const missing: string[] = [];
    for (const name of names)
      if ((await this.#at(childPath(this.#to, name))) === undefined) missing.push(name);
    return missing;
  }

  async #at(path: TreePath): Promise<Node | undefined> {
    try {
      return await this.#view.get(path, this.#ctx);
    } catch (error) {
      if (error instanceof StorageError && error.code === 'not_found') return undefined;
      throw error;
    }
  }
}

/** A cloud would number a name that is taken, without a word. */
function refuseTaken(names: readonly string[], missing: readonly string[]): void {
  const free = new Set(missing);
  const taken = names.find((name) => !free.has(name));
  if (taken !== undefined) throw new StorageError('exists', `file [${taken}] exists`);
}
