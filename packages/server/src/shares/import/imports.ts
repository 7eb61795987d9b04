import { StorageError } from '../../core/errors.ts';
import type { Clock, Log, Random } from '../../core/runtime.ts';
import { NEW_STORAGE } from '../../storages/new-storage.ts';
import type { StorageInput, StorageService } from '../../storages/service.ts';
import { parseShares } from '../parse/parse.ts';
import type { AddressKind } from '../parse/text-line.ts';
import { ImportJob, type RowEdit } from './import-job.ts';
import { type ImportRow, isDone, isGood } from './row.ts';
import { ImportRows, mountedShares } from './rows.ts';
import { DEFAULT_TEMPLATE, parseTemplate } from './template.ts';

/** Dry runs that are remembered; the oldest that isn't running goes first. */
const MAX_JOBS = 8;
const MAX_RUNNING = 4;
/** Storages made in one go, so that other changes get their turn in between. */
const BATCH = 100;

export interface ImportRequest {
  /** Anything that has share addresses in it. */
  readonly text: string;
  readonly template?: string;
  /** Settings of the driver that all get: an account, a way out. */
  readonly addition?: Readonly<Record<string, unknown>>;
}

/** Which rows to add: all that can be, only those that were seen to open, or these. */
export type CommitChoice = 'all' | 'good' | readonly number[];

/** Adds shares by the hundred: a dry run first, then the storages. */
export interface ShareImports {
  /** Reads the text and begins to look. @throws StorageError `invalid_argument` for the template, `rate_limited` for too many at once. */
  start(request: ImportRequest): Promise<ImportJob>;
  /** @throws StorageError `not_found`. */
  get(id: string): ImportJob;
  edit(id: string, index: number, edit: RowEdit): ImportJob;
  cancel(id: string): ImportJob;
  /** Makes the storages, without a look at them. Shares that are mounted by now are left alone: twice is as good as once. */
  commit(id: string, choice: CommitChoice): Promise<{ readonly job: ImportJob; readonly added: number }>;
  close(): Promise<void>;
}

interface ImportsOptions {
  readonly storages: Pick<StorageService, 'list' | 'createAll' | 'inspector'>;
  readonly kinds: readonly AddressKind[];
  /** Told of each storage that was made, with what the dry run had found. */
  readonly added?: (storageId: number, row: ImportRow) => Promise<void>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export function createShareImports(options: ImportsOptions): ShareImports {
  const jobs = new Map<string, ImportJob>();
  const { storages, kinds, clock, random, log } = options;

  const get = (id: string): ImportJob => {
    const job = jobs.get(id);
    if (job !== undefined) return job;
    throw new StorageError('not_found', 'This import is not known any more.', {
      detail: { remedy: 'Paste the text again: what was added is recognised.' },
    });
  };

  return {
    get,
    async start({ text, template = DEFAULT_TEMPLATE, addition = {} }) {
      const path = parseTemplate(template);
      await makeRoom(jobs);
      const parsed = parseShares(text, kinds);
      const rows = new ImportRows(parsed.shares, path, mountedShares(await storages.list(), kinds));
      const id = Buffer.from(random.bytes(12)).toString('base64url');
      const inspector = storages.inspector();
      const job = new ImportJob({ id, rows, parsed, addition, kinds, inspector, clock, log });
      jobs.set(id, job);
      return job;
    },
    edit(id, index, edit) {
      const job = get(id);
      job.edit(index, edit);
      return job;
    },
    cancel(id) {
      const job = get(id);
      job.cancel();
      return job;
    },
    async commit(id, choice) {
      const job = get(id);
      job.rows.remount(mountedShares(await storages.list(), kinds));
      const chosen = job.rows.all().filter((row) => !isDone(row) && isChosen(row, choice));
      let added = 0;
      for (let start = 0; start < chosen.length; start += BATCH) {
        added += await addBatch(job, chosen.slice(start, start + BATCH), options);
      }
      return { job, added };
    },
    async close() {
      await Promise.all([...jobs.values()].map((job) => job.close()));
      jobs.clear();
    },
  };
}

function isChosen(row: ImportRow, choice: CommitChoice): boolean {
  if (choice === 'all') return true;
  return choice === 'good' ? isGood(row) : choice.includes(row.index);
}

async function addBatch(
  job: ImportJob,
  rows: readonly ImportRow[],
  { storages, added: told }: Pick<ImportsOptions, 'storages' | 'added'>,
): Promise<number> {
  const inputs: StorageInput[] = rows.map((row) => ({
    ...NEW_STORAGE,
    mountPath: row.target,
    driver: row.kind,
    addition: job.additionOf(row),
  }));
  const outcomes = await storages.createAll(inputs);
  let added = 0;
  for (const [index, outcome] of outcomes.entries()) {
    const row = rows[index];
    if (row === undefined) continue;
    if (outcome instanceof Error) {
      const taken = outcome instanceof StorageError && outcome.code === 'exists';
      const reason = taken ? 'Something else was mounted there meanwhile.' : outcome.message;
      job.rows.change(row.index, { reason });
    } else {
      added += 1;
      await told?.(outcome.record.id, row);
      job.rows.change(row.index, { state: 'added', target: outcome.record.mountPath });
    }
  }
  return added;
}

async function makeRoom(jobs: Map<string, ImportJob>): Promise<void> {
  const running = [...jobs.values()].filter(({ state }) => state === 'running');
  if (running.length >= MAX_RUNNING) {
    throw new StorageError('rate_limited', 'Several imports are being looked at already.', {
      detail: { remedy: 'Wait until one is done, or stop it.' },
    });
  }
  for (const [id, job] of jobs) {
    if (jobs.size < MAX_JOBS) return;
    if (job.state === 'running') continue;
    jobs.delete(id);
    await job.close();
  }
}
