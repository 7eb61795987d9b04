import { linkName } from '../links/links.ts';
import type { Task } from '../api/tasks.ts';
import { baseName, childPath, parentOf, ROOT, segmentsOf, type TreePath } from '../tree/tree-path.ts';

/** What a task is about. Paths are as whoever made it sees the tree. */
export interface Subject {
  readonly what: string;
  /** The link or the folder that it comes from; '' when that isn't told. */
  readonly from: string;
  readonly to: TreePath | undefined;
}

/**
 * Takes a task's name apart: `download URL to (PATH)`, `copy [MOUNT](PATH) to [MOUNT](PATH)`, `upload NAME to [MOUNT](PATH)` (API reference §6.8),
 * and our own `feed NAME to (PATH)`.
 */
export function subjectOf({ name }: Pick<Task, 'name'>): Subject {
  const download = /^download (.+) to \((.*)\)$/s.exec(name);
  if (download !== null) {
    const [, url = '', to = ''] = download;
    return { what: linkName(url), from: url, to };
  }
  const feed = /^feed (.+) to \((.*)\)$/s.exec(name);
  if (feed !== null) {
    const [, what = '', to = ''] = feed;
    return { what, from: '', to };
  }
  const transfer = /^(?:copy|move) \[(.*?)\]\((.*)\) to \[(.*?)\]\((.*)\)$/s.exec(name);
  if (transfer !== null) {
    const [, fromMount = '', fromPath = '', toMount = '', toPath = ''] = transfer;
    const from = joined(fromMount, fromPath);
    return { what: baseName(from) || from, from: parentOf(from), to: joined(toMount, toPath) };
  }
  const upload = /^upload (.+) to \[(.*?)\]\((.*)\)$/s.exec(name);
  if (upload !== null) {
    const [, what = '', mount = '', path = ''] = upload;
    return { what, from: '', to: joined(mount, path) };
  }
  return { what: name, from: '', to: undefined };
}

function joined(mount: TreePath, path: TreePath): TreePath {
  return segmentsOf(path).reduce(childPath, mount === '' ? ROOT : mount);
}
