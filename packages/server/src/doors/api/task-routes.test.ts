import { afterEach, describe, expect, test } from 'bun:test';
import type { TaskKind } from '../../tasks/task.ts';
import { quiet, taskWorld, type TaskWorld, testKind } from '../../tasks/testing/task-world.ts';
import { type DoorFixture, admin, guest, startDoors } from '../testing/fixture.ts';

const MEI = { ...admin, id: 7, username: 'mei', role: 'general', admin: false } as const;
const LI = { ...MEI, id: 8, username: 'li' };
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Doors extends DoorFixture {
  readonly world: TaskWorld;
  readonly as: (user: string, path: string, init?: { method?: string; body?: unknown }) => Promise<Answer>;
  readonly add: (name: string, n?: number) => Promise<string>;
}
interface Answer {
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
}

async function start(kinds: readonly TaskKind[] = [testKind(() => new Promise(() => {}))]): Promise<Doors> {
  const world = await taskWorld(kinds);
  const doors = await startDoors({ tasks: world.tasks, clock: world.clock, users: [admin, guest, MEI, LI] });
  closers.push(world.close, doors.close);
  return {
    ...doors,
    world,
    async as(user, path, { method = 'GET', body } = {}) {
      const headers = {
        Authorization: user === '' ? '' : `${user}-token`,
        'Content-Type': 'application/json',
      };
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const res = await fetch(`${doors.url}/api${path}`, { method, headers, ...sent });
      return (await res.json()) as Answer;
    },
    async add(name, n = 0) {
      return (await world.tasks.of(MEI).enqueue('copy', { n }, { name })).task.id;
    },
  };
}

const post = { method: 'POST' };

describe("AList's task routes", () => {
  test('a task is listed field for field as the reference shows it', async () => {
    const { as, add, world } = await start();
    const id = await add('copy [/movies](/b.mp4) to [/local](/)');
    const waiting = await as('mei', '/task/copy/undone');
    expect(waiting).toMatchObject({
      code: 200,
      message: 'success',
      data: [
        {
          id,
          name: 'copy [/movies](/b.mp4) to [/local](/)',
          creator: 'mei',
          creator_role: 0,
          state: 0,
          status: '',
          progress: 0,
          start_time: null,
          end_time: null,
          total_bytes: 0,
          error: '',
        },
      ],
    });
    world.worker.start();
    await quiet();
    const running = await as('mei', '/task/copy/undone');
    expect(running.data).toMatchObject([{ state: 1, start_time: '2026-01-01T00:00:00Z' }]);
    expect(await as('mei', '/task/copy/done')).toEqual({ code: 200, message: 'success', data: [] });
    expect((await as('mei', '/task/offline_download/undone')).data).toEqual([]);
  });

  test('kinds that nothing makes are empty, unknown ones no route', async () => {
    const { as } = await start();
    expect((await as('admin', '/admin/task/strm_generate/undone')).data).toEqual([]);
    expect((await as('admin', '/task/dance/undone')).code).toBe(404);
  });

  test('info is 404 for what is not there, of another kind or of another user', async () => {
    const { as, add } = await start();
    const id = await add('x');
    expect((await as('mei', `/task/copy/info?tid=${id}`, post)).data).toMatchObject({ id, log: [] });
    const missing = { code: 404, message: 'task not found', data: null };
    expect(await as('mei', '/task/copy/info?tid=nope', post)).toEqual(missing);
    expect(await as('mei', `/task/move/info?tid=${id}`, post)).toEqual(missing);
    expect(await as('li', `/task/copy/info?tid=${id}`, post)).toEqual(missing);
    expect(await as('li', `/task/copy/cancel?tid=${id}`, post)).toEqual(missing);
    expect((await as('li', '/task/copy/undone')).data).toEqual([]);
    expect((await as('admin', '/task/copy/undone')).data).toMatchObject([{ id, creator: 'mei' }]);
  });

  test('nobody but an admin ends, repeats or clears what is another user’s', async () => {
    const { as, add } = await start();
    const [live, over] = [await add('live'), await add('over')];
    await as('mei', `/task/copy/cancel?tid=${over}`, post);
    for (const action of ['cancel', 'retry', 'delete']) {
      for (const id of [live, over]) {
        expect((await as('li', `/task/copy/${action}?tid=${id}`, post)).code).toBe(404);
        const some = await as('li', `/task/copy/${action}_some`, { method: 'POST', body: [id] });
        expect(some.data).toEqual({ [id]: 'task not found' });
      }
    }
    for (const name of ['clear_done', 'clear_succeeded', 'retry_failed'])
      await as('li', `/task/copy/${name}`, post);
    expect((await as('mei', '/task/copy/undone')).data).toMatchObject([{ id: live }]);
    expect((await as('mei', '/task/copy/done')).data).toMatchObject([{ id: over }]);
    expect((await as('li', `/task/items?tid=${live}`)).code).not.toBe(200);
    await as('admin', `/admin/task/copy/delete?tid=${over}`, post);
    expect((await as('mei', '/task/copy/done')).data).toEqual([]);
  });

  test('the guest has none, and admin routes are for admins', async () => {
    const { as } = await start();
    expect(await as('', '/task/copy/undone')).toMatchObject({ code: 403, message: 'You are a guest' });
    expect(await as('mei', '/admin/task/copy/undone')).toMatchObject({
      code: 403,
      message: 'You are not an admin',
    });
  });

  test('cancel, retry and delete; some of them answer with what could not be done', async () => {
    const { as, add } = await start();
    const [a, b] = [await add('a'), await add('b')];
    expect(await as('mei', `/task/copy/cancel?tid=${a}`, post)).toEqual({
      code: 200,
      message: 'success',
      data: null,
    });
    expect((await as('mei', '/task/copy/done')).data).toMatchObject([{ id: a, state: 4 }]);
    await as('mei', `/task/copy/retry?tid=${a}`, post);
    expect((await as('mei', '/task/copy/undone')).data).toMatchObject([{ id: b }, { id: a }]);
    const some = await as('mei', '/task/copy/delete_some', { method: 'POST', body: [a, 'nope'] });
    expect(some.data).toEqual({ nope: 'task not found' });
    await as('mei', '/task/copy/cancel_some', { method: 'POST', body: [b] });
    expect((await as('mei', '/task/copy/done')).data).toMatchObject([{ id: b }]);
    expect((await as('mei', '/task/copy/cancel_some', { method: 'POST', body: { a: 1 } })).code).toBe(400);
  });

  test('clear_succeeded, retry_failed and clear_done', async () => {
    const { as, add, world } = await start([
      testKind(async ({ payload, round }) => {
        if (payload.n === 1 && round === 0) throw new Error('broken');
        return { type: 'done' };
      }),
    ]);
    await add('good');
    const bad = await add('bad', 1);
    world.worker.start();
    await quiet();
    await as('mei', '/task/copy/clear_succeeded', post);
    expect((await as('mei', '/task/copy/done')).data).toMatchObject([{ id: bad, state: 7, progress: 0 }]);
    await as('mei', '/task/copy/retry_failed', post);
    await quiet();
    expect((await as('mei', '/task/copy/done')).data).toMatchObject([{ id: bad, state: 2, progress: 100 }]);
    await as('mei', '/task/copy/clear_done', post);
    expect((await as('mei', '/task/copy/done')).data).toEqual([]);
  });

  test('pages, over all kinds as well', async () => {
    const { as, add } = await start();
    for (let i = 0; i < 5; i++) await add(`t${i}`);
    expect((await as('mei', '/task/copy/undone?page=2&per_page=2')).data).toMatchObject([
      { name: 't2' },
      { name: 't1' },
    ]);
    const list = await as('mei', '/task/list?state=live&page=3&per_page=2');
    expect(list.data).toMatchObject({ total: 5, content: [{ name: 't0', kind: 'copy', phase: 'pending' }] });
    expect((await as('li', '/task/list')).data).toEqual({ content: [], total: 0 });
  });
});

describe('the event stream', () => {
  const open = async ({ url }: Pick<Doors, 'url'>, user: string) => {
    const leave = new AbortController();
    closers.push(() => leave.abort());
    const headers = { Authorization: `${user}-token` };
    const res = await fetch(`${url}/api/task/events`, { headers, signal: leave.signal });
    const reader = res.body?.getReader();
    let text = '';
    const until = async (part: string): Promise<string> => {
      while (!text.includes(part)) {
        const read = await reader?.read();
        if (read?.done !== false) throw new Error(`ended before ${part}: ${text}`);
        text += new TextDecoder().decode(read.value);
      }
      return text;
    };
    return { res, until, leave, rest: () => reader?.read() };
  };

  test('tells of changes of the own tasks as they happen, and of nobody else’s', async () => {
    const doors = await start();
    const mine = await open(doors, 'mei');
    const others = await open(doors, 'li');
    expect(mine.res.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    await Promise.all([mine.until(': here'), others.until(': here')]);
    const id = await doors.add('mine <b>');
    const text = await mine.until('}\n\n');
    const data = /event: task\ndata: (.*)\n\n/.exec(text)?.[1] ?? '';
    expect(JSON.parse(data)).toMatchObject({ id, name: 'mine <b>', state: 0 });
    expect(text).not.toContain('<b>');
    await doors.as('mei', `/task/copy/delete?tid=${id}`, { method: 'POST' });
    await mine.until('event: removed');
    await doors.world.tasks.of(LI).enqueue('copy', {}, { name: "li's" });
    expect(await others.until('}\n\n')).not.toContain(id);
  });

  test('shows that it lives, and ends when the user may listen no longer', async () => {
    const users = [admin, MEI];
    const world = await taskWorld([]);
    const doors = await startDoors({ tasks: world.tasks, clock: world.clock, users });
    closers.push(world.close, doors.close);
    const stream = await open(doors, 'mei');
    await stream.until(': here');
    await world.clock.advance(15_000);
    await stream.until(': still here');
    users.pop();
    await world.clock.advance(15_000);
    expect(await stream.rest()).toMatchObject({ done: true });
  });

  test('of an admin ends when that user is none any more', async () => {
    const users = [admin, MEI];
    const world = await taskWorld([]);
    const doors = await startDoors({ tasks: world.tasks, clock: world.clock, users });
    closers.push(world.close, doors.close);
    const stream = await open(doors, 'admin');
    await stream.until(': here');
    users[0] = { ...admin, role: 'general', admin: false };
    await world.clock.advance(15_000);
    expect(await stream.rest()).toMatchObject({ done: true });
  });

  test('of one user there are no more than a page needs', async () => {
    const doors = await start();
    for (let i = 0; i < 20; i++) await (await open(doors, 'mei')).until(': here');
    expect(await doors.as('mei', '/task/events')).toMatchObject({ code: 429 });
    await (await open(doors, 'li')).until(': here');
  });

  test('is refused to the guest and to unknown tokens, as an envelope', async () => {
    const { as } = await start();
    expect(await as('', '/task/events')).toMatchObject({ code: 403 });
    expect(await as('nobody', '/task/events')).toMatchObject({ code: 401 });
  });
});
