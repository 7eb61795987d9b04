import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SRC = join(import.meta.dir, '..');
/** The rules of the writing side: protocol reference §10.3 from renaming on, and §10.5. */
const RULES = [...numbered('F', 10, 22), ...numbered('U', 1, 12)];

function numbered(letter: string, first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `${letter}${first + index}`);
}

function textOf(files: string): string {
  return [...new Bun.Glob(files).scanSync(SRC)]
    .filter((path) => !path.endsWith('rule-coverage.test.ts'))
    .filter((path) => files.endsWith('.test.ts') || !path.endsWith('.test.ts'))
    .map((path) => readFileSync(join(SRC, path), 'utf8'))
    .join('\n');
}

function missingIn(text: string): string[] {
  // Where one comment covers several rules, it names the first and the last.
  const spans = [...text.matchAll(/\b([FU])(\d+)–\1(\d+)\b/g)].flatMap(([, letter = '', from, to]) =>
    numbered(letter, Number(from), Number(to)),
  );
  return RULES.filter((rule) => !spans.includes(rule) && !new RegExp(`\\b${rule}\\b`).test(text));
}

test('every rule for changes and uploads is named by the code that holds it, and by a test', () => {
  expect(missingIn(textOf('**/*.ts'))).toEqual([]);
  expect(missingIn(textOf('**/*.test.ts'))).toEqual([]);
});
