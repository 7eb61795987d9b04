import type { SharedPlace, ShareReport } from '../../core/share-address.ts';
import type { TreePath } from '../../core/path.ts';
import type { ShareState } from '../share-state.ts';

/** One share of an import, as the table shows it. Immutable: a change is a new object. */
export interface ImportRow {
  readonly index: number;
  /** Counts the changes of the whole import, so that whoever polls can ask for what is new. */
  readonly revision: number;
  readonly kind: string;
  readonly place: SharedPlace;
  readonly address: string;
  readonly line: number;
  /** '' while neither the text nor the share has one. */
  readonly name: string;
  readonly category: string;
  /** Whether a person or the text gave the name, so that the share's own title doesn't replace it. */
  readonly named: boolean;
  /** `mounted`: a storage shows the same place already. `added`: this import made one. */
  readonly state: 'waiting' | 'looking' | 'mounted' | 'added' | ShareState;
  /** Where it would be mounted, or is. */
  readonly target: TreePath;
  readonly report?: ShareReport;
  /** Why it can't be added, in words for a person. */
  readonly reason?: string;
  readonly remedy?: string;
}

/** Whether adding the share would give something that opens. */
export function isGood(row: ImportRow): boolean {
  return row.state === 'ok';
}

/** Whether there is a storage for it. */
export function isDone(row: ImportRow): boolean {
  return row.state === 'mounted' || row.state === 'added';
}
