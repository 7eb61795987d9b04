/** The folders above a path of the tree, the root first; none for the root. */
export function above(path: string): string[] {
  if (path === '/') return [];
  const segments = path.split('/');
  return ['/', ...segments.slice(2).map((_, index) => segments.slice(0, index + 2).join('/'))];
}

/** The folder that holds a path; '' for the root, which is in no folder. */
export function parentKey(path: string): string {
  return path === '/' ? '' : path.slice(0, Math.max(1, path.lastIndexOf('/')));
}

/** What the paths below `path` begin with: they lie behind this in the order of bytes, and before `endOf`. No sign of a name means anything there. */
export function prefixOf(path: string): string {
  return path === '/' ? '/' : `${path}/`;
}

/** The first text behind all paths below `path`: `0` follows `/` in the order of bytes. */
export function endOf(path: string): string {
  return path === '/' ? '0' : `${path}0`;
}
