import { describe, expect, test } from 'bun:test';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dir, '../../..');
const SOURCE = 'packages/server/src';

/** A test that a row of the table names: its file, and what stands in quotes. */
interface Named {
  readonly file: string;
  readonly name: string;
}

/** What the rows of docs/security-tests.md name. A file holds for all names behind it, up to the next. */
function namedTests(table: string): Named[] {
  const rows = table.split('\n').filter((line) => line.startsWith('| '));
  return rows.flatMap((row) => {
    let file = '';
    return [...row.matchAll(/`([\w./-]+\.(?:ts|tsx))`|"([^"]+)"|(?<=[:,] )'([^']+)'/g)].flatMap(
      ([, path, double, single]) => {
        if (path !== undefined) file = path;
        const name = double ?? single;
        return name === undefined || file === '' ? [] : [{ file, name }];
      },
    );
  });
}

/** The words of a name without what a row leaves out with an ellipsis, and with every kind of quote alike. */
function partsOf(name: string): string[] {
  return plain(name)
    .split('…')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function plain(text: string): string {
  return text
    .replaceAll(/\\(['"`])/g, '$1')
    .replaceAll(/[‘’`]/g, "'")
    .replaceAll(/\s+/g, ' ');
}

function pathOf(file: string): string {
  return /^(?:packages|tests)\//.test(file) ? resolve(ROOT, file) : resolve(ROOT, SOURCE, file);
}

describe('docs/security-tests.md', () => {
  test('names tests that there are', async () => {
    const named = namedTests(await readFile(resolve(ROOT, 'docs/security-tests.md'), 'utf8'));
    expect(named.length).toBeGreaterThan(150);
    const missing: string[] = [];
    for (const { file, name } of named) {
      const text = plain(await readFile(pathOf(file), 'utf8').catch(() => ''));
      if (!partsOf(name).every((part) => text.includes(part))) missing.push(`${file}: ${name}`);
    }
    expect(missing).toEqual([]);
  });

  test('names files that there are, also where it names no test', async () => {
    const table = await readFile(resolve(ROOT, 'docs/security-tests.md'), 'utf8');
    const files = [...table.matchAll(/`([\w./-]+\.test\.tsx?)`/g)].map(([, file = '']) => pathOf(file));
    for (const file of files) expect(await Bun.file(file).exists(), file).toBe(true);
  });
});
