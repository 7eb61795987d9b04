import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { settle } from '../../testing/fake-clock.ts';
import { abortError } from '../core/abort.ts';
import { StorageError } from '../core/errors.ts';
import { normalizePath } from '../core/path.ts';
import { ConfigError, SECRET_MASK, type StorageInput } from './service.ts';
import type { StoredStorage } from '../store/port.ts';
import { cloudInput, startStorages, type StoragesFixture } from './testing/fixture.ts';

let fixture: StoragesFixture;
const signal = new AbortController().signal;
const path = normalizePath;

beforeEach(async () => {
  fixture = await startStorages();
});
afterEach(() => fixture.close());

/** The problems that a change of settings is refused with. */
async function problemsOf(change: Promise<unknown>): Promise<string[]> {
  const error = await change.catch((e: unknown) => e);
  if (!(error instanceof ConfigError)) throw new Error(`not refused: ${String(error)}`);
  return error.problems.map(({ field }) => field);
}

describe('creating a storage', () => {
  test('stores, mounts and looks once', async () => {
    const { service, mounts, cloud, store } = fixture;
    const view = await service.create(cloudInput('/films'), signal);
    expect(view.status.state).toBe('ok');
    expect(view.record).toMatchObject({ mountPath: '/films', modified: fixture.clock.now() });
    expect(mounts.locate(path('/films/x'))?.mount.record.id).toBe(view.record.id);
    expect(cloud.lists).toBe(1);
    expect((await store.storages.byId(view.record.id))?.addition).toEqual({
      username: 'ann',
      password: 'hunter2',
    });
  });

  test('secrets are shown as a mask only', async () => {
    const view = await fixture.service.create(cloudInput('/films'), signal);
    const all = [view, await fixture.service.get(view.record.id), ...(await fixture.service.list())];
    expect(JSON.stringify(all)).not.toContain('hunter2');
    for (const { record } of all) expect(record.addition).toEqual({ username: 'ann', password: SECRET_MASK });
  });

  test('one that does not work is kept, and its status says why', async () => {
    fixture.cloud.list = async () => {
      throw new StorageError('bad_credentials', 'the password is wrong', {
        detail: { remedy: 'Enter it again.' },
      });
    };
    const { record, status } = await fixture.service.create(cloudInput('/films'), signal);
    expect(status).toMatchObject({
      state: 'degraded',
      reason: 'the password is wrong',
      remedy: 'Enter it again.',
    });
    expect(fixture.mounts.byId(record.id)?.status()).toEqual(status);
    expect(await fixture.service.list()).toHaveLength(1);
  });

  test('bad settings are refused with all their problems, and nothing is stored', async () => {
    const bad: Partial<StorageInput> = {
      addition: { password: 'x', page_size: 'many' },
      order: 1.5,
      cacheExpiration: -1,
      downProxyUrl: 'javascript:alert(1)',
    };
    expect(await problemsOf(fixture.service.create(cloudInput('/films', bad), signal))).toEqual([
      'order',
      'cache_expiration',
      'down_proxy_url',
      'username',
      'page_size',
    ]);
    expect(await fixture.store.storages.list()).toEqual([]);
    expect(fixture.mounts.size).toBe(0);
  });

  test('an unknown driver and a taken mount path are refused', async () => {
    await fixture.service.create(cloudInput('/films'), signal);
    const { service } = fixture;
    expect(service.create(cloudInput('/x', { driver: 'Floppy' }), signal)).rejects.toMatchObject({
      code: 'invalid_argument',
      message: 'no driver named: Floppy',
    });
    expect(service.create(cloudInput('/films'), signal)).rejects.toMatchObject({ code: 'exists' });
    expect(fixture.mounts.size).toBe(1);
  });

  test('settings that no driver knows are dropped', async () => {
    const addition = { username: 'ann', order_by: '', made_up: 1 };
    const { record } = await fixture.service.create(cloudInput('/films', { addition }), signal);
    expect(record.addition).toEqual({ username: 'ann' });
  });

  test('a kind without links gets a WebDAV policy that it can serve', async () => {
    const input = cloudInput('/disk', { driver: 'Disk', addition: {}, webdavPolicy: '302_redirect' });
    const { record } = await fixture.service.create(input, signal);
    expect(record.webdavPolicy).toBe('native_proxy');
    expect((await fixture.service.create(cloudInput('/cloud'), signal)).record.webdavPolicy).toBe(
      '302_redirect',
    );
    const proxied = { ...input, mountPath: path('/disk2'), webdavPolicy: 'use_proxy_url' as const };
    expect((await fixture.service.create(proxied, signal)).record.webdavPolicy).toBe('use_proxy_url');
  });

  test('a disabled one is stored, but neither mounted nor looked at', async () => {
    const { status } = await fixture.service.create(cloudInput('/films', { disabled: true }), signal);
    expect(status.state).toBe('disabled');
    expect([fixture.mounts.size, fixture.cloud.lists]).toEqual([0, 0]);
  });

  test('hundreds at once all succeed, looked at a few at a time', async () => {
    const { cloud, service, clock } = fixture;
    let running = 0;
    let most = 0;
    cloud.list = async () => {
      most = Math.max(most, ++running);
      await settle();
      running--;
      return { entries: [] };
    };
    const all = Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        service.create(cloudInput(`/many/${i}`, { addition: { username: `user${i}` } }), signal),
      ),
    );
    const done: unknown[] = [];
    void all.then((views) => done.push(views));
    for (let i = 0; i < 2000 && done.length === 0; i++) await clock.advance(0);
    expect((await all).every(({ status }) => status.state === 'ok')).toBe(true);
    expect(most).toBeLessThanOrEqual(8);
  });
});

describe('changing a storage', () => {
  test('a masked secret stays as it is, and the driver with it', async () => {
    const { service, cloud, store } = fixture;
    const { record } = await service.create(cloudInput('/films'), signal);
    const view = await service.update(
      record.id,
      { ...record, remark: 'changed', mountPath: path('/moved') },
      signal,
    );
    expect(view.record.remark).toBe('changed');
    expect((await store.storages.byId(record.id))?.addition).toEqual({
      username: 'ann',
      password: 'hunter2',
    });
    expect([cloud.created.length, cloud.closed.length]).toEqual([1, 0]);
    expect(fixture.mounts.locate(path('/films'))).toBeUndefined();
    expect(fixture.mounts.locate(path('/moved'))?.mount.record.id).toBe(record.id);
  });

  test('a new password closes the old driver before the new one opens', async () => {
    const { service, cloud } = fixture;
    const { record } = await service.create(cloudInput('/films'), signal);
    await service.update(record.id, { ...record, addition: { username: 'ann', password: 'new' } }, signal);
    expect(cloud.closed).toMatchObject([{ password: 'hunter2' }]);
    expect(cloud.created).toMatchObject([{ password: 'hunter2' }, { password: 'new' }]);
  });

  test('the driver kind can not change', async () => {
    const { record } = await fixture.service.create(cloudInput('/films'), signal);
    expect(fixture.service.update(record.id, { ...record, driver: 'Disk' }, signal)).rejects.toMatchObject({
      message: 'driver cannot be changed',
    });
  });

  test('a refused change leaves the storage as it was', async () => {
    const { service, store, mounts } = fixture;
    await service.create(cloudInput('/other'), signal);
    const { record } = await service.create(cloudInput('/films'), signal);
    expect(await problemsOf(service.update(record.id, { ...record, addition: {} }, signal))).toEqual([
      'username',
    ]);
    expect(service.update(record.id, { ...record, mountPath: path('/other') }, signal)).rejects.toMatchObject(
      {
        code: 'exists',
      },
    );
    expect(await store.storages.byId(record.id)).toMatchObject({
      mountPath: '/films',
      addition: { username: 'ann' },
    });
    expect(mounts.locate(path('/films'))?.mount.record.id).toBe(record.id);
  });

  test('what is gone is not_found', () => {
    const { service } = fixture;
    const gone = { code: 'not_found' };
    expect(service.get(9)).rejects.toMatchObject(gone);
    expect(service.update(9, cloudInput('/x'), signal)).rejects.toMatchObject(gone);
    expect(service.remove(9)).rejects.toMatchObject(gone);
    expect(service.check(9, signal)).rejects.toMatchObject(gone);
    expect(service.enable(9, signal)).rejects.toMatchObject(gone);
  });

  test('changes of one storage that come together leave store and tree alike', async () => {
    const { service, store, mounts } = fixture;
    const { record } = await service.create(cloudInput('/films'), signal);
    await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        service.update(record.id, { ...record, remark: `${i}`, addition: { username: `u${i}` } }, signal),
      ),
    );
    const stored = await store.storages.byId(record.id);
    expect(mounts.byId(record.id)?.record).toEqual(stored);
    expect(fixture.cloud.created.length - fixture.cloud.closed.length).toBe(1);
  });
});

describe('disabling, enabling and removing', () => {
  test('a disabled storage leaves the tree and comes back', async () => {
    const { service, mounts, cloud } = fixture;
    const { record } = await service.create(cloudInput('/films'), signal);
    await service.disable(record.id);
    expect([mounts.size, cloud.closed.length]).toEqual([0, 1]);
    expect((await service.get(record.id)).status.state).toBe('disabled');
    expect(service.disable(record.id)).rejects.toMatchObject({ message: 'this storage have disabled' });
    expect((await service.enable(record.id, signal)).status.state).toBe('ok');
    expect(service.enable(record.id, signal)).rejects.toMatchObject({ message: 'this storage have enabled' });
  });

  test('a removed storage is gone everywhere', async () => {
    const { service, mounts, cloud } = fixture;
    const { record } = await service.create(cloudInput('/films'), signal);
    await service.remove(record.id);
    expect([mounts.size, cloud.closed.length, (await service.list()).length]).toEqual([0, 1, 0]);
    expect((await service.create(cloudInput('/films'), signal)).status.state).toBe('ok');
  });

  test('a driver that never closes, or fails to, holds nobody up for long', async () => {
    const { service, cloud, clock, log } = fixture;
    const { record } = await service.create(cloudInput('/films'), signal);
    cloud.close = () => new Promise(() => {});
    const removed = service.remove(record.id);
    await clock.advance(5000);
    await removed;
    cloud.close = () => Promise.reject(new Error('no'));
    const again = await service.create(cloudInput('/films'), signal);
    await service.remove(again.record.id);
    expect(log.filter(({ level }) => level === 'warn')).toHaveLength(2);
    expect(clock.sleepers()).toBe(0);
  });
});

describe('looking at a storage', () => {
  const create = async (): Promise<number> =>
    (await fixture.service.create(cloudInput('/films'), signal)).record.id;

  test('asks the cloud each time and follows what it says', async () => {
    const id = await create();
    fixture.cloud.list = async () => {
      throw new StorageError('unavailable', 'down');
    };
    expect(await fixture.service.check(id, signal)).toMatchObject({ state: 'degraded', reason: 'down' });
    delete fixture.cloud.list;
    expect(await fixture.service.check(id, signal)).toMatchObject({ state: 'ok' });
    expect(fixture.cloud.lists).toBe(3);
  });

  test('a root folder that does not exist is the settings’ fault', async () => {
    const id = await create();
    fixture.cloud.list = async () => {
      throw new StorageError('not_found', 'object not found');
    };
    expect(await fixture.service.check(id, signal)).toMatchObject({
      state: 'degraded',
      reason: 'The root folder of this storage does not exist.',
    });
  });

  test('gives up after 20 seconds', async () => {
    const id = await create();
    fixture.cloud.list = (_, ctx) =>
      new Promise((_resolve, reject) => {
        ctx.signal.addEventListener('abort', () => reject(abortError()), { once: true });
      });
    const look = fixture.service.check(id, signal);
    await fixture.clock.advance(20_000);
    expect(await look).toMatchObject({ state: 'degraded', reason: expect.stringContaining('20 seconds') });
    expect(fixture.clock.sleepers()).toBe(0);
  });

  test('a client that leaves ends the look, and the storage is not blamed', async () => {
    const id = await create();
    fixture.cloud.list = () => new Promise(() => {});
    const leaving = new AbortController();
    const look = fixture.service.check(id, leaving.signal);
    await settle();
    leaving.abort();
    expect(look).rejects.toMatchObject({ name: 'AbortError' });
    expect((await fixture.service.get(id)).status.state).toBe('ok');
  });

  test('a disabled storage is not asked', async () => {
    const id = await create();
    await fixture.service.disable(id);
    expect(await fixture.service.check(id, signal)).toMatchObject({ state: 'disabled' });
    expect(fixture.cloud.lists).toBe(1);
  });

  test('calls through the tree move the status as well', async () => {
    const id = await create();
    const driver = fixture.mounts.byId(id)?.driver;
    fixture.cloud.list = async ({ dir }) => {
      if (dir === 'gone') throw new StorageError('not_found', 'object not found');
      throw new StorageError('rate_limited', 'slow down', { retryAfterMs: 60_000 });
    };
    const ctx = { signal, priority: 'browse' } as const;
    expect(driver?.list({ dir: 'gone' }, ctx)).rejects.toMatchObject({ code: 'not_found' });
    expect((await fixture.service.get(id)).status.state).toBe('ok');
    expect(driver?.list({ dir: 'other' }, ctx)).rejects.toMatchObject({ code: 'rate_limited' });
    expect((await fixture.service.get(id)).status).toMatchObject({
      state: 'degraded',
      retryAt: fixture.clock.now() + 60_000,
    });
  });
});

describe('loading at start', () => {
  test('mounts what is enabled and asks no cloud', async () => {
    const { service, cloud } = fixture;
    await service.create(cloudInput('/a'), signal);
    await service.create(cloudInput('/b', { disabled: true }), signal);
    const asked = cloud.lists;
    const after = fixture.restart();
    await after.service.loadAll();
    expect(after.mounts.all().map(({ record }) => String(record.mountPath))).toEqual(['/a']);
    expect((await after.service.list()).map(({ status }) => status.state)).toEqual(['idle', 'disabled']);
    expect(cloud.lists).toBe(asked);
  });

  test('one bad row is mounted with its reason, and the others work', async () => {
    const { store } = fixture;
    for (const [at, changes] of [
      ['/no-user', { addition: {} }],
      ['/no-driver', { driver: 'Floppy' }],
      ['/no-egress', { addition: { username: 'a', egress: 'nonsense' } }],
      ['/good', {}],
    ] as const) {
      await store.storages.insert({ ...cloudInput(at, changes), modified: 0 });
    }
    const { service, mounts } = fixture.restart();
    await service.loadAll();
    const states = (await service.list()).map(({ status }) => [status.state, status.reason]);
    expect(states).toEqual([
      ['degraded', 'Username is required.'],
      ['degraded', 'This version has no driver named Floppy.'],
      ['degraded', 'this is no way out'],
      ['idle', undefined],
    ]);
    const broken = mounts.locate(path('/no-user'))?.mount;
    expect(broken?.driver.list({ dir: 'root' }, { signal, priority: 'browse' })).rejects.toMatchObject({
      code: 'misconfigured',
      detail: { storage: '/no-user', remedy: expect.any(String) },
    });
  });

  test('a driver that throws when it is made does not stop the start', async () => {
    await fixture.store.storages.insert({ ...cloudInput('/a'), modified: 0 });
    fixture.cloud.createFails = new TypeError('x of undefined, secret hunter2');
    const { service } = fixture.restart();
    await service.loadAll();
    const [view] = await service.list();
    expect(view?.status).toMatchObject({ state: 'degraded', reason: 'Something went wrong inside Sluice.' });
  });

  test('a thousand storages are mounted and listed quickly, and their status is there at once', async () => {
    for (let i = 0; i < 1000; i++) {
      await fixture.store.storages.insert({
        ...cloudInput(`/many/${i}`, { addition: { username: `u${i}` } }),
        modified: 0,
      });
    }
    const { service, mounts } = fixture.restart();
    await service.loadAll();
    expect(mounts.size).toBe(1000);
    expect(await service.list()).toHaveLength(1000);
    expect(fixture.cloud.lists).toBe(0);
  });

  test('loading again takes up what changed in the store', async () => {
    const { service, store, mounts } = fixture;
    const [a, b] = [
      await service.create(cloudInput('/a'), signal),
      await service.create(cloudInput('/b'), signal),
    ];
    await store.storages.remove(a.record.id);
    await store.storages.insert({ ...cloudInput('/c'), modified: 0 });
    await service.loadAll();
    expect(mounts.all().map(({ record }) => String(record.mountPath))).toEqual(['/b', '/c']);
    expect(mounts.byId(b.record.id)).toBeDefined();
  });
});

describe('a row that was damaged outside of Sluice', () => {
  test('is listed with its reason, refuses to be switched, and works again once its settings are saved', async () => {
    const { record } = await fixture.service.create(cloudInput('/films'), signal);
    const reason = 'Its settings can not be opened.';
    let row: StoredStorage = { ...record, addition: {}, damaged: reason };
    const { service } = fixture.restart({
      ...fixture.store.storages,
      byId: async () => row,
      list: async () => [row],
      update: async (changed) => void (row = changed),
    });
    await service.loadAll();
    const [view] = await service.list();
    expect(view?.status).toMatchObject({ state: 'degraded', reason });
    expect(view?.record).not.toHaveProperty('damaged');
    expect(service.disable(record.id)).rejects.toMatchObject({ code: 'misconfigured' });
    expect(await problemsOf(service.update(record.id, { ...record }, signal))).toContain('password');
    expect(row.damaged).toBe(reason);
    const view2 = await service.update(record.id, cloudInput('/films'), signal);
    expect(view2.status.state).toBe('ok');
    expect(row.addition).toEqual({ username: 'ann', password: 'hunter2' });
  });
});

test('closing closes every driver once', async () => {
  const { service, cloud, mounts } = fixture;
  for (const at of ['/a', '/b', '/c']) await service.create(cloudInput(at), signal);
  await service.close();
  await service.close();
  expect([mounts.size, cloud.closed.length]).toEqual([0, 3]);
});

test('drivers are described for the form', () => {
  expect(
    fixture.service.drivers().map(({ kind, givesLinks, canUpload }) => [kind, givesLinks, canUpload]),
  ).toEqual([
    ['Cloud', true, false],
    ['Disk', false, true],
  ]);
});

test('what the cloud asks one storage to wait for shows on all of its account, with the time, until it is over', async () => {
  const { service, cloud, clock } = fixture;
  const asked = await service.create(cloudInput('/asked'), signal);
  const same = await service.create(cloudInput('/same'), signal);
  const other = await service.create(cloudInput('/other', { addition: { username: 'bob' } }), signal);
  cloud.list = () =>
    Promise.reject(new StorageError('rate_limited', 'slow down', { retry: 'later', retryAfterMs: 600_000 }));
  const until = clock.now() + 600_000;
  await service.check(asked.record.id, signal);
  delete cloud.list;
  const states = async (): Promise<unknown[]> =>
    (await service.list()).map(({ status }) => [status.state, status.code, status.retryAt]);
  const waiting = ['degraded', 'rate_limited', until];
  expect(await states()).toEqual([waiting, waiting, ['ok', undefined, undefined]]);
  const before = cloud.lists;
  await service.check(same.record.id, signal);
  expect(cloud.lists).toBe(before);
  expect((await service.get(other.record.id)).status.state).toBe('ok');
  await clock.advance(600_000);
  expect((await service.get(asked.record.id)).status.state).toBe('idle');
  expect((await service.check(same.record.id, signal)).state).toBe('ok');
});
