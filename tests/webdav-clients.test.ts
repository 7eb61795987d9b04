import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { accessSync, constants, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DavWorld, startDavWorld } from './dav-world.ts';
import { testWith } from './tools.ts';

const RCLONE = Bun.which('rclone') ?? undefined;
const CADAVER = Bun.which('cadaver') ?? undefined;
const MOUNT_DAVFS = Bun.which('mount.davfs') ?? undefined;

let world: DavWorld;
let work: string;

beforeAll(async () => {
  world = await startDavWorld();
  work = await mkdtemp(join(tmpdir(), 'sluice-clients-'));
}, 60_000);
afterAll(async () => {
  await world.stop();
  await rm(work, { recursive: true, force: true });
});

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(command: string[], input = '', env: Record<string, string> = {}): Promise<Run> {
  const child = Bun.spawn(command, {
    env: { ...process.env, HOME: work, ...env },
    stdin: Buffer.from(input),
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, out, err };
}

/** Names that have broken servers: what means something in URLs, XML, shells and patterns, and what is merely unusual. */
const NASTY = [
  'plain.txt',
  'with space.txt',
  ' leading and trailing ',
  'per%cent%41.txt',
  'plus+and&ampersand.txt',
  'hash#and?question.txt',
  'semi;colon,comma=equals.txt',
  'quote"and\'apostrophe.txt',
  '<tag>&amp;.txt',
  '[brackets]{braces}(parens).txt',
  'star*tilde~caret^.txt',
  'dollar$exclaim!at@.txt',
  '名字.txt',
  'é composed.txt',
  'e\u0301 decomposed.txt',
  '🎬 film.mkv',
  'العربية.txt',
  'ends with dot.',
  '.hidden',
  '-dash first',
  'UPPER.TXT',
  'x'.repeat(200),
];

/** A tree of more than a thousand small files, each with content of its own. */
async function plant(root: string): Promise<number> {
  let count = 0;
  for (let folder = 0; folder < 48; folder += 1) {
    const dir = join(root, `folder ${folder} #&%`);
    await mkdir(dir, { recursive: true });
    for (const name of NASTY) {
      await writeFile(join(dir, name), `${folder} ${name} ${'x'.repeat((folder * 37) % 500)}`);
      count += 1;
    }
  }
  await writeFile(join(root, 'large.bin'), Buffer.alloc(3_000_000, 'sluice'));
  return count + 1;
}

async function rcloneEnv(): Promise<Record<string, string>> {
  await writeFile(join(work, 'rclone.conf'), '');
  const { out } = await run(['rclone', 'obscure', world.password]);
  return {
    RCLONE_CONFIG_DAV_TYPE: 'webdav',
    RCLONE_CONFIG_DAV_URL: world.dav,
    RCLONE_CONFIG_DAV_VENDOR: 'other',
    RCLONE_CONFIG_DAV_USER: world.user,
    RCLONE_CONFIG_DAV_PASS: out.trim(),
    RCLONE_CONFIG: join(work, 'rclone.conf'),
  };
}

describe('rclone', () => {
  testWith(RCLONE, 'rclone', 'copies, syncs and checks over a thousand files with nasty names', async () => {
    const [source, back] = [join(work, 'source'), join(work, 'back')];
    expect(await plant(source)).toBeGreaterThanOrEqual(1000);
    const env = await rcloneEnv();
    const rclone = async (...args: string[]): Promise<string> => {
      const { code, out, err } = await run(
        ['rclone', '--retries', '1', '--transfers', '8', ...args],
        '',
        env,
      );
      expect([args[0], code, code === 0 ? '' : err.slice(-2000)]).toEqual([args[0], 0, '']);
      return out;
    };
    await rclone('copy', source, 'dav:local/tree');
    await rclone('copy', 'dav:local/tree', back);
    await rclone('check', source, back);
    // What the folder behind it holds is the same, byte for byte.
    await rclone('check', source, join(world.folder, 'tree'));

    await rm(join(source, 'folder 3 #&%'), { recursive: true });
    await writeFile(
      join(source, 'folder 4 #&%', NASTY[0] ?? ''),
      'changed, and longer than before, so that its size tells',
    );
    await rclone('sync', source, 'dav:local/tree');
    await rclone('check', '--download', source, 'dav:local/tree');

    const part = await rclone('cat', '--offset', '1000001', '--count', '12', 'dav:local/tree/large.bin');
    expect(part).toBe((await readFile(join(source, 'large.bin'))).toString('latin1', 1_000_001, 1_000_013));
    await rclone('moveto', 'dav:local/tree/large.bin', 'dav:local/tree/renamed 名.bin');
    await rclone('purge', 'dav:local/tree');
    expect(await readdir(world.folder)).toEqual([]);
  });

  testWith(RCLONE, 'rclone', 'follows the redirect to the cloud, and brings a film home whole', async () => {
    // Storage and client leave by the same proxy, so that the link holds for both.
    const ca = join(work, 'ca.pem');
    await writeFile(ca, world.sandbox.caPem);
    const proxy = { HTTPS_PROXY: `http://127.0.0.1:${world.sandbox.proxyPort}`, SSL_CERT_FILE: ca };
    const env = { ...(await rcloneEnv()), ...proxy };
    const target = join(work, 'films');
    const film = 'dav:redirected/Movies/Sample (2026)';
    const { code, err } = await run(['rclone', '--retries', '1', 'copy', film, target], '', env);
    expect([code, err]).toEqual([0, err]);
    const { out } = await run(['rclone', 'lsjson', film], '', env);
    const listed = JSON.parse(out) as { readonly Name: string; readonly Size: number }[];
    expect(listed.length).toBeGreaterThan(1);
    for (const { Name, Size } of listed) {
      expect([Name, (await readFile(join(target, Name))).length]).toEqual([Name, Size]);
    }
  });
});

describe('cadaver', () => {
  testWith(CADAVER, 'cadaver', 'walks, puts, gets, copies, moves, locks and deletes', async () => {
    const { host, hostname } = new URL(world.dav);
    await writeFile(
      join(work, '.netrc'),
      `machine ${hostname} login ${world.user} password ${world.password}\n`,
      {
        mode: 0o600,
      },
    );
    await writeFile(join(work, 'up.txt'), 'from cadaver');
    const script = [
      'cd local',
      'mkcol shelf',
      'cd shelf',
      `put ${join(work, 'up.txt')} a.txt`,
      'copy a.txt b.txt',
      'move b.txt c.txt',
      'lock a.txt',
      `put ${join(work, 'up.txt')} a.txt`,
      'unlock a.txt',
      'propset a.txt colour red',
      'propget a.txt colour',
      'ls',
      `get c.txt ${join(work, 'down.txt')}`,
      'delete a.txt',
      'quit',
    ].join('\n');
    const { out, err } = await run(['cadaver', `http://${host}/dav/`], `${script}\n`);
    expect(out + err).not.toMatch(/failed|Could not|error/i);
    expect(out).toContain('red');
    expect(await readFile(join(work, 'down.txt'), 'utf8')).toBe('from cadaver');
    expect(await readdir(join(world.folder, 'shelf'))).toEqual(['c.txt']);
    await rm(join(world.folder, 'shelf'), { recursive: true });
  });
});

/** Whether this machine lets us mount anything: in many containers nobody may, and then nothing about davfs2 can be tried. */
function canMount(): boolean {
  if (MOUNT_DAVFS === undefined || process.getuid?.() !== 0 || !existsSync('/dev/fuse')) return false;
  try {
    accessSync('/dev/fuse', constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

describe('davfs2', () => {
  const body = async (): Promise<void> => {
    const point = join(work, 'mounted');
    await mkdir(point);
    const conf = join(work, 'davfs2.conf');
    const secrets = join(work, 'secrets');
    // By default davfs2 refuses the larger reads of folders that newer kernels ask it for.
    await writeFile(conf, `secrets ${secrets}\nask_auth 0\ndelay_upload 0\nbuf_size 64\n`);
    await writeFile(secrets, `${world.dav} ${world.user} ${world.password}\n`, { mode: 0o600 });
    const { code, err } = await run(['mount.davfs', world.dav, point, '-o', `conf=${conf}`]);
    expect([code, err]).toEqual([0, err]);
    try {
      await writeFile(join(point, 'local', 'mounted 名.txt'), 'by davfs2');
      const film = join(point, 'cloud/Movies/Sample (2026)');
      expect(await readFile(join(film, 'sample.srt'), 'utf8')).toContain('-->');
      expect(await readdir(film)).toContain('sample.mp4');
      expect(await readdir(join(point, 'local'))).toEqual(['mounted 名.txt']);
      expect(await run(['cp', '-r', film, join(point, 'local')])).toMatchObject({ code: 0, err: '' });
    } finally {
      await run(['umount', point]);
    }
    expect(await readFile(join(world.folder, 'mounted 名.txt'), 'utf8')).toBe('by davfs2');
    expect((await readdir(join(world.folder, 'Sample (2026)'))).length).toBeGreaterThan(1);
  };
  if (canMount()) test('mounts the tree, lists, writes, reads and copies', body, 120_000);
  else
    test.skip(
      'mounts the tree, lists, writes, reads and copies (skipped: this machine does not let us mount with FUSE)',
      body,
    );
});
