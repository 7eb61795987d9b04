import { afterEach, describe, expect, test } from 'bun:test';
import { startWorld, type World } from './world.ts';

const OPEN = 'VNsandboxOpenShare00001';
const DEMO = { username: 'demo@sluice.test', password: 'sluice-demo', egress: 'here' };
const RESTORE = 'POST /drive/v1/share/restore';

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.stop();
});

async function world(): Promise<World> {
  const started = await startWorld();
  worlds.push(started);
  await started.add('/mine', DEMO);
  await started.add('/open', { share_id: OPEN, egress: 'here' }, { driver: 'PikPakShare' });
  return started;
}

interface Task {
  readonly id: string;
  readonly phase: string;
  readonly error: string;
}

async function post<T>({ call }: World, path: string, body: object): Promise<T> {
  return (await call(path, body)).data as unknown as T;
}

/** The task as it ended. */
async function ended(gateway: World, { id }: Task): Promise<Task> {
  for (let looks = 0; looks < 400; looks += 1) {
    const task = await post<Task>(gateway, `/task/share_save/info?tid=${id}`, {});
    if (['succeeded', 'failed', 'canceled'].includes(task.phase)) return task;
    await Bun.sleep(50);
  }
  throw new Error('the task does not end');
}

async function namesIn({ call }: World, path: string): Promise<string[]> {
  const { data } = await call('/fs/list', { path, refresh: true });
  const { content } = data as unknown as { content: readonly { name: string }[] | null };
  return (content ?? []).map(({ name }) => name).toSorted();
}

function restores({ sandbox }: World): number {
  return sandbox.stats().requests[RESTORE] ?? 0;
}

describe('saving a share to one’s own drive', () => {
  test('takes all of it in one request, folders and all, and says when it is there', async () => {
    const gateway = await world();
    await gateway.call('/fs/mkdir', { path: '/mine/Saved' });
    const { task } = await post<{ task: Task }>(gateway, '/fs/share/save', {
      src_dir: '/open',
      dst_dir: '/mine/Saved',
    });
    expect((await ended(gateway, task)).phase).toBe('succeeded');
    expect(await namesIn(gateway, '/mine/Saved')).toEqual(['Deep', 'Film', 'Photos', 'readme.md']);
    expect(await namesIn(gateway, '/mine/Saved/Film')).toEqual(['sample.mp4', 'sample.srt']);
    expect(restores(gateway)).toBe(1);
  });

  test('is what copying from a share to a drive of the same cloud does, as no bytes have to travel', async () => {
    const gateway = await world();
    const body = { src_dir: '/open', names: ['readme.md', 'Deep'], dst_dir: '/mine' };
    const { tasks } = await post<{ tasks: readonly Task[] }>(gateway, '/fs/copy', body);
    expect((await ended(gateway, tasks[0] ?? { id: '', phase: '', error: '' })).phase).toBe('succeeded');
    expect(await namesIn(gateway, '/mine')).toContain('readme.md');
    expect(restores(gateway)).toBe(1);
  });

  test('refuses at once what can not be: names that are taken, and folders that are no share or no drive', async () => {
    const gateway = await world();
    const wish = { src_dir: '/open', names: ['readme.md'] };
    expect((await gateway.call('/fs/share/save', { ...wish, dst_dir: '/mine/Documents' })).message).toBe(
      'file [readme.md] exists',
    );
    expect((await gateway.call('/fs/share/save', { ...wish, dst_dir: '/open/Film' })).code).toBe(500);
    expect((await gateway.call('/fs/share/save', { ...wish, names: ['none'], dst_dir: '/mine' })).code).toBe(
      500,
    );
    expect(restores(gateway)).toBe(0);
  });

  test('ends as failed, with the cloud’s reason, when the cloud can not', async () => {
    const gateway = await world();
    const match = { method: 'POST', path: '/drive/v1/share/restore' };
    const message = 'Storage space is not enough';
    gateway.sandbox.faults.add({ kind: 'task_error', message, match, times: 9 });
    const wish = { src_dir: '/open', names: ['readme.md'], dst_dir: '/mine' };
    const { task } = await post<{ task: Task }>(gateway, '/fs/share/save', wish);
    expect(await ended(gateway, task)).toMatchObject({
      phase: 'failed',
      error: expect.stringContaining('The PikPak account is full.'),
    });
  });
});

describe('shares of one’s own', () => {
  interface Own {
    readonly id: string;
    readonly url: string;
    readonly pass_code: string;
    readonly expires: string | null;
  }

  test('are made, mounted by somebody else, listed and ended', async () => {
    const gateway = await world();
    const wish = { dir: '/mine/Documents', names: ['guide.pdf', 'readme.md'], days: 7, make_pass_code: true };
    const made = await post<Own>(gateway, '/fs/share/create', wish);
    expect(made.pass_code).toMatch(/^\w{4}$/);
    expect(made.expires).not.toBeNull();
    const settings = { share_id: made.url, share_pwd: made.pass_code, egress: 'here' };
    await gateway.add('/theirs', settings, { driver: 'PikPakShare' });
    expect(await namesIn(gateway, '/theirs')).toEqual(['guide.pdf', 'readme.md']);
    const listed = await post<{ content: readonly Own[] }>(gateway, '/fs/share/list', { path: '/mine' });
    expect(listed.content.map(({ url }) => url)).toEqual([made.url]);
    await gateway.call('/fs/share/delete', { path: '/mine', ids: [made.id] });
    expect(
      (await post<{ content: readonly Own[] }>(gateway, '/fs/share/list', { path: '/mine' })).content,
    ).toEqual([]);
    expect((await gateway.call('/fs/list', { path: '/theirs', refresh: true })).message).toContain('deleted');
  });

  test('are for storages that have them, and codes and days that will do', async () => {
    const gateway = await world();
    const create = (more: object) =>
      gateway.call('/fs/share/create', { dir: '/mine/Documents', names: ['guide.pdf'], ...more });
    expect((await create({ pass_code: 'a b' })).message).toContain('4 to 10');
    expect((await create({ days: 0 })).code).toBe(400);
    expect((await create({ names: [] })).code).toBe(400);
    expect((await create({ names: ['none'] })).message).toBe('object not found');
    expect((await gateway.call('/fs/share/create', { dir: '/open', names: ['readme.md'] })).message).toBe(
      'this storage cannot share files',
    );
  });
});
