import { z } from 'zod';
import { StorageError } from '../../core/errors.ts';
import {
  ConfigError,
  type StorageService,
  type StorageView,
  type TrialStep,
} from '../../storages/service.ts';
import { explain } from '../../http/problem.ts';
import { ApiFailure } from './envelope.ts';
import { envelopeOf } from './failure.ts';
import { route, type Route } from './route.ts';
import { newStorage, storageFields, storageInput, wireStorage } from './storage-record.ts';
import { wireState, wireStatus } from './storage-state.ts';

/** The settings of a mount of many shares hold their list. */
const MAX_SETTINGS_BYTES = 10 * 1024 * 1024;

const byId = z.object({ id: z.int({ error: 'must be the number of a storage' }) });
const page = z.object({ page: z.int().default(1), per_page: z.int().default(0) });

/** All storages, or a page of them; without `per_page` everything (API reference §1.6). */
const list = route({
  method: 'GET',
  path: '/admin/storage/list',
  access: 'admin',
  request: page,
  async run(input, _, { storages }) {
    const all = (await storages.list()).map(wireStorage);
    const start = input.per_page < 1 ? 0 : (Math.max(1, input.page) - 1) * input.per_page;
    const content = input.per_page < 1 ? all : all.slice(start, start + input.per_page);
    return { content, total: all.length };
  },
});

const get = route({
  method: 'GET',
  path: '/admin/storage/get',
  access: 'admin',
  request: byId,
  run: async ({ id }, _, { storages }) => wireStorage(await known(storages, id)),
});

/** A storage that does not work is kept, and its id comes with the error, as the reference does it (§6.1). */
const create = route({
  method: 'POST',
  path: '/admin/storage/create',
  access: 'admin',
  maxBodyBytes: MAX_SETTINGS_BYTES,
  request: newStorage,
  async run(input, { ctx }, { storages }) {
    if (!storages.drivers().some(({ kind }) => kind === input.driver)) {
      throw new ApiFailure(500, `failed get driver new: no driver named: ${input.driver}`, { id: 0 });
    }
    const view = await refusable(0, () => storages.create(storageInput(input), ctx.signal));
    return working(view, 'failed init storage but storage is already created: failed init storage: ');
  },
});

const update = route({
  method: 'POST',
  path: '/admin/storage/update',
  access: 'admin',
  maxBodyBytes: MAX_SETTINGS_BYTES,
  request: storageFields.extend({ id: z.int() }),
  async run({ id, ...sent }, { ctx }, { storages }) {
    const stored = await known(storages, id);
    if (sent.driver !== undefined && sent.driver !== stored.record.driver) {
      throw new ApiFailure(500, 'driver cannot be changed', { id });
    }
    const input = await refusable(id, async () => storageInput(sent, stored.record));
    working(await refusable(id, () => storages.update(id, input, ctx.signal)), 'failed init storage: ');
    return null;
  },
});

const remove = route({
  method: 'POST',
  path: '/admin/storage/delete',
  from: 'query',
  access: 'admin',
  request: byId,
  async run({ id }, _, { storages }) {
    await known(storages, id);
    await storages.remove(id);
    return null;
  },
});

const enable = route({
  method: 'POST',
  path: '/admin/storage/enable',
  from: 'query',
  access: 'admin',
  request: byId,
  async run({ id }, { ctx }, { storages }) {
    if (!(await known(storages, id)).record.disabled) throw new ApiFailure(500, 'this storage have enabled');
    working(await storages.enable(id, ctx.signal), 'failed load storage: failed init storage: ');
    return null;
  },
});

const disable = route({
  method: 'POST',
  path: '/admin/storage/disable',
  from: 'query',
  access: 'admin',
  request: byId,
  async run({ id }, _, { storages }) {
    if ((await known(storages, id)).record.disabled) throw new ApiFailure(500, 'this storage have disabled');
    await storages.disable(id);
    return null;
  },
});

const loadAll = route({
  method: 'POST',
  path: '/admin/storage/load_all',
  from: 'query',
  access: 'admin',
  request: z.object({}),
  async run(_, __, { storages }) {
    await storages.loadAll();
    return null;
  },
});

/** Ours: looks at a storage now and tells how it is. */
const check = route({
  method: 'POST',
  path: '/admin/storage/check',
  from: 'query',
  access: 'admin',
  request: byId,
  async run({ id }, { ctx }, { storages }) {
    await known(storages, id);
    return wireState(await storages.check(id, ctx.signal), true);
  },
});

/** Ours: takes what a human check ended at, for all storages that wait for it. */
const verify = route({
  method: 'POST',
  path: '/admin/storage/verify',
  access: 'admin',
  request: z.object({
    id: z.int({ error: 'must be the number of a storage' }),
    captcha_token: z.string().max(8192),
  }),
  async run({ id, captcha_token }, { ctx }, { storages }) {
    await known(storages, id);
    try {
      return wireState(await storages.verify(id, captcha_token, ctx.signal), true);
    } catch (error) {
      throw await answerRefusal(error, storages, id);
    }
  },
});

/** Ours: tries a storage step by step without keeping it: a record as for `create`, an `id`, or changes to the storage with an `id`. */
const test = route({
  method: 'POST',
  path: '/admin/storage/test',
  access: 'admin',
  maxBodyBytes: MAX_SETTINGS_BYTES,
  request: storageFields.extend({ id: z.int().optional() }),
  async run({ id, ...sent }, { ctx }, { storages }) {
    const stored = id === undefined || id === 0 ? undefined : (await known(storages, id)).record;
    const input = await refusable(id ?? 0, async () => storageInput(sent, stored));
    if (!storages.drivers().some(({ kind }) => kind === input.driver)) {
      throw new ApiFailure(400, `no driver named: ${input.driver}`, { id: id ?? 0 });
    }
    const steps = await storages.test(input, stored?.id, ctx.signal);
    return { ok: steps.every(({ ok }) => ok), steps: steps.map(wireStep) };
  },
});

export const storageRoutes: readonly Route[] = [
  list,
  get,
  create,
  update,
  remove,
  enable,
  disable,
  loadAll,
  check,
  verify,
  test,
];

/** One step of a try, as `test` answers it. */
export function wireStep({ named, params, ...step }: TrialStep): object {
  return { ...step, reason_code: named ?? '', reason_params: params ?? {} };
}

/** What is wrong with a check's answer, beside its field; `reason` is for frontends with words of their own. */
async function answerRefusal(error: unknown, storages: StorageService, id: number): Promise<unknown> {
  const isAnswer =
    error instanceof StorageError &&
    (error.code === 'invalid_argument' || error.code === 'needs_verification');
  if (!isAnswer) return error;
  const message = explain(error);
  const problem = { field: 'captcha_token', message, reason: error.detail.vendorCode ?? '' };
  const { status } = await storages.get(id);
  return new ApiFailure(400, message, { id, problems: [problem], state: wireState(status, true) });
}

async function known(storages: StorageService, id: number): Promise<StorageView> {
  try {
    return await storages.get(id);
  } catch (error) {
    if (error instanceof StorageError && error.code === 'not_found') {
      throw new ApiFailure(500, `failed get storage by id: no storage has the id ${id}`);
    }
    throw error;
  }
}

/** The answer for a storage that was kept: its id, as an error with the reason when it doesn't work. */
function working({ record, status }: StorageView, prefix: string): { id: number } {
  const { id } = record;
  if (status.state !== 'degraded' && status.state !== 'needs_verification') return { id };
  throw new ApiFailure(500, `${prefix}${wireStatus(status)}`, { id, state: wireState(status, true) });
}

/** Errors of settings, with the id that frontends read even then, and the field each belongs to. */
async function refusable<T>(id: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConfigError)
      throw new ApiFailure(400, error.message, { id, problems: error.problems });
    if (!(error instanceof StorageError)) throw error;
    if (error.code === 'exists') {
      throw new ApiFailure(
        500,
        'failed create storage in database: UNIQUE constraint failed: x_storages.mount_path',
        { id, problems: [{ field: 'mount_path', message: 'Another storage is mounted here.' }] },
      );
    }
    const { code, message } = envelopeOf(error);
    throw new ApiFailure(code, message, { id });
  }
}
