import type { Ctx } from '../../core/driver.ts';
import { isAbort, StorageError } from '../../core/errors.ts';
import type { Clock, Log } from '../../core/runtime.ts';
import { type Intents, type NotedIntent, over, type KeptIntent, readIntent } from './intents.ts';
import type { Repaired } from './repair.ts';

/** Waits before a storage that could not be asked is asked again: a day in all. What is not put right then waits for the next start. */
const WAITS_MS: readonly number[] = [
  60_000,
  300_000,
  900_000,
  ...Array.from({ length: 24 }, () => 3_600_000),
];

export interface RepairingOptions {
  readonly repair: (noted: NotedIntent, ctx: Ctx) => Promise<Repaired>;
  readonly intents: Intents;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Puts right, one after the other, what the processes before this one have left in the middle of changes. Never fails; it ends when there is
 * no more to be done, or the signal fires. @param kept what was noted before this process made changes of its own
 */
export async function repairAll(
  kept: readonly KeptIntent[],
  options: RepairingOptions,
  signal: AbortSignal,
): Promise<void> {
  const noted: NotedIntent[] = [];
  for (const row of kept) {
    const one = readIntent(row);
    if (one !== undefined) noted.push(one);
    else await letGo(row.id, options);
  }
  // What is on its way goes back first: by whether it is there, what was put aside for it is judged.
  let open = noted.toSorted((a, b) => b.intent.kind.localeCompare(a.intent.kind));
  for (const wait of [0, ...WAITS_MS]) {
    if (open.length === 0) return;
    if (wait > 0 && !(await slept(wait, options, signal))) return;
    const still: NotedIntent[] = [];
    for (const one of open) {
      if (signal.aborted) return;
      if (!(await tried(one, options, signal))) still.push(one);
    }
    open = still;
  }
}

async function letGo(id: string, { intents, log }: RepairingOptions): Promise<void> {
  log.warn({ id }, 'a note of a change that was broken off can not be read');
  await over(intents, id);
}

async function slept(ms: number, { clock }: RepairingOptions, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(ms, signal);
    return true;
  } catch (error) {
    if (isAbort(error)) return false;
    throw error;
  }
}

/** False when it is worth another try. */
async function tried(noted: NotedIntent, options: RepairingOptions, signal: AbortSignal): Promise<boolean> {
  const { repair, intents, log } = options;
  const about = { storage: noted.storageId, change: noted.intent };
  try {
    const outcome = await repair(noted, { signal, priority: 'background' });
    if (outcome === 'absent') return false;
    if (outcome === 'left')
      log.warn(about, 'a change was broken off, and what it left is not as it was: it stays');
    else log.info(about, 'a change that was broken off is put right');
    await over(intents, noted.id);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    log.warn({ ...about, error }, 'what a broken-off change left could not be put right');
    const isFinal = error instanceof StorageError && error.retry === 'never';
    if (isFinal) await over(intents, noted.id);
    return isFinal;
  }
}
