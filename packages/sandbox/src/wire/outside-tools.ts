import { test } from 'bun:test';

/**
 * For tests: registers one that needs a program from outside. Without the program it is skipped and says so; with `CI=true` it
 * fails, so that CI can't be green by lacking tools.
 */
export function testWith(program: string, name: string, body: () => Promise<void>): void {
  const title = `${name} (${program})`;
  if (Bun.which(program) !== null) test(title, body);
  else if (process.env['CI'] === 'true')
    test(title, () => {
      throw new Error(`${program} is missing, and CI must have it`);
    });
  else test.skip(`${title} (skipped: ${program} is not installed)`, body);
}
