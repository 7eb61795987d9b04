import type { Entry } from '../api/entries.ts';

export type SortKey = 'name' | 'size' | 'modified';

export interface Sort {
  readonly key: SortKey;
  readonly direction: 'asc' | 'desc';
}

export const DEFAULT_SORT: Sort = { key: 'name', direction: 'asc' };

type Compare = (a: Entry, b: Entry) => number;

/** The order of a folder: folders first whatever the direction, then by the key, then by name with numbers as numbers. */
export function compareEntries({ key, direction }: Sort, collator: Intl.Collator): Compare {
  const sign = direction === 'asc' ? 1 : -1;
  const byName: Compare = (a, b) => collator.compare(a.name, b.name) || compareText(a.name, b.name);
  const byKey: Record<SortKey, Compare> = {
    name: (a, b) => sign * byName(a, b),
    size: (a, b) => sign * (a.size - b.size) || byName(a, b),
    modified: (a, b) => compareTimes(a, b, sign) || byName(a, b),
  };
  return (a, b) => Number(b.isFolder) - Number(a.isFolder) || byKey[key](a, b);
}

/** Entries without a time come last, whichever the direction. */
function compareTimes(a: Entry, b: Entry, sign: number): number {
  if (a.modified === undefined || b.modified === undefined) {
    return Number(a.modified === undefined) - Number(b.modified === undefined);
  }
  return sign * (a.modified - b.modified);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Natural order of names in a language: `2` before `10`, `é` beside `e`. */
export function nameCollator(locale: string): Intl.Collator {
  return new Intl.Collator(locale, { numeric: true, sensitivity: 'base' });
}

/** Sorts the pages of one folder as they come. */
export type PageSorter = (pages: readonly (readonly Entry[])[], sort: Sort) => readonly Entry[];

/**
 * A sorter that remembers its last result: when pages were only added, the new ones are sorted and merged in, so that a long folder
 * costs one merge for each page instead of a whole sort.
 */
export function createPageSorter(locale: string): PageSorter {
  const collator = nameCollator(locale);
  let last: { pages: readonly (readonly Entry[])[]; sort: Sort; sorted: readonly Entry[] } | undefined;
  return (pages, sort) => {
    const compare = compareEntries(sort, collator);
    const known =
      last !== undefined && sameSort(last.sort, sort) && isPrefix(last.pages, pages) ? last : undefined;
    const fresh = pages.slice(known?.pages.length ?? 0).flat();
    const sorted =
      fresh.length === 0 && known ? known.sorted : merge(known?.sorted ?? [], fresh.sort(compare), compare);
    last = { pages, sort, sorted };
    return sorted;
  };
}

function sameSort(a: Sort, b: Sort): boolean {
  return a.key === b.key && a.direction === b.direction;
}

function isPrefix(head: readonly unknown[], whole: readonly unknown[]): boolean {
  return head.length <= whole.length && head.every((item, index) => item === whole[index]);
}

function merge(a: readonly Entry[], b: readonly Entry[], compare: Compare): readonly Entry[] {
  if (a.length === 0) return b;
  const merged: Entry[] = [];
  let i = 0;
  let j = 0;
  for (let left = a[0], right = b[0]; left !== undefined && right !== undefined; left = a[i], right = b[j]) {
    if (compare(left, right) <= 0) {
      merged.push(left);
      i += 1;
    } else {
      merged.push(right);
      j += 1;
    }
  }
  return merged.concat(a.slice(i), b.slice(j));
}
