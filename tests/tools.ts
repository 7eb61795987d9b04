import { existsSync } from 'node:fs';
import { test } from 'bun:test';

/**
 * Registers a test that needs a program from outside. Without the program the test is skipped and says so;
 * with `CI=true` it fails, so that CI can't be green by lacking tools.
 */
export function testWith(
  tool: string | undefined,
  missing: string,
  name: string,
  body: () => Promise<void>,
): void {
  if (tool !== undefined) {
    test(name, body, 120_000);
  } else if (process.env['CI'] === 'true') {
    test(name, () => {
      throw new Error(`${missing} is missing, and CI must have it`);
    });
  } else {
    test.skip(`${name} (skipped: ${missing} is not installed)`, body);
  }
}

/** Chromium's path: `CHROMIUM_PATH`, or where Debian and others put it. */
export function chromiumPath(): string | undefined {
  const places = [
    process.env['CHROMIUM_PATH'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  return places.find((path): path is string => path !== undefined && existsSync(path));
}
