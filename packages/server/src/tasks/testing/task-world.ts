import { z } from 'zod';
import { type FakeClock, fakeClock, settle } from '../../../testing/fake-clock.ts';
import { systemRandom } from '../../runtime/system.ts';
import { openMemoryStore } from '../../store/open.ts';
import type { Store } from '../../store/port.ts';
import { createTasks } from '../create-tasks.ts';
import type { Job, Outcome, TaskKind, Tasks } from '../task.ts';
import type { Worker } from '../worker.ts';

export const MEI = { id: 7, username: 'mei', admin: false };
export const ROOT_USER = { id: 2, username: 'admin', admin: true };

export interface TaskWorld {
  readonly store: Store;
  readonly clock: FakeClock;
  readonly tasks: Tasks;
  readonly worker: Worker;
  /** What was logged as a fault of ours. */
  readonly faults: string[];
  /** Another gateway on the same store, or this one after a crash. */
  readonly again: (kinds?: readonly TaskKind[]) => Omit<TaskWorld, 'again' | 'close'>;
  readonly close: () => Promise<void>;
}

const NOTHING = { debug() {}, info() {}, warn() {} };

/** A queue and a worker over a store in memory, on a clock that stands. */
export async function taskWorld(kinds: readonly TaskKind[], slots = 8): Promise<TaskWorld> {
  const store = await openMemoryStore();
  const clock = fakeClock();
  const workers: Worker[] = [];
  const faults: string[] = [];
  const again = (more: readonly TaskKind[] = kinds): Omit<TaskWorld, 'again' | 'close'> => {
    const log = { ...NOTHING, error: (_: object, message: string) => void faults.push(message) };
    const made = createTasks({ table: store.tasks, kinds: more, clock, random: systemRandom(), log, slots });
    workers.push(made.worker);
    return { store, clock, faults, ...made };
  };
  return {
    ...again(),
    again,
    async close() {
      const stopping = Promise.all(workers.map((worker) => worker.stop()));
      await quiet();
      await clock.advance(10_000); // for what does not let go
      await stopping;
      await store.close();
    },
  };
}

/** A kind whose runs do what the test says. */
export function testKind(
  run: (job: Job<{ readonly n?: number | undefined }>) => Promise<Outcome>,
  more: Partial<Pick<TaskKind<{ readonly n?: number | undefined }>, 'windUp' | 'kind' | 'maxAttempts'>> = {},
): TaskKind {
  return {
    kind: 'copy',
    payload: z.object({ n: z.number().optional() }),
    maxAttempts: 3,
    run,
    ...more,
  };
}

/** Lets everything happen that needs no time. */
export async function quiet(): Promise<void> {
  for (let i = 0; i < 12; i++) await settle();
}
