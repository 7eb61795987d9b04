import { describe, expect, test } from 'bun:test';
import { assert, asyncProperty, constantFrom, integer, record } from 'fast-check';
import { fakeClock } from '../../../testing/fake-clock.ts';
import { longPattern, SlowCloud, type SlowCloudLimits } from '../testing/slow-cloud.ts';
import { AheadBody } from './ahead-body.ts';
import type { TrialOutcome } from './ramp.ts';

const MIB = 2 ** 20;
const START = 12_345;

interface Setup {
  readonly limits: SlowCloudLimits;
  readonly mib: number;
  readonly most?: number;
  readonly known?: number | undefined;
  /** Places for connections beside the first. */
  readonly places?: number;
  readonly mayWiden?: () => boolean;
}

function begin({ limits, mib, most = 4, known, places = 100, mayWiden = () => true }: Setup) {
  const cloud = new SlowCloud(fakeClock(), limits);
  const range = { start: START, end: START + mib * MIB };
  const trials: [TrialOutcome, number][] = [];
  const state = { beside: 0, mostBeside: 0, wide: 0, got: 0, wrong: 0, ended: false };
  const clock = cloud.clock;
  const body = new AheadBody(range, cloud.openNow(range), {
    clock,
    most,
    known,
    openBeside(wanted) {
      if (state.beside >= places) return undefined;
      state.beside += 1;
      state.mostBeside = Math.max(state.mostBeside, state.beside);
      return cloud.open(wanted);
    },
    open: (wanted) => Promise.resolve(cloud.openNow(wanted)),
    gone: () => void (state.beside -= 1),
    mayWiden,
    learned: (outcome, connections) => void trials.push([outcome, connections]),
    wide: (isWide) => void (state.wide += isWide ? 1 : -1),
  });
  body.on('data', (chunk: Buffer) => {
    const at = START + state.got;
    if (!chunk.equals(longPattern(at, at + chunk.length))) state.wrong += 1;
    state.got += chunk.length;
  });
  body.on('end', () => void (state.ended = true));
  body.on('error', () => {});
  /** Lets time pass until all is there. @returns seconds */
  const finish = async (limitSeconds = 600): Promise<number> => {
    const began = clock.now();
    while (!body.destroyed && clock.now() - began < limitSeconds * 1000) await cloud.pass(250);
    return (clock.now() - began) / 1000;
  };
  return { cloud, body, state, trials, finish, total: mib * MIB };
}

describe('a body that may use several connections', () => {
  test('is three times as fast with four where each connection is limited', async () => {
    const { state, trials, finish, total } = begin({ limits: { perConnection: 200_000 }, mib: 32 });
    const seconds = await finish();
    expect(state).toMatchObject({ got: total, wrong: 0, ended: true, beside: 0, wide: 0 });
    expect(trials).toEqual([
      ['helped', 2],
      ['helped', 4],
    ]);
    expect(total / seconds).toBeGreaterThan(3 * 200_000);
  });

  test('goes back to one where the line is what limits it, and says so', async () => {
    const limits = { perConnection: 500_000, inAll: 500_000 };
    const { cloud, state, trials, finish, total } = begin({ limits, mib: 24 });
    await finish();
    expect(state).toMatchObject({ got: total, wrong: 0, ended: true, beside: 0, wide: 0 });
    expect(trials).toEqual([['no_help', 1]]);
    expect(state.mostBeside).toBeLessThanOrEqual(2);
    expect(cloud.opened.length).toBeLessThanOrEqual(5);
  });

  test('stays with the number that helped when twice as many do not', async () => {
    const limits = { perConnection: 500_000, inAll: 1_000_000 };
    const { state, trials, finish, total } = begin({ limits, mib: 48 });
    await finish();
    expect(state).toMatchObject({ got: total, wrong: 0, ended: true });
    expect(trials).toEqual([
      ['helped', 2],
      ['no_help', 2],
    ]);
  });

  test('does with one where the cloud refuses a second', async () => {
    const limits = { perConnection: 500_000, connections: 1 };
    const { cloud, state, trials, finish, total } = begin({ limits, mib: 16 });
    await finish();
    expect(state).toMatchObject({ got: total, wrong: 0, ended: true, beside: 0 });
    expect(trials).toEqual([['refused', 1]]);
    expect(cloud.opened).toHaveLength(1);
  });

  test('asks for one connection only where that is fast', async () => {
    const { cloud, state, trials, finish, total } = begin({ limits: { perConnection: 30 * MIB }, mib: 256 });
    await finish();
    expect(state).toMatchObject({ got: total, wrong: 0, ended: true });
    expect(trials).toEqual([]);
    expect(cloud.opened).toHaveLength(1);
  });

  test('tries nothing while it is the client that is slow', async () => {
    const { cloud, body } = begin({ limits: { perConnection: 500_000 }, mib: 64 });
    for (let turn = 0; turn < 60; turn += 1) {
      body.pause();
      await cloud.pass(250);
      body.resume();
      await cloud.pass(250);
    }
    expect(cloud.opened).toHaveLength(1);
    body.destroy();
  });

  test('begins with what helped before', async () => {
    const { cloud, state, trials, finish, total } = begin({
      limits: { perConnection: 200_000 },
      mib: 16,
      known: 4,
    });
    for (let turn = 0; turn < 8; turn += 1) await cloud.pass(250);
    expect(cloud.running).toHaveLength(4);
    await finish();
    expect(state).toMatchObject({ got: total, wrong: 0, ended: true });
    expect(trials).toEqual([]);
  });

  test('takes no place that is not there, and goes on over one', async () => {
    const { state, finish, total } = begin({ limits: { perConnection: 300_000 }, mib: 24, places: 1 });
    await finish();
    expect(state).toMatchObject({ got: total, wrong: 0, ended: true, mostBeside: 1, beside: 0, wide: 0 });
  });

  test('makes way when others need the connections', async () => {
    let isFree = true;
    const { cloud, state, finish, total } = begin({
      limits: { perConnection: 300_000 },
      mib: 48,
      known: 4,
      mayWiden: () => isFree,
    });
    for (let turn = 0; turn < 12; turn += 1) await cloud.pass(250);
    expect(cloud.running.length).toBeGreaterThan(1);
    isFree = false;
    for (let turn = 0; turn < 60; turn += 1) await cloud.pass(250);
    expect(cloud.running).toHaveLength(1);
    await finish();
    expect(state).toMatchObject({ got: total, wrong: 0, ended: true, wide: 0 });
  });

  test('holds no more than its pieces while its reader stands still', async () => {
    const { cloud, body, state } = begin({ limits: { perConnection: MIB }, mib: 256, known: 4 });
    for (let turn = 0; turn < 40; turn += 1) await cloud.pass(250);
    body.pause();
    await cloud.pass(250);
    for (let turn = 0; turn < 200; turn += 1) await cloud.pass(250);
    const sent = cloud.opened.reduce((sum, connection) => sum + connection.sent, 0);
    expect(sent - state.got).toBeLessThanOrEqual(4 * 4 * MIB);
    body.destroy();
  });

  test('opens a piece anew, once, when it breaks', async () => {
    const { cloud, state, finish, total } = begin({ limits: { perConnection: 200_000 }, mib: 16, known: 4 });
    for (let turn = 0; turn < 12; turn += 1) await cloud.pass(250);
    const behind = cloud.running.at(-1);
    behind?.body.destroy(new Error('reset'));
    await finish();
    expect(state).toMatchObject({ got: total, wrong: 0, ended: true, beside: 0 });
    const { start = 0, end = 0 } = behind?.range ?? {};
    expect(cloud.opened.map(({ range }) => range)).toContainEqual({
      start: start + (behind?.sent ?? 0),
      end,
    });
  });

  test('breaks like its upstream when the only connection does', async () => {
    const { cloud, body, state } = begin({ limits: { perConnection: 200_000 }, mib: 16 });
    await cloud.pass(250);
    cloud.opened[0]?.body.destroy(new Error('reset'));
    await cloud.pass(250);
    expect(body.destroyed).toBe(true);
    expect(state).toMatchObject({ ended: false, wrong: 0 });
  });

  test('lets go of every connection and all memory when its reader leaves', async () => {
    const { cloud, body, state } = begin({ limits: { perConnection: 200_000 }, mib: 16, known: 4 });
    for (let turn = 0; turn < 12; turn += 1) await cloud.pass(250);
    expect(state).toMatchObject({ wide: 1 });
    body.destroy();
    await cloud.pass(0);
    expect(cloud.running).toHaveLength(0);
    expect(state).toMatchObject({ beside: 0, wide: 0 });
  });

  test('has the right bytes whatever breaks, is refused or pauses', async () => {
    let whole = 0;
    const setups = record({
      perConnection: integer({ min: 100_000, max: 2_000_000 }),
      connections: integer({ min: 1, max: 6 }),
      places: integer({ min: 0, max: 8 }),
      most: integer({ min: 2, max: 8 }),
      known: constantFrom(undefined, 2, 4, 8),
      breakEvery: integer({ min: 7, max: 60 }),
      pauseEvery: integer({ min: 3, max: 40 }),
    });
    await assert(
      asyncProperty(setups, async ({ perConnection, connections, breakEvery, pauseEvery, ...rest }) => {
        const { cloud, body, state, total } = begin({
          limits: { perConnection, connections },
          mib: 12,
          ...rest,
        });
        for (let turn = 1; turn < 4_000 && !body.destroyed; turn += 1) {
          if (turn % pauseEvery === 0) body.pause();
          await cloud.pass(250);
          if (turn % breakEvery === 0 && cloud.running.length > 1) cloud.running.at(-1)?.body.destroy();
          body.resume();
        }
        expect(state.wrong).toBe(0);
        expect(body.destroyed).toBe(true);
        expect(state.beside).toBe(0);
        expect(state.wide).toBe(0);
        if (state.ended) {
          expect(state.got).toBe(total);
          whole += 1;
        }
      }),
      { numRuns: 40, seed: 5 },
    );
    expect(whole).toBeGreaterThan(20); // the others ended with their upstream
  }, 60_000);
});
