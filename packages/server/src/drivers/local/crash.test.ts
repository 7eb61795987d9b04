import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { patientCtx } from '../../../testing/driver-contract.ts';
import type { UploadSource } from '../../core/driver.ts';
import { createLocalDriver } from './driver.ts';

const random = { bytes: (n: number) => crypto.getRandomValues(new Uint8Array(n)), fraction: () => 0.5 };
const DAY_S = 86_400;

let rootFolder: string;
beforeEach(async () => {
  rootFolder = await mkdtemp(join(tmpdir(), 'sluice-crash-'));
  await Bun.write(join(rootFolder, 'old.bin'), 'old');
  const script = join(import.meta.dir, 'testing/die-while-writing.ts');
  const child = Bun.spawn([process.execPath, script, rootFolder], { stdout: 'ignore', stderr: 'ignore' });
  await child.exited;
  expect(child.signalCode).toBe('SIGKILL');
});
afterEach(() => rm(rootFolder, { recursive: true, force: true }));

const open = () => createLocalDriver({ rootFolder, showHidden: true, mkdirMode: 0o777 }, { random });

async function upload(name: string, text: string): Promise<void> {
  const blob = new Blob([text]);
  const source: UploadSource = { size: blob.size, open: () => blob.stream(), hash: async () => '' };
  const driver = open();
  await driver.upload?.({ dir: driver.root, name, source }, patientCtx());
}

const parts = async () => (await readdir(rootFolder)).filter((name) => name.startsWith('.sluice-part-'));

describe('a gateway that dies while it writes', () => {
  test('leaves no half file under any name, and what was there whole', async () => {
    expect(await parts()).toHaveLength(1);
    const { entries } = await open().list({ dir: open().root }, patientCtx());
    expect(entries.map(({ name }) => name)).toEqual(['old.bin']);
    expect(await Bun.file(join(rootFolder, 'old.bin')).text()).toBe('old');
    await upload('new.bin', 'whole');
    expect(await Bun.file(join(rootFolder, 'new.bin')).text()).toBe('whole');
  });

  test('is tidied up after a day, by the next file that comes to the folder', async () => {
    const [part = ''] = await parts();
    await upload('soon.bin', 'x');
    expect(await parts()).toEqual([part]); // another gateway may be writing it
    const { mtimeMs } = await stat(join(rootFolder, part));
    await utimes(join(rootFolder, part), mtimeMs / 1000 - DAY_S, mtimeMs / 1000 - DAY_S - 60);
    await upload('later.bin', 'x');
    expect(await parts()).toEqual([]);
  });
});
