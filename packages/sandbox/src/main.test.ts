import { afterAll, describe, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSandbox } from './main.ts';
import { listen } from './wire/listen.ts';

const folder = mkdtempSync(join(tmpdir(), 'sandbox-main-'));
const FREE_PORTS = ['--port', '0', '--proxy-port', '0', '--proxy-port-eu', '0', '--cdn-port', '0'];

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command; `onOutput` is called with what it prints, and may interrupt it. */
async function run(
  argv: readonly string[],
  onOutput?: (text: string, interrupt: () => void) => void,
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const written = { out: '', err: '' };
  const { promise, resolve } = Promise.withResolvers<void>();
  const code = await runSandbox(argv, {
    out: (text) => {
      written.out += text;
      onOutput?.(text, resolve);
    },
    err: (text) => {
      written.err += text;
    },
    interrupted: () => promise,
  });
  return { code, ...written };
}

describe('the sandbox command', () => {
  test('says what listens where and how to use it, and ends when interrupted', async () => {
    const ca = join(folder, 'ca.pem');
    const { code, out, err } = await run([...FREE_PORTS, '--ca', ca], (_, interrupt) => interrupt());
    expect([code, err]).toEqual([0, '']);
    expect(readFileSync(ca, 'utf8')).toStartWith('-----BEGIN CERTIFICATE-----');
    const [, proxyPort] = /^Proxy, Asia: +http:\/\/127\.0\.0\.1:(\d+)$/m.exec(out) ?? [];
    expect(out).toContain(`HTTPS_PROXY=http://127.0.0.1:${proxyPort} SSL_CERT_FILE=${ca}`);
    expect(out).toMatch(/^PikPak sandbox: https:\/\/127\.0\.0\.1:\d+ /);
  });

  test('says in one line that a port is taken', async () => {
    const taken = await listen(createServer(), '127.0.0.1', 0);
    const { code, out, err } = await run(['--port', String(taken.port)]);
    await taken.close();
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe(
      `sandbox: port ${taken.port} is taken by another program; choose another port, or 0 for any free one\n`,
    );
  });

  test('says in one line that it does not know the seed', async () => {
    const ca = join(folder, 'unwritten.pem');
    const { code, err } = await run([...FREE_PORTS, '--seed', 'nonsense', '--ca', ca]);
    expect(code).toBe(1);
    expect(err).toMatch(/^sandbox: unknown seed "nonsense"; known: standard(?:, \w+)*\n$/);
    expect(existsSync(ca)).toBe(false);
  });

  test.each([
    { argv: ['--port', '70000'] },
    { argv: ['--port', 'x'] },
    { argv: ['--port', '-1'] },
    { argv: ['--proxy-port', ''] },
    { argv: ['--nonsense'] },
    { argv: ['extra'] },
  ])('refuses $argv', async ({ argv }) => {
    const { code, err } = await run(argv);
    expect(code).toBe(2);
    expect(err).toContain('--help');
  });

  test('explains itself', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    for (const option of ['--port', '--proxy-port-eu', '--ca', '--seed']) expect(out).toContain(option);
  });
});
