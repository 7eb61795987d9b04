import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from './io.ts';
import { runCli } from './program.ts';
import { Terminal } from './testing/terminal.ts';

const PASSWORD = 'admin-password';
const link = (id: string): string => `https://mypikpak.com/s/${id}`;

/** Opens with its code, and is none of those that a demo begins with. */
const OPEN = `Open: ${link('VNsandboxLockedShare001')}?pwd=k7pm`;

describe('sluice share import, against a gateway with the sandbox', () => {
  let folder = '';
  let url = '';
  const gateway = new Terminal({ SLUICE_ADMIN_PASSWORD: PASSWORD });
  let served: Promise<number>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-import-'));
    served = runCli(['serve', '--demo', '--port', '0', '--data', join(folder, 'data')], gateway);
    await Promise.race([gateway.written(), served]);
    url = /http:\S+/.exec(gateway.stdout)?.[0] ?? '';
  });
  afterAll(async () => {
    gateway.interrupt();
    await served;
    await rm(folder, { recursive: true, force: true });
  });

  async function run(text: string, flags: readonly string[] = [], env: Io['env'] = {}) {
    const file = join(folder, 'shares.txt');
    await writeFile(file, text);
    const terminal = new Terminal({ SLUICE_URL: url, SLUICE_PASSWORD: PASSWORD, ...env });
    const code = await runCli(['share', 'import', file, '--egress', 'sandbox', ...flags], terminal);
    return { code, terminal };
  }

  test('a dry run says what would be added, and adds nothing', async () => {
    const { code, terminal } = await run(OPEN, ['--dry-run']);
    expect(code).toBe(0);
    expect(terminal.stdout).toContain('ok        /Shares/Open');
    expect(terminal.stdout).toContain('1 shares; nothing was added: this was a dry run.');
  });

  test('good ones are added, the others are told with their reason, and the exit code says so', async () => {
    const text = `${OPEN}\nGone: ${link('VNsandboxGoneShare00001')}\n${link('')}`;
    const { code, terminal } = await run(text, ['--path', '/New/{name}']);
    expect(code).toBe(1);
    expect(terminal.stdout).toContain('added     /New/Open');
    expect(terminal.stdout).toContain('deleted   line 2: Gone');
    expect(terminal.stdout).toContain('has been deleted');
    expect(terminal.stdout).toContain('no share  line 3');
    expect(terminal.stderr).toContain('2 could not be added');
  });

  test('run again it finds everything there', async () => {
    const { code, terminal } = await run(OPEN);
    expect(code).toBe(0);
    expect(terminal.stdout).toContain('mounted   /New/Open');
    expect(terminal.stdout).toContain('1 shares; 0 added.');
  });

  test.each([
    ['a wrong password', { SLUICE_PASSWORD: 'wrong' }, 'password is incorrect'],
    ['no password', { SLUICE_PASSWORD: '' }, 'Set SLUICE_PASSWORD'],
    ['a gateway that is not there', { SLUICE_URL: 'http://127.0.0.1:9' }, 'Is it running?'],
    ['an address that is none', { SLUICE_URL: 'here' }, 'SLUICE_URL must be'],
  ])('%s is told in a line', async (_, env, words) => {
    const { code, terminal } = await run(link('VNsandboxOpenShare00001'), [], env);
    expect([code, terminal.stderr.includes(words)]).toEqual([1, true]);
  });

  test('a file that is not there is told in a line', async () => {
    const terminal = new Terminal({ SLUICE_URL: url, SLUICE_PASSWORD: PASSWORD });
    expect(await runCli(['share', 'import', join(folder, 'none')], terminal)).toBe(1);
    expect(terminal.stderr).toContain("can't be read");
  });
});
