import { afterAll, beforeAll, describe, expect } from 'bun:test';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '@sluice/sandbox';
import { python, runClient } from './pikpakapi.ts';
import { testWith } from './tools.ts';

const SAMPLE = join(import.meta.dir, '../packages/sandbox/src/media/files/sample.mp4');

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
      const film = readFileSync(SAMPLE);
      const seen = await runClient('pikpakapi_client.py', sandbox, { caFile });
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
