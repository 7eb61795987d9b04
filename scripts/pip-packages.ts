import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const CACHE = join(import.meta.dir, '../.cache');

/**
 * Packages of PyPI that tests and the bench run beside us, fetched once into `.cache/` at the versions that were looked at.
 * @param specs as pip takes them, each with its version: `name==1.2.3`; together they name the folder
 * @returns the folder: importable as `PYTHONPATH`, with programs in `bin/`
 * @throws Error with pip's last words
 */
export async function pipPackages(specs: readonly string[]): Promise<string> {
  const folder = join(CACHE, specs.join('+').replaceAll('==', '-'));
  if (existsSync(folder)) return folder;
  const half = `${folder}.${process.pid}`;
  mkdirSync(CACHE, { recursive: true });
  const pip = ['python3', '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', half];
  const child = Bun.spawn([...pip, ...specs], { stdout: 'ignore', stderr: 'pipe' });
  const [words, code] = await Promise.all([new Response(child.stderr).text(), child.exited]);
  try {
    if (code !== 0) throw new Error(`pip could not fetch ${specs.join(', ')}: ${words.slice(-2000)}`);
    if (!existsSync(folder)) renameSync(half, folder); // somebody else may have been faster
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
  return folder;
}
