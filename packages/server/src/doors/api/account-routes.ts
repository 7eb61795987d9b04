import { z } from 'zod';
import { StorageError } from '../../core/errors.ts';
import { ApiFailure } from './envelope.ts';
import { route, type Route } from './route.ts';
import { wireStep } from './storage-routes.ts';
import { wireState } from './storage-state.ts';

/** Ours: the accounts behind the storages at work, and how each does. Asks no cloud. */
const list = route({
  method: 'GET',
  path: '/admin/account/list',
  access: 'admin',
  request: z.object({}),
  async run(_, __, { storages }) {
    const content = storages.accounts().map(({ id, driver, username, egress, status, storages: users }) => ({
      id,
      driver,
      username,
      egress,
      state: wireState(status, true),
      storages: users.map((user) => ({ id: user.id, mount_path: user.mountPath })),
    }));
    return { content, total: content.length };
  },
});

/** Ours: the way to an account, step by step, as `storage/test` goes it; the folder that one of its storages shows is not among them. */
const test = route({
  method: 'POST',
  path: '/admin/account/test',
  access: 'admin',
  request: z.object({ id: z.int({ error: 'must be the number of an account, as `list` gives it' }) }),
  async run({ id }, { ctx }, { storages }) {
    if (!storages.accounts().some((account) => account.id === id)) {
      throw new ApiFailure(404, `there is no account ${id}`);
    }
    const { record } = await storages.get(id);
    const tried = await storages.test(record, id, ctx.signal).catch((error: unknown) => {
      const gone = error instanceof StorageError && error.code === 'not_found';
      throw gone ? new ApiFailure(404, `there is no account ${id}`) : error;
    });
    const steps = tried.filter(({ name }) => name !== 'root');
    return { ok: steps.every(({ ok }) => ok), steps: steps.map(wireStep) };
  },
});

export const accountRoutes: readonly Route[] = [list, test];
