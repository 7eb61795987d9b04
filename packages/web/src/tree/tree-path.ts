/** Where a file or folder is in the tree: `/` or `/a/b`, relative to the user's base path. */
export type TreePath = string;

export const ROOT: TreePath = '/';

/** The segments of a path; none for the root. */
export function segmentsOf(path: TreePath): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

/** The last segment; '' for the root. */
export function baseName(path: TreePath): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The folder that holds `path`; the root is its own parent. */
export function parentOf(path: TreePath): TreePath {
  const cut = path.lastIndexOf('/');
  return cut <= 0 ? ROOT : path.slice(0, cut);
}

/** The entry `name` of folder `dir`. */
export function childPath(dir: TreePath, name: string): TreePath {
  return dir === ROOT ? `/${name}` : `${dir}/${name}`;
}

/** A path and all folders above it, the root first. */
export function trailOf(path: TreePath): TreePath[] {
  const trail = [ROOT];
  for (const segment of segmentsOf(path)) trail.push(childPath(trail.at(-1) ?? ROOT, segment));
  return trail;
}

/** True when `path` is `ancestor` or lies below it, by whole segments. */
export function isWithin(path: TreePath, ancestor: TreePath): boolean {
  return ancestor === ROOT || path === ancestor || path.startsWith(`${ancestor}/`);
}

/** Where somebody who is confined to `base` finds what is at `path`; undefined for what lies elsewhere. */
export function asSeenBelow(base: TreePath, path: TreePath): TreePath | undefined {
  if (!isWithin(path, base)) return undefined;
  return base === ROOT ? path : path.slice(base.length) || ROOT;
}

/** The part of a page's address behind `/files/`, decoded, as the router wants it. */
export function splatOf(path: TreePath): string {
  return segmentsOf(path).join('/');
}

/** The path that the part of an address behind `/files/` names. Repeated slashes fall away. */
export function pathOfSplat(splat: string | undefined): TreePath {
  return `/${segmentsOf(splat ?? '').join('/')}`;
}

/** A path as it goes into a URL: each segment by itself, so that `%`, `?` and `#` in names keep their meaning. */
export function encodePath(path: TreePath): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** What stands behind the last dot, in lower case; '' when there is none, or nothing before it. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
}
