import { afterEach, describe, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VERSION } from '../config.ts';
import { runCli } from './program.ts';
import { Terminal } from './testing/terminal.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sluice-cli-'));
  cleanups.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function run(...args: string[]): Promise<{ code: number; terminal: Terminal }> {
  const terminal = new Terminal();
  return { code: await runCli(args, terminal), terminal };
}

/** A gateway that runs; `stop` interrupts it and gives its exit code. */
async function serving(...args: string[]) {
  const terminal = new Terminal();
  const code = runCli(['serve', '--port', '0', ...args], terminal);
  await Promise.race([terminal.written(), code]);
  const url = /http:\S+/.exec(terminal.stdout)?.[0] ?? '';
  return {
    terminal,
    url,
    stop: () => {
      terminal.interrupt();
      return code;
    },
  };
}

async function pinged(port: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const terminal = new Terminal({ SLUICE_PORT: port });
  const code = await runCli(['ping'], terminal);
  return { code, stdout: terminal.stdout, stderr: terminal.stderr };
}

async function signIn(url: string, password: string): Promise<number> {
  const res = await fetch(`${url}/api/auth/login`, {
    method: 'POST',
    body: JSON.stringify({ username: 'admin', password }),
  });
  return ((await res.json()) as { code: number }).code;
}

function passwordIn({ stdout }: Terminal): string {
  return /Password\s+(\S+)/.exec(stdout)?.[1] ?? '';
}

describe('the command line', () => {
  test('tells its version and what there is', async () => {
    expect(await run('--version')).toMatchObject({ code: 0, terminal: { stdout: `${VERSION}\n` } });
    const { code, terminal } = await run('--help');
    expect(code).toBe(0);
    for (const command of ['serve', 'sandbox', 'admin']) expect(terminal.stdout).toContain(`  ${command}`);
  });

  test('the help of serve lists every variable', async () => {
    const { terminal } = await run('serve', '--help');
    for (const name of ['HOST', 'PORT', 'DATA', 'ADMIN_PASSWORD', 'SECRET_KEY', 'TRUSTED_PROXIES', 'LOG']) {
      expect(terminal.stdout).toContain(`SLUICE_${name}`);
    }
  });

  test.each(['frobnicate', 'serve --wrong', 'serve extra'])(
    'a line that makes no sense (%s) is refused',
    async (line) => {
      const { code, terminal } = await run(...line.split(' '));
      expect(code).toBe(2);
      expect(terminal.stderr).not.toBe('');
    },
  );

  test('the sandbox has options of its own', async () => {
    const { code, terminal } = await run('sandbox', '--help');
    expect(code).toBe(0);
    expect(terminal.stdout).toContain('--proxy-port');
  });
});

describe('serve', () => {
  test('prints address, user and password, and stops in under two seconds', async () => {
    const data = await folder();
    const { terminal, url, stop } = await serving('--data', data);
    expect(terminal.stdout).toContain('User      admin');
    expect(await signIn(url, passwordIn(terminal))).toBe(200);
    const began = performance.now();
    expect(await stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(terminal.stderr).toBe('');

    const again = await serving('--data', data);
    expect(again.terminal.stdout).toContain('as before');
    await again.stop();
  });

  test('with --demo brings a cloud of its own', async () => {
    const { terminal, url, stop } = await serving('--demo', '--data', await folder());
    expect(terminal.stdout).toContain('Demo:');
    const settings = await (await fetch(`${url}/api/public/settings`)).json();
    expect(settings).toMatchObject({ data: { demo: 'true' } });
    expect(await stop()).toBe(0);
  });

  test('a port that is taken is one line and exit code 1', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(async () => server.close());
    const { port } = server.address() as AddressInfo;
    const { code, terminal } = await run('serve', '--port', String(port), '--data', await folder());
    expect(code).toBe(1);
    expect(terminal.stderr).toMatch(/^sluice: [^\n]*taken[^\n]*\n$/);
  });

  test('a setting that makes no sense is one line and exit code 1', async () => {
    const { code, terminal } = await run('serve', '--port', 'eighty');
    expect(code).toBe(1);
    expect(terminal.stderr).toMatch(/^sluice: [^\n]*eighty[^\n]*\n$/);
  });
});

describe('admin reset', () => {
  test('sets a new password and ends sessions while the gateway runs', async () => {
    const data = await folder();
    const { terminal, url, stop } = await serving('--data', data);
    const old = passwordIn(terminal);
    const reset = await run('admin', 'reset', '--data', data);
    expect(reset.code).toBe(0);
    expect(await signIn(url, passwordIn(reset.terminal))).toBe(200);
    expect(await signIn(url, old)).toBe(400);
    await stop();
  });

  test('takes a password that is given, unless it is too short', async () => {
    const data = await folder();
    await (await serving('--data', data)).stop();
    const short = await run('admin', 'reset', '--data', data, '--password', 'short');
    expect(short).toMatchObject({ code: 1, terminal: { stdout: '' } });
    const long = await run('admin', 'reset', '--data', data, '--password', 'long enough');
    expect(long.code).toBe(0);
    expect(long.terminal.stdout).not.toContain('long enough');
  });

  test('makes nothing where there is nothing', async () => {
    const { code, terminal } = await run('admin', 'reset', '--data', join(await folder(), 'none'));
    expect(code).toBe(1);
    expect(terminal.stderr).toContain('--data');
  });
});

describe('ping, a container’s health check', () => {
  test('is 0 while the gateway answers, and 1 with the address when nobody does', async () => {
    const gateway = await serving('--data', await folder());
    const { port } = new URL(gateway.url);
    expect(await pinged(port)).toEqual({ code: 0, stdout: 'pong\n', stderr: '' });
    await gateway.stop();
    const { code, stderr } = await pinged(port);
    expect(code).toBe(1);
    expect(stderr).toContain(`127.0.0.1:${port}`);
  });

  test('is not taken in by another program on that port', async () => {
    const other = createServer((_, res) => res.end('hello')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    cleanups.push(async () => other.close());
    const { code, stderr } = await pinged(String((other.address() as AddressInfo).port));
    expect(code).toBe(1);
    expect(stderr).toContain('no Sluice');
  });
});
