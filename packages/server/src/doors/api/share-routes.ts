import { z } from 'zod';
import { StorageError } from '../../core/errors.ts';
import { explain } from '../../http/problem.ts';
import type { ImportJob } from '../../shares/import/import-job.ts';

import { isGood, type ImportRow } from '../../shares/import/row.ts';
import { ApiFailure } from './envelope.ts';
import { route, type Route } from './route.ts';
import { wireTime } from './wire-time.ts';

/** A list of shares may be long: the largest text in bytes. */
const MAX_TEXT_BYTES = 10 * 1024 * 1024;

const importId = z.string().min(1).max(64);
const choice = z.union([z.enum(['all', 'good']), z.array(z.int().min(0)).max(20_000)]);

/**
 * Ours: reads any text with share addresses in it and begins a dry run. With `commit` it waits for the end and adds the storages, for scripts.
 */
const start = route({
  method: 'POST',
  path: '/admin/share/import',
  access: 'admin',
  maxBodyBytes: MAX_TEXT_BYTES,
  request: z.object({
    text: z.string(),
    path_template: z.string().max(1024).optional(),
    addition: z.record(z.string(), z.unknown()).default({}),
    commit: choice.optional(),
  }),
  async run({ text, path_template: template, addition, commit }, { ctx }, { shares: { imports } }) {
    const job = await imports.start({ text, addition, ...(template ? { template } : {}) });
    if (commit === undefined) return wireImport(job, 0);
    const stop = (): void => job.cancel();
    ctx.signal.addEventListener('abort', stop, { once: true });
    await job.settled();
    ctx.signal.removeEventListener('abort', stop);
    ctx.signal.throwIfAborted();
    return committed(await imports.commit(job.id, commit));
  },
});

/** Ours: how far a dry run is, and the rows that changed since a revision. */
const get = route({
  method: 'GET',
  path: '/admin/share/import',
  access: 'admin',
  request: z.object({ id: importId, since: z.int().min(0).default(0) }),
  run: async ({ id, since }, _, { shares: { imports } }) =>
    wireImport(
      known(() => imports.get(id)),
      since,
    ),
});

/** Ours: corrects a row. A pass code is tried at once. */
const edit = route({
  method: 'POST',
  path: '/admin/share/import/row',
  access: 'admin',
  request: z.object({
    id: importId,
    index: z.int().min(0),
    name: z.string().max(1024).optional(),
    category: z.string().max(1024).optional(),
    pass_code: z.string().max(64).optional(),
    since: z.int().min(0).default(0),
  }),
  async run({ id, index, name, category, pass_code: passCode, since }, _, { shares: { imports } }) {
    const change = {
      ...(name === undefined ? {} : { name }),
      ...(category === undefined ? {} : { category }),
      ...(passCode === undefined ? {} : { passCode }),
    };
    return wireImport(
      known(() => imports.edit(id, index, change)),
      since,
    );
  },
});

/** Ours: ends the looks of a dry run; what is known stays. */
const cancel = route({
  method: 'POST',
  path: '/admin/share/import/cancel',
  access: 'admin',
  request: z.object({ id: importId }),
  run: async ({ id }, _, { shares: { imports } }) =>
    wireImport(
      known(() => imports.cancel(id)),
      0,
    ),
});

/** Ours: makes the storages of all rows, of those that were seen to open, or of some. */
const commit = route({
  method: 'POST',
  path: '/admin/share/import/commit',
  access: 'admin',
  request: z.object({ id: importId, rows: choice.default('good') }),
  async run({ id, rows }, _, { shares: { imports } }) {
    known(() => imports.get(id));
    return committed(await imports.commit(id, rows));
  },
});

/** Adding shares by the hundred. */
export const shareRoutes: readonly Route[] = [start, get, edit, cancel, commit];

/** An import or row that isn't there is no missing file, and is told in words of its own. */
function known<T>(find: () => T): T {
  try {
    return find();
  } catch (error) {
    if (!(error instanceof StorageError) || error.code !== 'not_found') throw error;
    throw new ApiFailure(404, explain(error));
  }
}

function committed({ job, added }: { readonly job: ImportJob; readonly added: number }): object {
  return { ...wireImport(job, 0), added };
}

function wireImport(job: ImportJob, since: number): object {
  const rows = job.rows.all();
  const waiting = rows.filter(({ state }) => state === 'waiting' || state === 'looking').length;
  const { pausedUntil, parsed } = job;
  return {
    id: job.id,
    state: job.state,
    total: rows.length,
    looked_at: rows.length - waiting,
    good: rows.filter(isGood).length,
    paused_until: pausedUntil === undefined ? null : wireTime(pausedUntil),
    revision: job.rows.revision,
    rows: rows.filter(({ revision }) => revision > since).map(wireRow),
    unusable: parsed.unusable,
    repeated: parsed.repeated,
  };
}

function wireRow(row: ImportRow): object {
  return {
    index: row.index,
    line: row.line,
    address: row.address,
    driver: row.kind,
    name: row.name,
    category: row.category,
    pass_code: row.place.passCode,
    state: row.state,
    target: row.target,
    title: row.report?.title ?? '',
    files: row.report?.files ?? null,
    size: row.report?.size ?? null,
    reason: row.reason ?? '',
    remedy: row.remedy ?? '',
  };
}
