import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files that the entry for Cloudflare Workers reaches. */
function reached(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(join(import.meta.dir, file), 'utf8');
  for (const [, target = ''] of text.matchAll(/ from '([^']+)'/g)) {
    if (!target.startsWith('./')) throw new Error(`${file} imports ${target}, which a worker has not`);
    reached(target.slice(2), seen);
  }
  return seen;
}

test('what runs on Cloudflare Workers takes nothing of Node or Bun', () => {
  const files = reached('worker.ts');
  expect(files.size).toBeGreaterThan(5);
  for (const file of files) {
    const code = readFileSync(join(import.meta.dir, file), 'utf8');
    expect(/\b(?:Bun|process|Buffer|require)\b\s*[.(]/.test(code), file).toBe(false);
  }
});

test('the entry for Workers serves by the variables it is given, and says which are missing', async () => {
  const { default: worker } = await import('./worker.ts');
  const answer = await worker.fetch(new Request('https://edge.example/a'), {});
  expect(answer.status).toBe(500);
  expect(await answer.text()).toContain('ADDRESS');
  const env = { ADDRESS: 'https://list.example.com', TOKEN: 'alist-test-token' };
  expect((await worker.fetch(new Request('https://edge.example/a'), env)).status).toBe(401);
});
