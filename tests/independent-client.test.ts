import { afterAll, beforeAll, describe, expect } from 'bun:test';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '@sluice/sandbox';
import { testWith } from './tools.ts';

const PACKAGES = join(import.meta.dir, '../.cache/pikpakapi-0.1.11');
const SAMPLE = join(import.meta.dir, '../packages/sandbox/src/media/files/sample.mp4');
const python = Bun.which('python3') ?? undefined;

async function run(command: string[], env: Record<string, string>): Promise<string> {
  const child = Bun.spawn(command, { env: { ...process.env, ...env }, stdout: 'pipe', stderr: 'pipe' });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`${command[0]} ended with ${code}: ${err.slice(-2000)}`);
  return out;
}

/** Fetches the package once, at the version that was looked at. */
async function installClient(pythonPath: string): Promise<void> {
  if (existsSync(join(PACKAGES, 'pikpakapi'))) return;
  mkdirSync(PACKAGES, { recursive: true });
  const pip = [
    pythonPath,
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--target',
    PACKAGES,
  ];
  try {
    await run([...pip, 'pikpakapi==0.1.11', 'httpx==0.28.1'], {});
  } catch (error) {
    rmSync(PACKAGES, { recursive: true, force: true });
    throw error;
  }
}

describe('a PikPak client that we did not write', () => {
  let sandbox: Sandbox;
  const folder = mkdtempSync(join(tmpdir(), 'sluice-client-'));
  const caFile = join(folder, 'ca.pem');

  beforeAll(async () => {
    sandbox = await startSandbox({ caFile });
  });

  afterAll(async () => {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  testWith(
    python,
    'python3',
    'signs in, refreshes, lists, gets a link and downloads through the proxy',
    async () => {
      await installClient(python ?? '');
      const output = await run([python ?? '', join(import.meta.dir, 'pikpakapi_client.py')], {
        PYTHONPATH: PACKAGES,
        HTTPS_PROXY: `http://127.0.0.1:${sandbox.proxyPort}`,
        NO_PROXY: '',
        SSL_CERT_FILE: caFile,
      });
      const film = readFileSync(SAMPLE);
      const seen: unknown = JSON.parse(output);
      expect(seen).toEqual({
        user: expect.any(String),
        size: film.length,
        received: film.length,
        sha256: createHash('sha256').update(film).digest('hex'),
        quota: expect.stringMatching(/^\d+$/),
      });
    },
  );
});
