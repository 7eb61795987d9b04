import type { Clock, Log } from '../core/runtime.ts';
import type { Tasks } from '../tasks/task.ts';
import { uploadPayload, type UploadKindParts } from './upload-kind.ts';

/** How long the file of a failed task stays, in case somebody has it tried again. */
const KEPT_MS = 24 * 3_600_000;

/** A task as far as it matters here. */
export interface UploadRow {
  readonly payload: unknown;
  /** Undefined for one that lives. */
  readonly failedAt: number | undefined;
}

export interface SweepParts extends Pick<UploadKindParts, 'held' | 'drop'> {
  /** All tasks of the kind `upload` that live or have failed. */
  readonly rows: () => Promise<readonly UploadRow[]>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Lets go of files in the spool that no task will ask for any more: at once, and whenever a task ends or is forgotten. What was begun of
 * them in their storages is taken back, where it is not whole.
 */
export function watchHeldUploads(parts: SweepParts, tasks: Tasks, signal: AbortSignal): void {
  let running = sweep(parts, signal);
  const again = (): void => {
    running = running.then(() => sweep(parts, signal));
  };
  const everyone = { id: 0, username: '', admin: true };
  tasks.of(everyone).watch(({ type, task }) => {
    if (task.kind === 'upload' && (type === 'removed' || task.endedAt !== undefined)) again();
  }, signal);
}

/** Never fails: what could not be let go of is tried again at the next. */
async function sweep({ held, drop, rows, clock, log }: SweepParts, signal: AbortSignal): Promise<void> {
  try {
    const settled = held.settled(); // before the tasks are asked for: what is new has one by then
    if (settled.length === 0 || signal.aborted) return;
    const kept = new Set<string>();
    for (const { payload, failedAt } of await rows()) {
      const { data } = uploadPayload.safeParse(payload);
      if (data !== undefined && (failedAt === undefined || failedAt + KEPT_MS > clock.now()))
        kept.add(data.upload);
    }
    for (const id of settled) {
      if (signal.aborted) return;
      if (!kept.has(id)) await letGo(id, { held, drop, log }, signal);
    }
  } catch (error) {
    if (!signal.aborted) log.warn({ error }, 'uploads that nobody needs any more could not be looked for');
  }
}

async function letGo(
  id: string,
  { held, drop, log }: Pick<SweepParts, 'held' | 'drop' | 'log'>,
  signal: AbortSignal,
): Promise<void> {
  const file = held.get(id);
  const target = file?.journal.target;
  try {
    if (file !== undefined && target !== undefined) {
      await drop(target, file, { signal, priority: 'background' });
    }
  } catch (error) {
    if (signal.aborted) return; // the next process lets go of it
    log.warn({ path: target?.path, error }, 'what was begun of an upload could not be taken back');
  }
  await held.release(id);
}
