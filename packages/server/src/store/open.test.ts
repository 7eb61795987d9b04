import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { normalizePath } from '../core/path.ts';
import { fakeClock } from '../../testing/fake-clock.ts';
import { storageRow } from '../../testing/store-contract.ts';
import { newTask } from '../../testing/task-store-contract.ts';
import { StoreVersionError } from './errors.ts';
import { openStore, type StoreOptions } from './open.ts';

const PASSPHRASE = 'a passphrase of enough length';

let folder: string;
let warnings: string[];
const database = (): string => join(folder, 'sluice.db');
const keyFile = (): string => join(folder, 'secret.key');

function options(changes: Partial<StoreOptions> = {}): StoreOptions {
  const log = {
    debug() {},
    info() {},
    warn: (_: object, message: string) => void warnings.push(message),
    error() {},
  };
  return { folder, clock: fakeClock(), log, ...changes };
}

/** Opens, works and closes. */
async function withStore<T>(
  changes: Partial<StoreOptions>,
  work: (store: Awaited<ReturnType<typeof openStore>>) => Promise<T>,
): Promise<T> {
  const store = await openStore(options(changes));
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Changes the database behind the store's back. */
function tamper(sql: string): void {
  const db = new Database(database());
  db.run(sql);
  db.close();
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-open-'));
  warnings = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('openStore', () => {
  test('a new folder and all its files are for their owner alone', async () => {
    const inner = join(folder, 'new');
    await withStore({ folder: inner }, async (store) => {
      await store.settings.set('a', 'b');
      expect(readdirSync(inner)).toContain('sluice.db-wal');
      for (const name of readdirSync(inner))
        expect([name, statSync(join(inner, name)).mode & 0o777]).toEqual([name, 0o600]);
    });
    expect(statSync(inner).mode & 0o777).toBe(0o700);
  });

  test('files that were opened to others are closed again', async () => {
    await withStore({}, async () => {});
    chmodSync(database(), 0o644);
    chmodSync(keyFile(), 0o644);
    await withStore({}, async () => {});
    expect(statSync(database()).mode & 0o777).toBe(0o600);
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
  });

  test('no secret and no account name is readable in the files', async () => {
    await withStore({ secretKey: PASSPHRASE }, async (store) => {
      await store.storages.insert(storageRow({ addition: { password: 'hunter2-addition' } }));
      await store.accounts.save('user@mail.example|http://u:hunter2-key@proxy', { token: 'hunter2-state' });
      await store.secrets.save('jwt', 'hunter2-secret');
      await store.uploads.save('u', { path: '/hunter2-upload' });
      const url = 'https://h.example/a?token=hunter2-link';
      await store.tasks.insert(newTask('t', { name: `download ${url}`, payload: { url }, dedupeKey: url }));
      await store.tasks.change('t', ['pending'], { checkpoint: { url } });
      const bytes = readdirSync(folder)
        .map((name) => readFileSync(join(folder, name), 'latin1'))
        .join('');
      expect(bytes).toContain('/films');
      expect(bytes).not.toMatch(/hunter2|mail\.example|enough length/);
    });
  });

  test('a second process may use the database at the same time', async () => {
    await withStore({}, async (one) => {
      await withStore({}, async (two) => {
        await Promise.all([one.settings.set('a', '1'), two.settings.set('b', '2')]);
        expect((await one.settings.all()).size).toBe(2);
      });
    });
  });
});

describe('openStore refuses', () => {
  test('a database from a newer version, and leaves it alone', async () => {
    await withStore({}, async () => {});
    tamper("insert into migrations values (99, 'future', 0)");
    const error = await openStore(options()).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(StoreVersionError);
    expect(error).toMatchObject({ code: 'newer_version', found: 99 });
    expect(String(error)).not.toContain('\n');
    tamper('delete from migrations where number = 99');
    await withStore({}, async () => {});
  });

  test('a file that is no database', async () => {
    writeFileSync(database(), 'this is no database at all. '.repeat(100));
    expect(openStore(options())).rejects.toMatchObject({ code: 'corrupt' });
    expect(readFileSync(database(), 'utf8')).toStartWith('this is no database');
  });

  test('a database whose middle is damaged', async () => {
    await withStore({}, async () => {});
    const bytes = readFileSync(database());
    bytes.fill(0xff, 100, bytes.length);
    writeFileSync(database(), bytes);
    expect(openStore(options())).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('a data folder that is a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(openStore(options({ folder: file }))).rejects.toMatchObject({ code: 'unwritable' });
  });

  test.skipIf(process.getuid?.() === 0)('a folder that can not be written', async () => {
    chmodSync(folder, 0o500);
    expect(openStore(options())).rejects.toMatchObject({ code: 'unwritable' });
    chmodSync(folder, 0o700);
  });
});

describe('the key of the store', () => {
  const save = (changes: Partial<StoreOptions> = {}): Promise<void> =>
    withStore(changes, (store) => store.secrets.save('s', 'hush'));
  const load = (changes: Partial<StoreOptions> = {}): Promise<string | undefined> =>
    withStore(changes, (store) => store.secrets.load('s'));

  test('another passphrase is refused with what to do, and the right one still works afterwards', async () => {
    await save({ secretKey: PASSPHRASE });
    expect(existsSync(keyFile())).toBe(false);
    const wrong = openStore(options({ secretKey: 'some other passphrase' }));
    expect(wrong).rejects.toMatchObject({
      code: 'wrong_key',
      message: expect.stringContaining('put the former one back'),
    });
    expect(await load({ secretKey: PASSPHRASE })).toBe('hush');
  });

  test('a missing passphrase is refused, and no key file is made', async () => {
    await save({ secretKey: PASSPHRASE });
    expect(openStore(options())).rejects.toMatchObject({ code: 'wrong_key' });
    expect(existsSync(keyFile())).toBe(false);
  });

  test('a lost key file is refused and not replaced by a new one', async () => {
    await save();
    rmSync(keyFile());
    expect(openStore(options())).rejects.toMatchObject({ code: 'wrong_key' });
    expect(existsSync(keyFile())).toBe(false);
  });

  test('a damaged or foreign key file is refused', async () => {
    await save();
    const kept = readFileSync(keyFile());
    writeFileSync(keyFile(), 'short');
    expect(openStore(options())).rejects.toMatchObject({ code: 'wrong_key' });
    writeFileSync(keyFile(), Buffer.alloc(32, 1).toString('base64url'));
    expect(openStore(options())).rejects.toMatchObject({ code: 'wrong_key' });
    writeFileSync(keyFile(), kept);
    expect(await load()).toBe('hush');
  });

  test('a passphrase takes over from the key file, which then is not needed', async () => {
    await save();
    expect(await load({ secretKey: PASSPHRASE })).toBe('hush');
    expect(warnings).toHaveLength(1);
    rmSync(keyFile());
    expect(await load({ secretKey: PASSPHRASE })).toBe('hush');
    expect(warnings).toHaveLength(1);
  });

  test('processes that start together for the first time agree on one key', async () => {
    const program = `
      import { openStore } from ${JSON.stringify(join(import.meta.dir, 'open.ts'))};
      const log = { debug() {}, info() {}, warn() {}, error() {} };
      const clock = { now: () => 0, sleep: () => Promise.resolve() };
      const store = await openStore({ folder: ${JSON.stringify(folder)}, clock, log });
      console.log(await store.secrets.loadOrCreate('s', () => crypto.randomUUID()));
      await store.close();`;
    const start = async (): Promise<string> => {
      const child = Bun.spawn([process.execPath, '-e', program], { stdout: 'pipe', stderr: 'inherit' });
      return (await new Response(child.stdout).text()).trim();
    };
    const answers = await Promise.all([start(), start(), start(), start()]);
    expect(answers[0]).toHaveLength(36);
    expect(new Set(answers).size).toBe(1);
  });
});

describe('rows that were changed outside', () => {
  test('one storage that does not open is listed as damaged beside the others', async () => {
    await withStore({}, async (store) => {
      for (const path of ['/a', '/b', '/c']) {
        await store.storages.insert(storageRow({ mountPath: normalizePath(path) }));
      }
    });
    tamper("update storages set sealed_addition = 's1.AAAA' where id = 1");
    tamper("update storages set mount_path = '/../etc' where id = 2");
    await withStore({}, async (store) => {
      const list = await store.storages.list();
      expect(list.map((s) => [s.id, s.damaged !== undefined])).toEqual([
        [1, true],
        [2, true],
        [3, false],
      ]);
      expect(list[0]?.addition).toEqual({});
    });
  });

  test('sealed texts that were swapped between rows do not open', async () => {
    await withStore({}, async (store) => {
      await store.accounts.save('a', 'of a');
      await store.accounts.save('b', 'of b');
    });
    tamper('update accounts set sealed_state = (select max(sealed_state) from accounts)');
    await withStore({}, async (store) => {
      const results = await Promise.allSettled([store.accounts.load('a'), store.accounts.load('b')]);
      const refused = results.filter((r) => r.status === 'rejected');
      expect(refused.map((r) => r.reason)).toMatchObject([{ code: 'misconfigured' }]);
    });
  });
});
