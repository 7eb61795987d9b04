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

/** Replaces `old.bin`, and dies at a step. False when there are fewer steps. */
async function replaceAndDie(step: number): Promise<boolean> {
  const script = join(import.meta.dir, 'testing/die-while-replacing.ts');
  const child = Bun.spawn([process.execPath, script, rootFolder, String(step)], { stdout: 'ignore' });
  const code = await child.exited;
  if (child.signalCode !== 'SIGKILL') expect(code).toBe(0);
  return child.signalCode === 'SIGKILL';
}

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

describe('a gateway that dies while it replaces a file', () => {
  test('leaves the old one or the new one whole under the name, whenever it is', async () => {
    const found: string[] = [];
    const MOST_STEPS = 30;
    for (let step = 1; step < MOST_STEPS && (await replaceAndDie(step)); step++) {
      const { entries } = await open().list({ dir: open().root }, patientCtx());
      expect([step, entries.map(({ name }) => name)]).toEqual([step, ['old.bin']]);
      found.push(await Bun.file(join(rootFolder, 'old.bin')).text());
      for (const part of await parts()) await rm(join(rootFolder, part));
      await Bun.write(join(rootFolder, 'old.bin'), 'old');
    }
    const whole = new Set(['old', 'n'.repeat(300_000)]);
    expect(found.filter((text) => !whole.has(text))).toEqual([]);
    expect(new Set(found)).toEqual(whole); // it died before and after
  }, 60_000);
});
