import { describe, expect, test } from 'bun:test';
import { fakeClock } from '../../../testing/fake-clock.ts';
import { StorageError } from '../../core/errors.ts';
import type { Job } from '../../tasks/task.ts';
import type { View } from '../../vfs/view.ts';
import { saveKind, type SavePayload } from './save-kind.ts';

/** Waiting takes no time. */
const IMPATIENT = { ...fakeClock(), sleep: async () => {} };
const PAYLOAD: SavePayload = { from: '/share', names: ['a', 'b', 'c'], to: '/mine/In' };

interface Asked {
  readonly names: readonly string[];
  readonly job: string | undefined;
}

/** Runs the task once, on a drive in which `there` stands, with what an earlier run has left. */
async function run(
  left: unknown,
  {
    there = [],
    answers = [],
    arrives = true,
  }: { there?: readonly string[]; answers?: readonly { job?: string }[]; arrives?: boolean } = {},
) {
  const asked: Asked[] = [];
  const saved: unknown[] = [];
  const rest = [...answers];
  const standing = new Set(there);
  const view: Pick<View, 'get' | 'mkdir' | 'saveShared'> = {
    mkdir: async () => {},
    get: async (path) => {
      const name = path.split('/').at(-1) ?? '';
      if (!standing.has(name)) throw new StorageError('not_found', 'object not found');
      return { path, fullPath: path, entry: { id: name, name, kind: 'file', size: 1 } };
    },
    saveShared: async ({ names }, job) => {
      asked.push({ names, job });
      const answer = rest.shift() ?? {};
      if (answer.job === undefined && arrives) for (const name of names) standing.add(name);
      return answer;
    },
  };
  const job: Job<SavePayload> = {
    id: 't',
    owner: { id: 1, name: 'mei' },
    payload: PAYLOAD,
    checkpoint: left,
    round: 0,
    signal: new AbortController().signal,
    items: {} as Job<SavePayload>['items'], // it keeps none
    report: () => {},
    log: () => {},
    save: async (checkpoint) => void saved.push(checkpoint),
  };
  const kind = saveKind({ clock: IMPATIENT, viewFor: async () => view as View });
  const outcome = await kind.run(job).catch((error: unknown) => error);
  return { outcome, asked, saved };
}

describe('the task that saves shares', () => {
  test('writes down that it asks before it asks', async () => {
    const { outcome, asked, saved } = await run(undefined);
    expect(outcome).toEqual({ type: 'done', status: '3 saved' });
    expect(asked).toEqual([{ names: ['a', 'b', 'c'], job: undefined }]);
    expect(saved).toEqual([{ done: 0, asked: true }]);
  });

  test('waits without a worker for what takes the cloud long, and asks for it no second time', async () => {
    const first = await run(undefined, { answers: [{ job: 'J' }] });
    expect(first.outcome).toMatchObject({ type: 'again', as: 'waiting' });
    expect(first.saved.at(-1)).toEqual({ done: 0, asked: true, job: 'J' });
    const second = await run(first.saved.at(-1), { there: ['a'] });
    expect(second.outcome).toMatchObject({ type: 'done' });
    expect(second.asked).toEqual([{ names: ['a', 'b', 'c'], job: 'J' }]);
  });

  test('that was killed after it asked looks what has come, and asks for the rest alone', async () => {
    const all = await run({ done: 0, asked: true }, { there: ['a', 'b', 'c'] });
    expect([all.outcome, all.asked]).toEqual([{ type: 'done', status: '3 saved' }, []]);
    const some = await run({ done: 0, asked: true }, { there: ['b'] });
    expect(some.asked).toEqual([{ names: ['a', 'c'], job: undefined }]);
  });

  test('is not done when the cloud says so and nothing is there', async () => {
    const { outcome } = await run(undefined, { arrives: false });
    expect(String(outcome)).toContain('does not show [a]');
  });

  test('touches nothing where a name is taken', async () => {
    const { outcome, asked } = await run(undefined, { there: ['b'] });
    expect(outcome).toBeInstanceOf(StorageError);
    expect(String(outcome)).toContain('file [b] exists');
    expect(asked).toEqual([]);
  });
});
