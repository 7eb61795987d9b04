import { StorageError } from './errors.ts';

const MAX_NAME_BYTES = 255;

/**
 * Checks a name that is to be given to an entry: one segment of a path, as `core/path.ts` defines them.
 * @throws StorageError `invalid_name`.
 */
export function checkName(name: string): void {
  const problem = problemWith(name);
  if (problem === undefined) return;
  throw new StorageError('invalid_name', problem, { detail: { remedy: 'Choose another name.' } });
}

function problemWith(name: string): string | undefined {
  if (name === '') return 'a name must not be empty';
  if (name === '.' || name === '..') return 'a name must not be "." or ".."';
  if (!name.isWellFormed()) return 'a name must be valid Unicode';
  if (/[/\\\0]/.test(name)) return 'a name must not contain slashes, backslashes or NUL';
  return Buffer.byteLength(name) > MAX_NAME_BYTES
    ? `a name must not be longer than ${MAX_NAME_BYTES} bytes`
    : undefined;
}
