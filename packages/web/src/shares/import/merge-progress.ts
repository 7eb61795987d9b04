import type { ImportProgress } from '../../api/shares.ts';

/** What is known of an import after another answer, which may hold only the rows that changed. Older answers that come late are dropped. */
export function mergeProgress(old: ImportProgress | undefined, next: ImportProgress): ImportProgress {
  if (old === undefined || old.id !== next.id) return next;
  if (next.revision < old.revision) return old;
  const changed = new Map(next.rows.map((row) => [row.index, row]));
  const rows = old.rows.map((row) => changed.get(row.index) ?? row);
  return { ...next, rows };
}
