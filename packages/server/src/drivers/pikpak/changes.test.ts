import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { has } from '../../../testing/contract/test-case.ts';
import type { Driver } from '../../core/driver.ts';
import type { Entry, EntryId } from '../../core/entry.ts';
import { isAbort, StorageError } from '../../core/errors.ts';
import { ctx, DEMO, idAt, startWorld, type World } from './testing/sandbox-world.ts';
import { openWatched } from './testing/watched.ts';

const MOVE = '/drive/v1/files:batchMove';
const ACTION = { method: 'POST', path: '/drive/v1/files*' };

let world: World;
let driver: Driver;
/** A new folder for each test. */
let top: EntryId;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

let tops = 0;
beforeEach(async () => {
  driver = world.open();
  tops += 1;
  top = (await mkdir('', `top ${tops}`)).id;
});
afterEach(async () => {
  world.sandbox.faults.clear();
  await driver.close();
});

const mkdir = (dir: EntryId, name: string, by = driver) => has(by.mkdir).call(by, { dir, name }, ctx());
const rename = (id: EntryId, name: string, by = driver) => has(by.rename).call(by, { id, name }, ctx());
const move = (id: EntryId, to: EntryId, by = driver) => only(has(by.move).call(by, { ids: [id], to }, ctx()));
const copy = (id: EntryId, to: EntryId, by = driver) => only(has(by.copy).call(by, { ids: [id], to }, ctx()));
const remove = (id: EntryId, mode: 'trash' | 'purge', by = driver) =>
  has(by.remove).call(by, { ids: [id], mode }, ctx());

async function only(answer: Promise<readonly Entry[]>): Promise<Entry> {
  const [entry, second] = await answer;
  if (entry === undefined || second !== undefined) throw new Error('wanted one entry');
  return entry;
}

/** A copy of a real file, to be changed. */
async function fileIn(folder: EntryId, source = '/Documents/notes.txt'): Promise<Entry> {
  return copy(await idAt(driver, source), folder);
}

async function namesIn(dir: EntryId): Promise<string[]> {
  const { entries } = await driver.list({ dir }, ctx());
  return entries.map((entry) => entry.name).toSorted();
}

async function failure(promise: Promise<unknown>): Promise<StorageError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof StorageError) return error;
  throw new Error(`expected a StorageError, got ${String(error)}`, { cause: error });
}

const asked = (what: string): number => world.sandbox.stats().requests[what] ?? 0;

/** What each operation leaves in the folders `from` and `to`, when all goes well. */
const OPERATIONS = {
  mkdir: { run: (_: Entry, to: EntryId) => mkdir(to, 'notes.txt'), from: ['notes.txt'], to: ['notes.txt'] },
  rename: { run: ({ id }: Entry) => rename(id, 'other.txt'), from: ['other.txt'], to: [] },
  move: { run: ({ id }: Entry, to: EntryId) => move(id, to), from: [], to: ['notes.txt'] },
  copy: { run: ({ id }: Entry, to: EntryId) => copy(id, to), from: ['notes.txt'], to: ['notes.txt'] },
  trash: { run: ({ id }: Entry) => remove(id, 'trash'), from: [], to: [] },
  purge: { run: ({ id }: Entry) => remove(id, 'purge'), from: [], to: [] },
} as const;

const TROUBLES = [
  { kind: 'status', status: 429, retryAfterSeconds: 2 },
  { kind: 'status', status: 503 },
  { kind: 'status', status: 502, body: 'empty' },
  { kind: 'hang_up', when: 'before' },
  { kind: 'hang_up', when: 'after' },
  { kind: 'captcha_invalid' },
  { kind: 'token_expired' },
] as const;

describe('a trouble that passes', () => {
  const cases = Object.keys(OPERATIONS).flatMap((op) =>
    TROUBLES.map((fault) => [op as keyof typeof OPERATIONS, fault] as const),
  );
  test.each(cases)('lets %s do its work once, for all of %p', async (op, fault) => {
    const [from, to] = [await mkdir(top, 'from'), await mkdir(top, 'to')];
    const file = await fileIn(from.id);
    const match = op === 'rename' ? { method: 'PATCH' } : ACTION;
    world.sandbox.faults.add({ ...fault, match, times: 1 });
    await OPERATIONS[op].run(file, to.id);
    expect([await namesIn(from.id), await namesIn(to.id)]).toEqual([
      [...OPERATIONS[op].from],
      [...OPERATIONS[op].to],
    ]);
  });

  test('is waited out while a task is looked at', async () => {
    const [file, to] = [await fileIn(top), await mkdir(top, 'to')];
    const match = { path: '/drive/v1/tasks/*' };
    world.sandbox.faults.add({ kind: 'status', status: 503, match, times: 2 });
    expect(await move(file.id, to.id)).toMatchObject({ id: file.id, name: 'notes.txt' });
    expect(await namesIn(to.id)).toEqual(['notes.txt']);
  });

  test('that does not pass ends in four requests, and nothing has changed', async () => {
    const [file, to] = [await fileIn(top), await mkdir(top, 'to')];
    const before = asked(`POST ${MOVE}`);
    world.sandbox.faults.add({
      kind: 'status',
      status: 429,
      match: ACTION,
      times: Number.POSITIVE_INFINITY,
    });
    expect(await failure(move(file.id, to.id))).toMatchObject({ code: 'rate_limited', retry: 'later' });
    expect(asked(`POST ${MOVE}`) - before).toBe(4);
    expect(await namesIn(top)).toEqual(['notes.txt', 'to']);
  });

  test('for which PikPak wants a long wait is told at once', async () => {
    const match = { method: 'POST', path: '/drive/v1/files' };
    world.sandbox.faults.add({ kind: 'status', status: 429, retryAfterSeconds: 60, match, times: 1 });
    const before = asked('POST /drive/v1/files');
    expect(await failure(mkdir(top, 'x'))).toMatchObject({ code: 'rate_limited', retryAfterMs: 60_000 });
    expect(asked('POST /drive/v1/files') - before).toBe(1);
  });

  test('a copy whose answer is lost is awaited, not made again, however long it takes', async () => {
    const [file, to] = [await fileIn(top), await mkdir(top, 'to')];
    const before = asked('POST /drive/v1/files:batchCopy');
    world.sandbox.faults.add({ kind: 'slow_task', delayMs: 20_000, match: ACTION, times: 1 });
    world.sandbox.faults.add({ kind: 'hang_up', when: 'after', match: ACTION, times: 1 });
    expect((await copy(file.id, to.id)).name).toBe('notes.txt');
    expect(asked('POST /drive/v1/files:batchCopy') - before).toBe(1);
    expect(await namesIn(to.id)).toEqual(['notes.txt']);
  });
});

describe('a task', () => {
  test('is waited for: what is answered stands there', async () => {
    const [file, to] = [await fileIn(top), await mkdir(top, 'to')];
    world.sandbox.faults.add({ kind: 'slow_task', delayMs: 40_000, match: ACTION, times: 1 });
    const before = world.clock.now();
    const moved = await move(file.id, to.id);
    expect(world.clock.now() - before).toBeGreaterThan(39_000);
    expect((await driver.list({ dir: to.id }, ctx())).entries).toEqual([moved]);
  });

  test('that takes longer than a minute is a timeout that says that it goes on', async () => {
    const [file, to] = [await fileIn(top), await mkdir(top, 'to')];
    world.sandbox.faults.add({ kind: 'slow_task', delayMs: 90_000, match: ACTION, times: 1 });
    const before = world.clock.now();
    const error = await failure(move(file.id, to.id));
    expect(error).toMatchObject({ code: 'timeout', retry: 'never' });
    expect(error.detail.remedy).toContain('goes on');
    expect(world.clock.now() - before).toBeLessThanOrEqual(61_000);
    world.advance(90_000);
    expect(await namesIn(to.id)).toEqual(['notes.txt']);
  });

  test.each([
    ['Storage space is not enough', 'quota_exceeded', 'never'],
    ['Save failed, retry please', 'unavailable', 'later'],
    ['The folder is haunted', 'unavailable', 'never'],
  ])('that fails with %p is %p', async (message, code, retry) => {
    const [file, to] = [await fileIn(top), await mkdir(top, 'to')];
    world.sandbox.faults.add({ kind: 'task_error', message, match: ACTION, times: 1 });
    const error = await failure(copy(file.id, to.id));
    expect([error.code as string, error.retry]).toEqual([code, retry]);
    if (code === 'unavailable') expect(error.message).toContain(message);
    expect(await namesIn(to.id)).toEqual([]);
  });

  test('ends with the storage', async () => {
    const [file, to] = [await fileIn(top), await mkdir(top, 'to')];
    const moved = failure(
      move(
        file.id,
        to.id,
        openWatched(world, { path: '/drive/v1/tasks/', meanwhile: (watched) => watched.close() }),
      ),
    );
    expect(await moved).toMatchObject({ code: 'unavailable', message: 'This storage has been closed.' });
  });
});

describe('names', () => {
  test.each([
    'a:b',
    'a*b',
    'a?',
    '<a',
    'a>',
    'a|b',
    'a"b',
    ' a',
    'a ',
    'a.',
    '...',
    'a\tb',
    '\u007f',
    'a\u00a0',
  ])('%p is refused in words, before PikPak is asked', async (name) => {
    const { id } = await mkdir(top, 'folder');
    const before = world.sandbox.stats().requests;
    for (const error of [await failure(mkdir(top, name)), await failure(rename(id, name))]) {
      expect(error.code).toBe('invalid_name');
      expect(error.message).toMatch(/^PikPak takes no name with/);
    }
    expect(world.sandbox.stats().requests).toEqual(before);
  });

  test('wanted ten times at once, by two storages, go to one', async () => {
    const other = world.open({ ...DEMO, disable_media_link: false });
    const made = Array.from({ length: 10 }, (_, i) => mkdir(top, 'one', i % 2 === 0 ? driver : other));
    const outcomes = await Promise.allSettled(made);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await namesIn(top)).toEqual(['one']);
  });

  test('taken by another program while something is moved there: it goes back', async () => {
    const [file, to] = [await fileIn(top), await mkdir(top, 'to')];
    const watched = openWatched(world, {
      path: MOVE,
      meanwhile: () => fileIn(to.id),
    });
    expect((await failure(move(file.id, to.id, watched))).code).toBe('exists');
    expect(await driver.stat({ id: file.id }, ctx())).toMatchObject({ name: 'notes.txt' });
    expect([await namesIn(top), await namesIn(to.id)]).toEqual([['notes.txt', 'to'], ['notes.txt']]);
  });

  test('taken by another program while something is copied there: the copy goes', async () => {
    const [file, to] = [await fileIn(top), await mkdir(top, 'to')];
    const rival = () => mkdir(to.id, 'notes.txt');
    const watched = openWatched(world, { path: '/drive/v1/files:batchCopy', meanwhile: rival });
    expect((await failure(copy(file.id, to.id, watched))).code).toBe('exists');
    const { entries } = await driver.list({ dir: to.id }, ctx());
    expect(entries.map(({ name, kind }) => [name, kind])).toEqual([['notes.txt', 'folder']]);
  });

  test('of which nobody can tell who made them are told, and nothing is taken back', async () => {
    const [folder, to] = [await mkdir(top, 'folder'), await mkdir(top, 'to')];
    const rival = () => mkdir(to.id, 'folder');
    const watched = openWatched(world, { path: '/drive/v1/files:batchCopy', meanwhile: rival });
    const error = await failure(copy(folder.id, to.id, watched));
    expect(error.code).toBe('exists');
    for (const name of await namesIn(to.id)) expect(error.detail.remedy).toContain(`"${name}"`);
    expect(await namesIn(to.id)).toHaveLength(2);
  });

  test('are set right after a caller has left', async () => {
    const [file, to] = [await fileIn(top), await mkdir(top, 'to')];
    const leave = new AbortController();
    const watched = openWatched(
      world,
      { path: MOVE, meanwhile: () => fileIn(to.id) },
      { path: '/drive/v1/tasks/', meanwhile: () => leave.abort() },
    );
    const before = asked(`POST ${MOVE}`);
    const moved = has(watched.move).call(watched, { ids: [file.id], to: to.id }, ctx(leave.signal));
    expect(isAbort(await moved.catch((error: unknown) => error))).toBeTrue();
    await mkdir(to.id, 'later', watched); // its turn comes when the move is over
    expect(asked(`POST ${MOVE}`) - before).toBe(2); // there and back
    expect([await namesIn(top), await namesIn(to.id)]).toEqual([
      ['notes.txt', 'to'],
      ['later', 'notes.txt'],
    ]);
  });

  test('a name that PikPak is still busy with is given a little later, or not without end', async () => {
    const file = await fileIn(top);
    const busy = {
      kind: 'vendor_error',
      status: 400,
      error: 'file_rename_uncompleted',
      code: 9,
      text: 'x',
      match: { method: 'PATCH' },
    } as const;
    world.sandbox.faults.add({ ...busy, times: 3 });
    expect((await rename(file.id, 'a.txt')).name).toBe('a.txt');
    world.sandbox.faults.add({ ...busy, times: Number.POSITIVE_INFINITY });
    expect(await failure(rename(file.id, 'b.txt'))).toMatchObject({ code: 'unavailable', retry: 'later' });
  });

  test('the same name again is no change', async () => {
    const file = await fileIn(top);
    const before = world.sandbox.stats().requests['PATCH /drive/v1/files/{id}'] ?? 0;
    expect(await rename(file.id, 'notes.txt')).toEqual(file);
    expect(world.sandbox.stats().requests['PATCH /drive/v1/files/{id}'] ?? 0).toBe(before);
  });
});

describe('places', () => {
  test('moving to the folder where it lies is no change; copying there finds the name taken', async () => {
    const file = await fileIn(top);
    expect(await move(file.id, top)).toEqual(file);
    expect((await failure(copy(file.id, top))).code).toBe('exists');
    expect(await namesIn(top)).toEqual(['notes.txt']);
  });

  test('a folder is not put into itself, though it holds something of its name', async () => {
    const a = await mkdir(top, 'a');
    await mkdir(a.id, 'a');
    expect((await failure(move(a.id, a.id))).code).toBe('invalid_argument');
    expect((await failure(copy(a.id, a.id))).code).toBe('invalid_argument');
  });

  test("PikPak's own folders stay, in words", async () => {
    const pack = await idAt(driver, '/My Pack');
    const changes = [() => rename(pack, 'x'), () => move(pack, top), () => remove(pack, 'trash')];
    for (const change of changes) {
      const error = await failure(change());
      expect(error.code).toBe('forbidden');
      expect(error.message).toContain("PikPak's own folders");
    }
  });

  test('what is trashed is out of sight and counts as gone; the space is kept', async () => {
    const file = await fileIn(top, '/Photos/photo-1.jpg');
    const before = await driver.quota?.({}, ctx());
    await remove(file.id, 'trash');
    expect((await failure(driver.stat({ id: file.id }, ctx()))).code).toBe('not_found');
    expect((await failure(remove(file.id, 'purge'))).code).toBe('not_found');
    expect(await driver.quota?.({}, ctx())).toMatchObject({ used: before?.used });
  });

  test('a copy that does not fit is quota_exceeded, and nothing is left of it', async () => {
    const full = world.open({ username: 'full@sluice.test', password: 'sluice-demo' });
    const { entries } = await full.list({ dir: '' }, ctx());
    const largest = entries.toSorted((a, b) => b.size - a.size)[0];
    const to = await mkdir('', 'to', full);
    expect((await failure(copy(largest?.id ?? '', to.id, full))).code).toBe('quota_exceeded');
    expect((await full.list({ dir: to.id }, ctx())).entries).toEqual([]);
  });
});
