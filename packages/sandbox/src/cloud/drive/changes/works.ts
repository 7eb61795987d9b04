import type { Drive } from '../drive.ts';
import { TaskList } from './task-list.ts';

/** What goes on in one drive. */
export interface DriveWork {
  readonly tasks: TaskList;
  /** Until when items can't be renamed, because a task has them or had them a moment ago (rule F11). */
  readonly busyUntil: Map<string, number>;
}

/** What goes on in all drives. */
export interface Works {
  of(drive: Drive): DriveWork;
}

/** Drives in which nothing goes on yet. `taskKeptMs`: how long finished tasks are remembered. */
export function createWorks(taskKeptMs: number): Works {
  const works = new Map<string, DriveWork>();
  return {
    of: (drive) => {
      const { userId } = drive.account;
      const known = works.get(userId);
      if (known !== undefined) return known;
      const work = { tasks: new TaskList({ keptMs: taskKeptMs }), busyUntil: new Map<string, number>() };
      works.set(userId, work);
      return work;
    },
  };
}
