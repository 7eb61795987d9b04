import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'bun:test';

/** Where litmus is, if it is installed. */
export const LITMUS = Bun.which('litmus') ?? undefined;

/** Suites of litmus 0.13, with the tests that each has. */
export const SUITES = { basic: 16, copymove: 13, props: 30, locks: 41, http: 4 } as const;

/** Runs one suite, and wants all of it to pass without a warning. */
export async function passes(
  suite: keyof typeof SUITES,
  at: { readonly url: string; readonly user: string; readonly password: string },
): Promise<void> {
  const cwd = mkdtempSync(join(tmpdir(), 'sluice-litmus-')); // litmus writes logs where it stands
  try {
    const command = ['litmus', at.url, at.user, at.password];
    const env = { ...process.env, TESTS: suite };
    const run = Bun.spawn(command, { cwd, env, stdout: 'pipe', stderr: 'pipe' });
    const [out] = await Promise.all([new Response(run.stdout).text(), new Response(run.stderr).text()]);
    await run.exited;
    const told = /summary for `\w+': of (\d+) tests run: (\d+) passed, (\d+) failed/.exec(out);
    expect(out.split('\n').filter((line) => /FAIL|WARNING/.test(line))).toEqual([]);
    expect(told?.slice(1)).toEqual([String(SUITES[suite]), String(SUITES[suite]), '0']);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
