import { hasEnded, type Task } from '../../api/tasks.ts';

/** A task under way, with what was seen of its pace. */
export interface LiveTask extends Task {
  /** Bytes a second; undefined while it is not known or nothing moves. */
  readonly speed: number | undefined;
  /** The last measurement: how many bytes, and when, in ms since the epoch. */
  readonly measured: { readonly bytes: number; readonly at: number };
}

/** How much the newest measurement counts. */
const WEIGHT = 0.3;
/** Without a byte for so long, there is no speed to speak of. */
const STILL_MS = 20_000;
/** Closer measurements say little. */
const LEAST_MS = 500;

/** The tasks as they are, each with the pace that follows from how it was before. */
export function withPace(
  before: readonly LiveTask[] | undefined,
  tasks: readonly Task[],
  now: number,
): readonly LiveTask[] {
  const known = new Map(before?.map((task) => [task.id, task]));
  return tasks.map((task) => paced(known.get(task.id), task, now));
}

/** The tasks under way after one has changed. An ended one is under way no more. */
export function withChange(before: readonly LiveTask[], task: Task, now: number): readonly LiveTask[] {
  const index = before.findIndex(({ id }) => id === task.id);
  if (hasEnded(task)) return index < 0 ? before : before.toSpliced(index, 1);
  const next = paced(before[index], task, now);
  return index < 0 ? [next, ...before] : before.with(index, next);
}

export function without(before: readonly LiveTask[], id: string): readonly LiveTask[] {
  return before.filter((task) => task.id !== id);
}

function paced(old: LiveTask | undefined, task: Task, now: number): LiveTask {
  const measured = { bytes: task.bytes, at: now };
  if (old === undefined || task.bytes < old.measured.bytes) return { ...task, speed: undefined, measured };
  const span = now - old.measured.at;
  const grown = task.bytes - old.measured.bytes;
  if (grown === 0 || span < LEAST_MS) {
    return { ...task, speed: span > STILL_MS ? undefined : old.speed, measured: old.measured };
  }
  const pace = (grown / span) * 1000;
  const speed = old.speed === undefined ? pace : old.speed * (1 - WEIGHT) + pace * WEIGHT;
  return { ...task, speed, measured };
}

/** How long it will take at its pace, in ms; undefined when that can't be told. */
export function timeLeft({ bytes, totalBytes, speed }: LiveTask): number | undefined {
  if (speed === undefined || speed <= 0 || totalBytes <= bytes) return undefined;
  return ((totalBytes - bytes) / speed) * 1000;
}
