import type { Entry } from '../core/entry.ts';
import type { SortPolicy } from '../core/storage-record.ts';

type Compare = (a: Entry, b: Entry) => number;

/** One language for all, so that the order doesn't depend on the machine's settings. */
const natural = new Intl.Collator('en', { numeric: true });

/** Natural order (`a2` before `a10`); names that it finds equal go by their code units, so that only the same name is equal. */
const byName: Compare = (a, b) => {
  const order = natural.compare(a.name, b.name);
  if (order !== 0 || a.name === b.name) return order;
  return a.name < b.name ? -1 : 1;
};

const COMPARE: Readonly<Record<'name' | 'size' | 'modified', Compare>> = {
  name: byName,
  size: (a, b) => a.size - b.size,
  modified: (a, b) => (a.modified ?? 0) - (b.modified ?? 0),
};

/** False when entries are shown as the storage delivers them, so that a page can be shown before the rest is known. */
export function isSorted(policy: SortPolicy): boolean {
  return policy.orderBy !== '' || policy.extractFolder !== '';
}

/**
 * The entries in the policy's order; the input stays as it is. What the policy finds equal is ordered by name in either direction, so
 * that the order is total where names differ; without `orderBy` the delivered order is kept, within folders and within files.
 */
export function sorted(entries: readonly Entry[], policy: SortPolicy): readonly Entry[] {
  return entries.toSorted((a, b) => byKind(a, b, policy) || byKey(a, b, policy));
}

function byKind(a: Entry, b: Entry, { extractFolder }: SortPolicy): number {
  if (extractFolder === '' || a.kind === b.kind) return 0;
  return (a.kind === 'folder') === (extractFolder === 'front') ? -1 : 1;
}

function byKey(a: Entry, b: Entry, { orderBy, orderDirection }: SortPolicy): number {
  if (orderBy === '') return 0;
  const order = COMPARE[orderBy](a, b);
  return (orderDirection === 'desc' ? -order : order) || byName(a, b);
}
