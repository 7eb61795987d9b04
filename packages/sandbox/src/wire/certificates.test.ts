import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../index.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { testWith } from './outside-tools.ts';

describe('the certificates', () => {
  let made: Certificates;

  beforeAll(async () => {
    made = await makeCertificates();
  });

  test('cover every host of the four roots and loopback, and nothing else', () => {
    const leaf = new X509Certificate(made.certPem);
    for (const root of ['mypikpak.com', 'mypikpak.net', 'pikpak.me', 'pikpakdrive.com']) {
      expect(leaf.checkHost(root)).toBe(root);
      expect(leaf.checkHost(`user.${root}`)).toBe(`*.${root}`);
    }
    expect(leaf.checkHost('localhost')).toBe('localhost');
    expect(leaf.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(leaf.checkHost('example.com')).toBeUndefined();
    expect(leaf.checkHost('notmypikpak.com')).toBeUndefined();
  });

  test('form a chain of which only the authority may sign', () => {
    const [ca, leaf] = [new X509Certificate(made.caPem), new X509Certificate(made.certPem)];
    expect([ca.ca, leaf.ca]).toEqual([true, false]);
    expect(leaf.checkIssued(ca)).toBe(true);
    expect(leaf.verify(ca.publicKey)).toBe(true);
  });

  test('are new each time', async () => {
    const other = await makeCertificates();
    expect(other.caPem).not.toBe(made.caPem);
    expect(new X509Certificate(made.certPem).verify(new X509Certificate(other.caPem).publicKey)).toBe(false);
  });
});

describe('a client that trusts the authority', () => {
  let sandbox: Sandbox;
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-ca-'));
  const caFile = join(folder, 'ca.pem');

  beforeAll(async () => {
    sandbox = await startSandbox({ caFile });
  });

  afterAll(async () => {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a client and gives what it printed. */
  async function run(command: readonly string[]): Promise<string> {
    const child = Bun.spawn([...command], {
      stdout: 'pipe',
      stderr: 'pipe',
      env: { PATH: process.env['PATH'] },
    });
    const [out, err, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    if (code !== 0) throw new Error(`${command[0]} ended with ${code}: ${err}`);
    return out;
  }

  testWith('curl', 'reaches any host through the proxy', async () => {
    const proxy = `http://127.0.0.1:${sandbox.proxyPort}`;
    const url = 'https://user.pikpakdrive.com/_sandbox/stats';
    const out = await run(['curl', '--silent', '--show-error', '--cacert', caFile, '--proxy', proxy, url]);
    expect(JSON.parse(out)).toMatchObject({ open_cdn_connections: 0 });
  });

  testWith('python3', 'checks the chain strictly', async () => {
    const script = [
      'import ssl, sys, urllib.request as web',
      'context = ssl.create_default_context(cafile=sys.argv[1])',
      'context.verify_flags |= ssl.VERIFY_X509_STRICT',
      'opener = web.build_opener(web.HTTPSHandler(context=context), web.ProxyHandler({"https": sys.argv[2]}))',
      'print(opener.open("https://api-drive.mypikpak.net/_sandbox/stats").read().decode())',
    ].join('\n');
    const out = await run(['python3', '-c', script, caFile, `http://127.0.0.1:${sandbox.proxyPortEu}`]);
    expect(JSON.parse(out)).toMatchObject({ open_cdn_connections: 0 });
  });
});
