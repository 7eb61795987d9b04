import type { SharedPlace } from '../../core/share-address.ts';
import type { TreePath } from '../../core/path.ts';
import { ROOT } from '../../core/path.ts';
import type { StorageView } from '../../storages/service.ts';
import type { FoundShare } from '../parse/found-share.ts';
import type { AddressKind } from '../parse/text-line.ts';
import { type ImportRow, isDone } from './row.ts';
import { assignTargets } from './targets.ts';
import type { PathTemplate } from './template.ts';

type Change = Partial<Omit<ImportRow, 'index' | 'revision'>>;

/** Storages as an import has to know them: what they show, and what paths are taken. */
export interface MountedShares {
  readonly byPlace: ReadonlyMap<string, TreePath>;
  readonly paths: ReadonlySet<TreePath>;
}

export function mountedShares(
  storages: readonly StorageView[],
  kinds: readonly AddressKind[],
): MountedShares {
  const byPlace = new Map<string, TreePath>();
  for (const { record } of storages) {
    const addresses = kinds.find(({ kind }) => kind === record.driver)?.addresses;
    const place = addresses?.placeOf(record.addition);
    if (place !== undefined) byPlace.set(placeKey(record.driver, place), record.mountPath);
  }
  return { byPlace, paths: new Set(storages.map(({ record }) => record.mountPath)) };
}

/** The rows of one import, and what changed when. */
export class ImportRows {
  #rows: readonly ImportRow[];
  #revision = 1;
  #stale = true;
  #mounted: MountedShares;
  readonly #template: PathTemplate;

  constructor(found: readonly FoundShare[], template: PathTemplate, mounted: MountedShares) {
    this.#template = template;
    this.#mounted = mounted;
    this.#rows = found.map((share, index) => {
      const at = mounted.byPlace.get(placeKey(share.kind, share.place));
      return {
        index,
        revision: 1,
        kind: share.kind,
        place: share.place,
        address: share.address,
        line: share.line,
        name: share.name ?? '',
        category: share.category ?? '',
        named: share.name !== undefined,
        state: at === undefined ? 'waiting' : 'mounted',
        target: at ?? ROOT,
      };
    });
  }

  /** All rows, each with its place. */
  all(): readonly ImportRow[] {
    if (!this.#stale) return this.#rows;
    this.#stale = false;
    const before = this.#rows;
    const assigned = assignTargets(before, this.#template, this.#mounted.paths);
    this.#rows = assigned.map((row, index) =>
      row === before[index] ? row : { ...row, revision: ++this.#revision },
    );
    return this.#rows;
  }

  get revision(): number {
    return this.#revision;
  }

  at(index: number): ImportRow | undefined {
    return this.#rows[index];
  }

  /** Replaces a row. What a look said before goes with it unless it is said again. */
  change(index: number, change: Change): void {
    const row = this.#rows[index];
    if (row === undefined) return;
    const { reason: _, remedy: __, ...kept } = row;
    const changed = { ...kept, ...change, revision: ++this.#revision };
    const moves =
      changed.name !== row.name || changed.category !== row.category || isDone(changed) !== isDone(row);
    this.#rows = this.#rows.with(index, changed);
    this.#stale ||= moves;
  }

  /** Takes up what was mounted meanwhile, by this import or somebody else. */
  remount(mounted: MountedShares): void {
    this.#mounted = mounted;
    this.#stale = true;
    for (const row of this.#rows) {
      const at = mounted.byPlace.get(placeKey(row.kind, row.place));
      if (at !== undefined && !isDone(row)) this.change(row.index, { state: 'mounted', target: at });
    }
  }
}

function placeKey(kind: string, { shareId, targetId }: SharedPlace): string {
  return `${kind} ${shareId} ${targetId}`;
}
