import type { QueryClient, QueryKey } from '@tanstack/react-query';
import { ENDED_TASKS_KEY, type Task } from '../../api/tasks.ts';
import { isWithin, type TreePath } from '../../tree/tree-path.ts';
import { subjectOf } from '../subject.ts';

/** Lists are read again this often at most, however many tasks end. */
const GATHER_MS = 1000;

/** Has lists read again that tasks have made old. */
export interface News {
  readonly ended: (task: Task) => void;
  /** Finds in two states of the list which tasks have ended or brought something since. */
  readonly compare: (before: readonly Task[], after: readonly Task[]) => void;
  readonly stop: () => void;
}

/** Paths of somebody else's tasks may be none of this person's: then a list is read again for nothing, at worst. */
export function createNews(queries: QueryClient): News {
  const touched = new Set<TreePath>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let anyEnded = false;
  const tell = (): void => {
    timer = undefined;
    const paths = [...touched];
    touched.clear();
    if (anyEnded) void queries.invalidateQueries({ queryKey: ENDED_TASKS_KEY });
    anyEnded = false;
    void queries.invalidateQueries({ predicate: ({ queryKey }) => isOld(queryKey, paths) });
  };
  const touch = (task: Task): void => {
    const { from, to } = subjectOf(task);
    for (const path of [to, task.kind === 'move' ? from : undefined]) {
      if (path !== undefined && path !== '') touched.add(path);
    }
    timer ??= setTimeout(tell, GATHER_MS);
  };
  const ended = (task: Task): void => {
    anyEnded = true;
    touch(task);
  };
  return {
    ended,
    compare(before, after) {
      const now = new Map(after.map((task) => [task.id, task]));
      for (const task of before) {
        const next = now.get(task.id);
        if (next === undefined) ended(task);
        else if (next.items !== task.items) touch(next);
      }
    },
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

/** The folder itself, and those in it that were read before. */
function isOld([what, path]: QueryKey, touched: readonly TreePath[]): boolean {
  return what === 'folder' && typeof path === 'string' && touched.some((folder) => isWithin(path, folder));
}
