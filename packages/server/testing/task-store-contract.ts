import { describe, expect, test } from 'bun:test';
import type { Store } from '../src/store/port.ts';
import type { NewTaskRow, TaskItem, TaskRow } from '../src/store/task-port.ts';

const KINDS = ['copy', 'fetch'];
const LEASE_MS = 1000;

/** A task for tests, in which no field has the value that a forgotten column would give it. */
export function newTask(id: string, changes: Partial<NewTaskRow> = {}): NewTaskRow {
  return {
    id,
    kind: 'copy',
    ownerId: 7,
    ownerName: 'mei',
    name: `copy ${id}`,
    payload: { url: 'https://u:secret@host.example/名字', list: [1, null] },
    dedupeKey: '',
    concurrencyKey: '',
    concurrencyLimit: 1,
    maxAttempts: 4,
    runAt: 100,
    createdAt: 90,
    ...changes,
  };
}

/** What every store must do with tasks. */
export function tasksContract(store: () => Store): void {
  const add = async (id: string, changes: Partial<NewTaskRow> = {}): Promise<TaskRow> =>
    (await store().tasks.insert(newTask(id, changes))).row;
  const claim = (now: number, owner = 'w1'): Promise<TaskRow | undefined> =>
    store().tasks.claim({ kinds: KINDS, owner, now, leaseUntil: now + LEASE_MS });

  test('a task is given back as it was made', async () => {
    const row = await add('a');
    expect(row).toMatchObject({ ...newTask('a'), state: 'pending', attempts: 0, crashes: 0, log: [] });
    expect(await store().tasks.byId('a')).toEqual(row);
    expect(await store().tasks.byId('b')).toBeUndefined();
  });

  describe('claiming', () => {
    test('the one that has waited longest comes first, and none before its time', async () => {
      await add('late', { runAt: 300 });
      await add('first', { runAt: 100 });
      await add('second', { runAt: 100 });
      expect(await claim(99)).toBeUndefined();
      expect((await claim(200))?.id).toBe('first');
      expect((await claim(200))?.id).toBe('second');
      expect(await claim(200)).toBeUndefined();
      expect(await store().tasks.nextDue(KINDS)).toBe(300);
    });

    test('of many who claim at once each task goes to one', async () => {
      for (let i = 0; i < 20; i++) await add(`t${i}`);
      const claimed = await Promise.all(Array.from({ length: 30 }, (_, i) => claim(100, `w${i}`)));
      const ids = claimed.map((row) => row?.id).filter((id) => id !== undefined);
      expect(ids.length).toBe(20);
      expect(new Set(ids).size).toBe(20);
    });

    test('tasks of other kinds are left to those who know them', async () => {
      await add('a', { kind: 'strange' });
      expect(await claim(1000)).toBeUndefined();
      expect(await store().tasks.nextDue(KINDS)).toBeUndefined();
    });

    test('a task whose lease is over is claimed again, and counts its lost worker', async () => {
      await add('a');
      expect(await claim(100)).toMatchObject({
        state: 'running',
        leaseOwner: 'w1',
        crashes: 0,
        startedAt: 100,
      });
      expect(await claim(100 + LEASE_MS - 1, 'w2')).toBeUndefined();
      expect(await claim(100 + LEASE_MS, 'w2')).toMatchObject({
        leaseOwner: 'w2',
        crashes: 1,
        startedAt: 100,
      });
    });

    test('of one concurrency key no more run than are allowed', async () => {
      for (const id of ['a', 'b', 'c']) await add(id, { concurrencyKey: 'acct', concurrencyLimit: 2 });
      await add('other', { concurrencyKey: 'acct2' });
      expect([(await claim(100))?.id, (await claim(100))?.id, (await claim(100))?.id]).toEqual([
        'a',
        'b',
        'other',
      ]);
      expect(await claim(100)).toBeUndefined();
      await store().tasks.update('a', 'w1', {
        state: 'succeeded',
        endedAt: 100,
        leaseOwner: '',
        leaseUntil: 0,
      });
      expect((await claim(100))?.id).toBe('c');
    });

    test('a task that is to be cancelled is claimed for it, and keeps its state', async () => {
      await add('a');
      await store().tasks.change('a', ['pending'], { state: 'canceling' });
      expect(await claim(100)).toMatchObject({ id: 'a', state: 'canceling' });
    });
  });

  describe('changing', () => {
    test('whoever holds the lease may change a task, and nobody else', async () => {
      await add('a');
      await claim(100);
      const progress = { bytes: 5, totalBytes: 2 ** 45, items: 1, totalItems: 2, percent: 50 };
      const changes = { checkpoint: { at: 'x' }, progress, status: 's', log: ['l'], error: 'e', attempts: 2 };
      expect(await store().tasks.update('a', 'w2', changes)).toBeUndefined();
      expect((await store().tasks.byId('a'))?.checkpoint).toBeUndefined();
      expect(await store().tasks.update('a', 'w1', changes)).toBe('running');
      expect(await store().tasks.byId('a')).toMatchObject(changes);
      expect(await store().tasks.update('gone', 'w1', changes)).toBeUndefined();
    });

    test('what its worker reports does not undo the wish to cancel', async () => {
      await add('a');
      await claim(100);
      await store().tasks.change('a', ['running'], { state: 'canceling' });
      expect(await store().tasks.update('a', 'w1', { state: 'waiting' })).toBe('canceling');
      expect(await store().tasks.update('a', 'w1', { state: 'canceled', endedAt: 5 })).toBe('canceled');
    });

    test('a change that expects another state does nothing', async () => {
      await add('a');
      expect(await store().tasks.change('a', ['failed', 'canceled'], { round: 9 })).toBeUndefined();
      expect(await store().tasks.change('a', ['pending'], { round: 1 })).toMatchObject({ round: 1 });
      expect(await store().tasks.change('b', ['pending'], { round: 1 })).toBeUndefined();
    });
  });

  describe('dedupe keys', () => {
    test('while one lives, a second is not made', async () => {
      const first = await add('a', { dedupeKey: 'magnet:x' });
      expect(await store().tasks.insert(newTask('b', { dedupeKey: 'magnet:x' }))).toEqual({
        row: first,
        made: false,
      });
      await claim(100);
      await store().tasks.update('a', 'w1', { state: 'failed', endedAt: 1 });
      expect(await store().tasks.insert(newTask('b', { dedupeKey: 'magnet:x' }))).toMatchObject({
        made: true,
      });
    });

    test('of many made at once there is one', async () => {
      const made = await Promise.all(
        Array.from({ length: 10 }, (_, i) => store().tasks.insert(newTask(`t${i}`, { dedupeKey: 'k' }))),
      );
      expect(made.filter(({ made }) => made).length).toBe(1);
      expect(new Set(made.map(({ row }) => row.id)).size).toBe(1);
    });

    test('an ended one can not live again beside another', async () => {
      await add('a', { dedupeKey: 'k' });
      await store().tasks.change('a', ['pending'], { state: 'failed', endedAt: 1 });
      await add('b', { dedupeKey: 'k' });
      const again = { state: 'pending', endedAt: undefined } as const;
      expect(store().tasks.change('a', ['failed'], again)).rejects.toMatchObject({ code: 'exists' });
    });

    test('tasks without one are all made', async () => {
      await add('a');
      await add('b');
      expect(await store().tasks.count({})).toBe(2);
    });
  });

  describe('finding and removing', () => {
    const seed = async (): Promise<void> => {
      await add('a', { kind: 'copy', ownerId: 1 });
      await add('b', { kind: 'copy', ownerId: 2 });
      await add('c', { kind: 'fetch', ownerId: 1 });
      await add('d', { kind: 'copy', ownerId: 1 });
      for (const id of ['b', 'd'])
        await store().tasks.change(id, ['pending'], { state: 'failed', endedAt: 50 });
    };
    const ids = async (...args: Parameters<Store['tasks']['list']>): Promise<string[]> =>
      (await store().tasks.list(...args)).map(({ id }) => id);
    const all = { offset: 0, limit: 100 };

    test('by kind, owner, state and id, newest first, page by page', async () => {
      await seed();
      expect(await ids({}, all)).toEqual(['d', 'c', 'b', 'a']);
      expect(await ids({ kind: 'copy', ownerId: 1 }, all)).toEqual(['d', 'a']);
      expect(await ids({ states: ['failed'] }, { offset: 1, limit: 1 })).toEqual(['b']);
      expect(await ids({ ids: ['a', 'c', 'zz'] }, all)).toEqual(['c', 'a']);
      expect(await store().tasks.count({ kind: 'copy' })).toBe(3);
    });

    test('only what has ended is removed', async () => {
      await seed();
      expect(await store().tasks.removeEnded({ ids: ['a', 'b'] })).toBe(1);
      expect(
        await store().tasks.removeEnded({ kind: 'copy', ownerId: 1, states: ['failed', 'pending'] }),
      ).toBe(1);
      expect(await ids({}, all)).toEqual(['c', 'a']);
    });

    test('what ended long ago goes, and the oldest of too many', async () => {
      await seed();
      await store().tasks.change('a', ['pending'], { state: 'succeeded', endedAt: 10 });
      expect(await store().tasks.prune({ endedAfter: 20, newest: 10 })).toBe(1);
      expect(await store().tasks.prune({ endedAfter: 0, newest: 1 })).toBe(1);
      expect(await store().tasks.count({})).toBe(2);
    });
  });

  describe('items', () => {
    const item = (key: string, changes: Partial<TaskItem> = {}): TaskItem => ({
      key,
      state: 'todo',
      size: 3,
      note: '',
      ...changes,
    });

    test('are put, replaced, paged and counted', async () => {
      await add('a');
      const { items } = store().tasks;
      await items.put(
        'a',
        Array.from({ length: 2500 }, (_, i) => item(String(i).padStart(4, '0'))),
      );
      await items.put('a', [item('0001', { state: 'failed', note: 'no' }), item('0002', { state: 'done' })]);
      expect(await items.byKey('a', '0001')).toEqual(item('0001', { state: 'failed', note: 'no' }));
      expect(await items.byKey('a', 'x')).toBeUndefined();
      const page = await items.page('a', { states: ['todo'], after: '0000', limit: 2 });
      expect(page.map(({ key }) => key)).toEqual(['0003', '0004']);
      expect(await items.totals('a')).toEqual({
        todo: { count: 2498, bytes: 7494 },
        done: { count: 1, bytes: 3 },
        skipped: { count: 0, bytes: 0 },
        failed: { count: 1, bytes: 3 },
      });
    });

    test('go with their task', async () => {
      await add('a');
      await store().tasks.items.put('a', [item('x')]);
      await store().tasks.change('a', ['pending'], { state: 'canceled', endedAt: 1 });
      await store().tasks.removeEnded({ ids: ['a'] });
      expect(await store().tasks.items.byKey('a', 'x')).toBeUndefined();
    });
  });
}
