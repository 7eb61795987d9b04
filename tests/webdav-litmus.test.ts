import { afterAll, beforeAll, describe, expect } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DavWorld, startDavWorld } from './dav-world.ts';
import { testWith } from './tools.ts';

const LITMUS = Bun.which('litmus') ?? undefined;

/** Suites of litmus 0.13, with the tests that each has. */
const SUITES = { basic: 16, copymove: 13, props: 30, locks: 41, http: 4 } as const;

let world: DavWorld;

beforeAll(async () => {
  if (LITMUS !== undefined) world = await startDavWorld();
}, 60_000);
afterAll(() => world?.stop());

/** Runs one suite in a folder of its own: litmus writes logs where it stands. */
async function litmus(suite: string, mount: string): Promise<string> {
  const cwd = mkdtempSync(join(tmpdir(), 'sluice-litmus-'));
  try {
    const command = ['litmus', `${world.dav}${mount}/`, world.user, world.password];
    const run = Bun.spawn(command, {
      cwd,
      env: { ...process.env, TESTS: suite },
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [out] = await Promise.all([new Response(run.stdout).text(), new Response(run.stderr).text()]);
    await run.exited;
    return out;
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

for (const [storage, mount] of [
  ['a local folder', '/local'],
  ['a PikPak account', '/cloud'],
] as const) {
  describe(`litmus on ${storage}`, () => {
    for (const [suite, count] of Object.entries(SUITES)) {
      testWith(LITMUS, 'litmus', `passes ${suite}`, async () => {
        const out = await litmus(suite, mount);
        const told = /summary for `\w+': of (\d+) tests run: (\d+) passed, (\d+) failed/.exec(out);
        const unwanted = out.split('\n').filter((line) => /FAIL|WARNING/.test(line));
        expect(unwanted).toEqual([]);
        expect(told?.slice(1)).toEqual([String(count), String(count), '0']);
      });
    }
  });
}
