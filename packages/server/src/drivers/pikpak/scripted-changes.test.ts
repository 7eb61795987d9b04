import { describe, expect, test } from 'bun:test';
import { has } from '../../../testing/contract/test-case.ts';
import { fakeRandom } from '../../../testing/fake-clock.ts';
import { createAccounts } from '../../accounts/registry.ts';
import { throwIfAborted } from '../../core/abort.ts';
import type { Driver } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import { pikpakDriverType } from './index.ts';
import { type Answer, fakeCloud, type FakeCloud, PATHS, refused } from './testing/fake-cloud.ts';
import { ctx, QUIET, tableOver } from './testing/sandbox-world.ts';

const MOVE = '/drive/v1/files:batchMove';
const DELETE = '/drive/v1/files:batchDelete';
const TASK = '/drive/v1/tasks/T1';
const TAKEN = refused(400, 'file_duplicated_name', 3);

interface Folder {
  readonly id: string;
  name: string;
  parent_id: string;
}

/** What the emulated cloud does not do: names numbered for no visible reason, answers without a task, tasks that are forgotten. */
interface Script {
  readonly cloud: FakeCloud;
  readonly driver: Driver;
  /** What the cloud holds. */
  readonly folders: Map<string, Folder>;
  /** The cloud's answer to a new name; it takes all unless told otherwise. */
  naming: (folder: Folder, name: string) => Answer;
}

function script(...held: readonly Folder[]): Script {
  const cloud = fakeCloud();
  const folders = new Map<string, Folder>();
  const scripted: Script = { cloud, driver: driverOn(cloud), folders, naming: named };
  const put = (folder: Folder): Answer => {
    folders.set(folder.id, folder);
    cloud.on(`${PATHS.files}/${folder.id}`, ({ method, body }) => {
      const found = folders.get(folder.id);
      if (found === undefined) return refused(404, 'file_not_found', 5);
      return method === 'PATCH' ? scripted.naming(found, String(body['name'])) : { json: wire(found) };
    });
    return { json: { file: wire(folder) } };
  };
  held.forEach(put);
  cloud.on(PATHS.files, ({ method, query, body }) => {
    if (method === 'POST') return put({ id: 'NEW', name: `${String(body['name'])}(1)`, parent_id: '' });
    const parent = query.get('parent_id');
    return { json: { files: [...folders.values()].filter((f) => f.parent_id === parent).map(wire) } };
  });
  cloud.on(DELETE, ({ body }) => {
    for (const id of folders.keys()) if (JSON.stringify(body['ids']).includes(id)) folders.delete(id);
    return { json: { task_id: '' } };
  });
  return scripted;
}

const wire = (folder: Folder) => ({ kind: 'drive#folder', ...folder });

function named(folder: Folder, name: string): Answer {
  folder.name = name;
  return { json: wire(folder) };
}

function driverOn(cloud: FakeCloud): Driver {
  const now = Date.UTC(2026, 0, 1);
  const env = {
    http: () => cloud,
    clock: { now: () => now, sleep: async (_: number, signal: AbortSignal) => throwIfAborted(signal) },
    random: fakeRandom(),
    log: QUIET,
    accounts: createAccounts({ table: tableOver(new Map()), log: QUIET }),
  };
  const parsed = pikpakDriverType.config.parse({ username: 'a@b.test', password: 'pw' });
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return pikpakDriverType.create(parsed.ok, env);
}

async function failure(promise: Promise<unknown>): Promise<StorageError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof StorageError) return error;
  throw new Error(`expected a StorageError, got ${String(error)}`, { cause: error });
}

const mkdir = ({ driver }: Script, name: string) => has(driver.mkdir).call(driver, { dir: '', name }, ctx());
const move = async ({ driver }: Script) =>
  (await has(driver.move).call(driver, { ids: ['A'], to: 'TO' }, ctx()))[0];
const rename = ({ driver }: Script, name: string) =>
  has(driver.rename).call(driver, { id: 'A', name }, ctx());

describe('a new folder that PikPak numbers', () => {
  test('gets its name as soon as PikPak lets go of it', async () => {
    const scripted = script();
    let refusals = 2;
    scripted.naming = (folder, name) => {
      refusals -= 1;
      return refusals >= 0 ? TAKEN : named(folder, name);
    };
    expect(await mkdir(scripted, 'films')).toMatchObject({ id: 'NEW', name: 'films' });
    expect(scripted.cloud.to(DELETE)).toEqual([]);
  });

  test('is purged where the name stays taken, and that is exists', async () => {
    const scripted = script();
    scripted.naming = () => TAKEN;
    expect((await failure(mkdir(scripted, 'films'))).code).toBe('exists');
    expect(scripted.cloud.to(DELETE).map(({ body }) => body['ids'])).toEqual([['NEW']]);
    expect(scripted.folders.size).toBe(0);
  });

  test('is told of where it can not be purged', async () => {
    const scripted = script();
    scripted.naming = () => TAKEN;
    scripted.cloud.on(DELETE, () => refused(403, '', 0));
    const error = await failure(mkdir(scripted, 'films'));
    expect(error.code).toBe('exists');
    expect(error.message).toContain('"films(1)" and could not be taken back');
  });
});

describe('a move', () => {
  const A: Folder = { id: 'A', name: 'a', parent_id: '' };
  const TO: Folder = { id: 'TO', name: 'to', parent_id: '' };
  const scene = () => script({ ...A }, { ...TO });
  const arrive = ({ folders }: Script): void => {
    const a = folders.get('A');
    if (a !== undefined) a.parent_id = 'TO';
  };

  test('without a task is done; its place is read all the same', async () => {
    const scripted = scene();
    scripted.cloud.on(MOVE, () => {
      arrive(scripted);
      return { json: { task_id: '' } };
    });
    expect(await move(scripted)).toMatchObject({ id: 'A', name: 'a' });
    expect(scripted.cloud.to(MOVE).map(({ body }) => body)).toEqual([
      { ids: ['A'], to: { parent_id: 'TO' } },
    ]);
  });

  test('whose task is forgotten is judged by where things lie', async () => {
    const scripted = scene();
    scripted.cloud.on(MOVE, () => ({ json: { task_id: 'T1' } }));
    expect(await failure(move(scripted))).toMatchObject({ code: 'unavailable', retry: 'never' });
    scripted.cloud.on(TASK, () => {
      arrive(scripted);
      return refused(404, 'not_found', 5);
    });
    expect(await move(scripted)).toMatchObject({ id: 'A' });
  });

  test('whose end is not told is given up after 14 looks', async () => {
    const scripted = scene();
    scripted.cloud.on(MOVE, () => ({ json: { task_id: 'T1' } }));
    scripted.cloud.on(TASK, () => ({ json: { id: 'T1', phase: 'PHASE_TYPE_RUNNING' } }));
    expect((await failure(move(scripted))).code).toBe('timeout');
    expect(scripted.cloud.to(TASK)).toHaveLength(14);
  });
});

describe('a name', () => {
  const A: Folder = { id: 'A', name: 'a', parent_id: '' };

  test('of which PikPak makes another is taken back', async () => {
    const scripted = script({ ...A });
    scripted.naming = (folder, name) => named(folder, name.toLowerCase());
    const error = await failure(rename(scripted, 'Loud'));
    expect(error).toMatchObject({ code: 'invalid_name', message: 'PikPak makes "loud" of this name.' });
    expect(scripted.folders.get('A')?.name).toBe('a');
  });

  test('that it has already in the eyes of PikPak is fine', async () => {
    const scripted = script({ ...A });
    scripted.naming = (folder, name) => {
      folder.name = name; // by another program, a moment ago
      return refused(400, 'file_rename_to_same_name', 3);
    };
    expect(await rename(scripted, 'b')).toMatchObject({ id: 'A', name: 'b' });
  });
});
