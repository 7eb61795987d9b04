import { StorageError } from './errors.ts';

declare const normal: unique symbol;

/**
 * An absolute path of the file tree: `/` or `/a/b`, with no empty, `.` or `..` segment, no backslash and no NUL.
 * Only `normalizePath` and the functions here make one, so that holding one is proof of having been checked.
 */
export type TreePath = string & { readonly [normal]: true };

export const ROOT = '/' as TreePath;

const MAX_PATH_BYTES = 4096;

/**
 * Turns a path from outside into a `TreePath`. Backslashes count as slashes; repeated slashes and `.` fall away.
 * A `..` segment is refused, never resolved.
 *
 * @throws StorageError `forbidden` for `..`, `invalid_argument` for NUL, a lone surrogate, or more than 4096 bytes.
 */
export function normalizePath(input: string): TreePath {
  if (!input.isWellFormed()) throw new StorageError('invalid_argument', 'path is not valid Unicode');
  if (input.includes('\0')) throw new StorageError('invalid_argument', 'path contains a NUL character');
  if (Buffer.byteLength(input) > MAX_PATH_BYTES)
    throw new StorageError('invalid_argument', 'path is too long');
  const segments = input
    .replaceAll('\\', '/')
    .split('/')
    .filter((s) => s !== '' && s !== '.');
  if (segments.includes('..'))
    throw new StorageError('forbidden', 'access using relative path is not allowed');
  return `/${segments.join('/')}` as TreePath;
}

/** The same for text that may be none; undefined then. */
export function pathFrom(input: string): TreePath | undefined {
  try {
    return normalizePath(input);
  } catch (error) {
    if (error instanceof StorageError) return undefined;
    throw error;
  }
}

/** The segments of a path; none for the root. */
export function segmentsOf(path: TreePath): string[] {
  return path === ROOT ? [] : path.slice(1).split('/');
}

/** The last segment; '' for the root. */
export function baseName(path: TreePath): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The folder that holds `path`; the root is its own parent. */
export function parentOf(path: TreePath): TreePath {
  const cut = path.lastIndexOf('/');
  return (cut <= 0 ? '/' : path.slice(0, cut)) as TreePath;
}

/** True when `path` is `ancestor` or lies below it, by whole segments. */
export function isWithin(path: TreePath, ancestor: TreePath): boolean {
  return ancestor === ROOT || path === ancestor || path.startsWith(`${ancestor}/`);
}

/** `path` as seen from `ancestor`: '/' for itself. The caller has checked `isWithin`. */
export function relativeTo(path: TreePath, ancestor: TreePath): TreePath {
  return (ancestor === ROOT ? path : path.slice(ancestor.length) || '/') as TreePath;
}

/** `base` with `path` put below it. */
export function joinPath(base: TreePath, path: TreePath): TreePath {
  if (base === ROOT) return path;
  return (path === ROOT ? base : base + path) as TreePath;
}

/** The entry `name` of folder `dir`. @throws StorageError `invalid_name` when the name can't be a segment. */
export function childPath(dir: TreePath, name: string): TreePath {
  if (name === '' || name === '.' || name === '..' || /[/\\\0]/.test(name)) {
    throw new StorageError('invalid_name', 'invalid file name');
  }
  return joinPath(dir, `/${name}` as TreePath);
}
