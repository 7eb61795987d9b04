import { baseName, parentOf, ROOT, type TreePath } from '../tree/tree-path.ts';

/** Where somebody was in a list. */
export interface ListPlace {
  readonly offset: number;
  readonly cursor: string | undefined;
}

/** Remembers places in lists, so that back, forward and up lead to where one was. */
export interface ListMemory {
  /** @param visit the history entry's own key */
  readonly save: (visit: string, path: TreePath, place: ListPlace) => void;
  readonly restore: (visit: string, path: TreePath) => ListPlace | undefined;
  /** Notes that somebody went into `path`, for when its parent is shown again. */
  readonly entered: (path: TreePath) => void;
  /** The entry of `folder` that was entered last. */
  readonly lastChild: (folder: TreePath) => string | undefined;
}

const MOST_PLACES = 500;

export function createListMemory(): ListMemory {
  const places = new Map<string, ListPlace>();
  const children = new Map<TreePath, string>();
  return {
    save: (visit, path, place) => put(places, `${visit}\n${path}`, place),
    restore: (visit, path) => places.get(`${visit}\n${path}`),
    entered(path) {
      if (path !== ROOT) put(children, parentOf(path), baseName(path));
    },
    lastChild: (folder) => children.get(folder),
  };
}

/** Puts an entry at the end and lets go of the oldest. */
function put<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MOST_PLACES) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
