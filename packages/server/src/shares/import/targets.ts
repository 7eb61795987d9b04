import { parentOf, baseName, childPath, type TreePath } from '../../core/path.ts';
import type { PathTemplate } from './template.ts';
import { isDone, type ImportRow } from './row.ts';

/**
 * Gives each row that isn't mounted its place. Two that want the same get `name (2)`, `name (3)` in the order of the text; places that
 * are taken, other storages' and the folders above them, are left alone. Rows whose place stays are handed back as they are.
 */
export function assignTargets(
  rows: readonly ImportRow[],
  template: PathTemplate,
  mounted: ReadonlySet<TreePath>,
): ImportRow[] {
  const taken = new Set<TreePath>(mounted);
  /** The last number tried for a place, so that a thousand of one name are not tried from the start each. */
  const numbers = new Map<TreePath, number>();
  return rows.map((row) => {
    if (isDone(row)) return row;
    const { category, place } = row;
    const wanted = template({ category, name: row.name || place.shareId, id: place.shareId });
    const target = freePath(wanted, taken, numbers);
    taken.add(target);
    return target === row.target ? row : { ...row, target };
  });
}

function freePath(wanted: TreePath, taken: ReadonlySet<TreePath>, numbers: Map<TreePath, number>): TreePath {
  if (!taken.has(wanted)) return wanted;
  for (let number = (numbers.get(wanted) ?? 1) + 1; ; number++) {
    const path = childPath(parentOf(wanted), `${baseName(wanted)} (${number})`);
    numbers.set(wanted, number);
    if (!taken.has(path)) return path;
  }
}
