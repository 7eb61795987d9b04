import { z } from 'zod';
import type { Ctx } from '../core/driver.ts';
import { isAbort, StorageError } from '../core/errors.ts';
import type { Clock } from '../core/runtime.ts';
import { childPath, joinPath, normalizePath, relativeTo, type TreePath } from '../core/path.ts';
import type { Job, Outcome, TaskItem, TaskKind, TaskOwner } from '../tasks/task.ts';
import { wordsOf } from '../tasks/words.ts';
import type { Spool } from '../uploads/spool.ts';
import type { View } from '../vfs/view.ts';
import { copyFile, type CopyTools } from './copy-file.ts';
import { type TransferPayload, transferPayload } from './payload.ts';
import { takeAway } from './take-away.ts';

/** `planned`: all files are written down. `retried`: the round in which failed files were last taken up again. */
const checkpoint = z.object({
  planned: z.literal(true),
  retried: z.number(),
  /** When the sources were first looked at; 0 for a task of a version that did not write it down. */
  since: z.number().default(0),
});

const MAX_ATTEMPTS = 8;
const PAGE = 100;
/** Tries of one file in one run, before it is left for the next run. */
const TRIES = 3;
const MAX_DEPTH = 100;
const MAX_FILES = 1_000_000;

export interface TransferParts {
  readonly spool: Pick<Spool, 'receive'>;
  readonly clock: Pick<Clock, 'now'>;
  /** The tree as the task's owner may see it at this moment. */
  viewFor(owner: TaskOwner): Promise<View>;
}

/**
 * Copies or moves a tree to another storage, file by file: each is written down with its state, so that a run goes on where the last one
 * ended. A move takes away, when every file has arrived, what it has copied and nothing else.
 */
export function transferKind(how: 'copy' | 'move', parts: TransferParts): TaskKind<TransferPayload> {
  return {
    kind: how,
    payload: transferPayload,
    maxAttempts: MAX_ATTEMPTS,
    async run(job) {
      const view = await parts.viewFor(job.owner);
      const ctx: Ctx = { signal: job.signal, priority: 'background' };
      const run = new Transfer(
        job,
        { view, spool: parts.spool, owner: job.owner.id, ctx },
        parts.clock.now(),
      );
      return run.go(how);
    },
  };
}

class Transfer {
  readonly #job: Job<TransferPayload>;
  readonly #tools: CopyTools;
  readonly #from: TreePath;
  readonly #to: TreePath;
  readonly #since: number;

  constructor(job: Job<TransferPayload>, tools: CopyTools, now: number) {
    this.#job = job;
    const found = checkpoint.safeParse(job.checkpoint);
    this.#since = found.success && found.data.since > 0 ? found.data.since : now;
    this.#tools = tools;
    this.#from = normalizePath(job.payload.from);
    this.#to = normalizePath(job.payload.to);
  }

  async go(how: 'copy' | 'move'): Promise<Outcome> {
    const job = this.#job;
    const found = checkpoint.safeParse(job.checkpoint);
    if (!found.success) await this.#plan();
    const retried = found.success ? found.data.retried : job.round;
    if (job.round > retried) await this.#retakeFailed();
    if (!found.success || job.round > retried) await this.#save();
    await this.#copyAll();
    if (how === 'copy') return this.#ended();
    if ((await job.items.totals(job.id)).failed.count > 0) return this.#ended();
    const stay = await takeAway({ job, tools: this.#tools, since: this.#since });
    return this.#ended(stay);
  }

  #save(): Promise<void> {
    return this.#job.save({ planned: true, retried: this.#job.round, since: this.#since });
  }

  /** Writes down every file that is not written down yet. Keys are paths below the source folder; folders end with a slash. */
  async #plan(): Promise<void> {
    const { view, ctx } = this.#tools;
    let count = 0;
    const open: { readonly path: TreePath; readonly depth: number }[] = [];
    const note = async (
      path: TreePath,
      entry: { readonly kind: string; readonly size: number },
      depth: number,
    ) => {
      const isFolder = entry.kind === 'folder';
      if (isFolder) open.push({ path, depth });
      const key = `${relativeTo(path, this.#from)}${isFolder ? '/' : ''}`;
      count += 1;
      if (count > MAX_FILES || depth > MAX_DEPTH) throw tooMuch();
      return { key, state: 'todo', size: isFolder ? 0 : entry.size, note: '' } as const;
    };
    for (const name of this.#job.payload.names) {
      const path = childPath(this.#from, name);
      const entry = await this.#sourceAt(path);
      if (entry === undefined) continue;
      await this.#putNew([await note(path, entry, 0)]);
    }
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      const pages = view.pages(folder.path, ctx);
      let self = true;
      for await (const nodes of pages) {
        const children = self ? nodes.slice(1) : nodes; // the folder itself comes first
        self = false;
        const items: TaskItem[] = [];
        for (const node of children) items.push(await note(node.path, node.entry, folder.depth + 1));
        await this.#putNew(items);
      }
      this.#job.report({ totalItems: count }, `Looking at what is there: ${count}`);
    }
  }

  /** A name that is gone was moved by an earlier run, when there is a checkpoint. @throws `not_found` at the first run. */
  async #sourceAt(path: TreePath) {
    try {
      return (await this.#tools.view.get(path, this.#tools.ctx)).entry;
    } catch (error) {
      const gone = error instanceof StorageError && error.code === 'not_found';
      if (gone && this.#job.checkpoint !== undefined) return undefined;
      throw error;
    }
  }

  async #putNew(items: readonly TaskItem[]): Promise<void> {
    const { id, items: table } = this.#job;
    const fresh: TaskItem[] = [];
    for (const item of items) if ((await table.byKey(id, item.key)) === undefined) fresh.push(item);
    await table.put(id, fresh);
  }

  async #retakeFailed(): Promise<void> {
    const { id, items } = this.#job;
    for (;;) {
      const failed = await items.page(id, { states: ['failed'], limit: PAGE });
      if (failed.length === 0) return;
      await items.put(
        id,
        failed.map((item) => ({ ...item, state: 'todo' as const, note: '' })),
      );
    }
  }

  /** @throws the last passing failure when files are left that may go another time. */
  async #copyAll(): Promise<void> {
    const { id, items } = this.#job;
    let after: string | undefined;
    let passing: StorageError | undefined;
    const totals = await items.totals(id);
    const progress = new Progress(this.#job, totals);
    for (;;) {
      const page = await items.page(id, {
        states: ['todo'],
        limit: PAGE,
        ...(after === undefined ? {} : { after }),
      });
      const last = page.at(-1);
      if (last === undefined) break;
      for (const item of page) {
        const ended = await this.#copyOne(item);
        if (ended instanceof StorageError) passing = ended;
        else {
          await items.put(id, [ended]);
          progress.add(ended);
        }
      }
      after = last.key;
    }
    progress.tell();
    if (passing === undefined) return;
    if (progress.moved) await this.#save(); // which begins to count failures anew
    throw passing;
  }

  /** The item as it ended, or why it is left for another time. */
  async #copyOne(item: TaskItem): Promise<TaskItem | StorageError> {
    const { view, ctx } = this.#tools;
    const path = normalizePath(item.key);
    const way = {
      from: joinPath(this.#from, path),
      to: joinPath(this.#to, path),
      conflict: this.#job.payload.conflict,
    };
    for (let tries = 1; ; tries += 1) {
      try {
        if (item.key.endsWith('/')) {
          await view.mkdir(way.to, ctx);
          return { ...item, state: 'done' };
        }
        return { ...item, state: await copyFile(way, this.#tools), note: '' };
      } catch (error) {
        if (this.#job.signal.aborted || isAbort(error) || !(error instanceof StorageError)) throw error;
        if (error.retry === 'never') {
          this.#job.log(`${item.key}: ${wordsOf(error)}`);
          return { ...item, state: 'failed', note: wordsOf(error) };
        }
        if (tries >= TRIES || error.retryAfterMs !== undefined) return error;
      }
    }
  }

  async #ended(stay = 0): Promise<Outcome> {
    const { id, items } = this.#job;
    const { done, skipped, failed } = await items.totals(id);
    if (failed.count > 0) {
      const [first] = await items.page(id, { states: ['failed'], limit: 1 });
      const words = `${failed.count} of ${failed.count + done.count + skipped.count} could not go: ${first?.key ?? ''}: ${first?.note ?? ''}`;
      throw new StorageError('unavailable', words, {
        detail: { remedy: 'Trying the task again takes up what is left.' },
      });
    }
    const left = skipped.count === 0 ? '' : `, ${skipped.count} left out`;
    const status = `${done.count} there${left}`;
    if (stay === 0) return { type: 'done', status };
    const problem = `${stay} stay where they were: they came or were changed while the rest was moved. Move them again.`;
    return { type: 'done', status, problem };
  }
}

/** How far the whole tree is. */
class Progress {
  readonly #job: Job<TransferPayload>;
  readonly #total: { readonly items: number; readonly bytes: number };
  #items: number;
  #bytes: number;

  constructor(
    job: Job<TransferPayload>,
    totals: Awaited<ReturnType<Job<TransferPayload>['items']['totals']>>,
  ) {
    const all = Object.values(totals);
    this.#job = job;
    this.#total = {
      items: all.reduce((sum, { count }) => sum + count, 0),
      bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    };
    this.#items = this.#total.items - totals.todo.count;
    this.#bytes = this.#total.bytes - totals.todo.bytes;
    this.tell();
  }

  moved = false;

  add({ size, key }: TaskItem): void {
    this.moved = true;
    this.#items += 1;
    this.#bytes += size;
    this.tell(key);
  }

  tell(key?: string): void {
    const { items, bytes } = this.#total;
    const numbers = { items: this.#items, totalItems: items, bytes: this.#bytes, totalBytes: bytes };
    this.#job.report(numbers, ...(key === undefined ? [] : [key]));
  }
}

function tooMuch(): StorageError {
  return new StorageError(
    'invalid_argument',
    `more than ${MAX_FILES} files, or folders deeper than ${MAX_DEPTH} levels`,
    {
      detail: { remedy: 'Copy it in parts.' },
    },
  );
}
