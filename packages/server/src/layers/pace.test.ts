import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { fakeClock, settle } from '../../testing/fake-clock.ts';
import type { Ctx, Priority } from '../core/driver.ts';
import type { EntryPage } from '../core/entry.ts';
import { isAbort, StorageError } from '../core/errors.ts';
import { Urgency } from '../core/urgency.ts';
import { pace, type PaceOptions } from './pace.ts';
import { ctxOf, errorOf, pageOf, upstream } from './testing/calls.ts';

const PRIORITIES: readonly Priority[] = ['play', 'browse', 'scan', 'background'];

function paced(options: Partial<PaceOptions> = {}) {
  const clock = fakeClock(0);
  const paceOf = pace({ clock, perSecond: 1000, burst: 1000, maxInFlight: 1, ...options });
  const { call, calls } = upstream<EntryPage>();
  const layered = paceOf.layer('list', call);
  const list = (dir: string, priority: Priority = 'browse', signal?: AbortSignal): Promise<EntryPage> =>
    layered({ dir }, ctxOf(signal, priority));
  return {
    clock,
    pace: paceOf,
    calls,
    layered,
    list,
    dirs: () => calls.map(({ args }) => Reflect.get(args, 'dir')),
  };
}

const tooFrequent = (retryAfterMs?: number): StorageError =>
  new StorageError('rate_limited', 'too many requests', {
    retry: 'later',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    detail: { remedy: 'Wait.' },
  });

describe('pace', () => {
  test('no more calls are under way than may be', async () => {
    const { list, calls, pace } = paced({ maxInFlight: 2 });
    const answers = ['a', 'b', 'c'].map((dir) => list(dir));
    await settle();
    expect(calls).toHaveLength(2);
    expect(pace.state()).toEqual({ breaker: 'closed', perSecond: 1000, queued: 1, inFlight: 2 });
    calls[0]?.answer.resolve(pageOf());
    await settle();
    expect(calls).toHaveLength(3);
    for (const made of calls) made.answer.resolve(pageOf());
    await Promise.all(answers);
    expect(pace.state()).toEqual({ breaker: 'closed', perSecond: 1000, queued: 0, inFlight: 0 });
  });

  test('calls beyond the burst wait for their token, without a timer once nobody waits', async () => {
    const { clock, list, calls } = paced({ perSecond: 10, burst: 2, maxInFlight: 10 });
    const answers = ['a', 'b', 'c', 'd'].map((dir) => list(dir));
    await settle();
    expect(calls).toHaveLength(2);
    await clock.advance(100);
    expect(calls).toHaveLength(3);
    await clock.advance(100);
    expect(calls).toHaveLength(4);
    expect(clock.sleepers()).toBe(0);
    for (const made of calls) made.answer.resolve(pageOf());
    await Promise.all(answers);
  });

  test('who is playing goes before who is browsing, and that before scans and the background', async () => {
    const { list, calls, dirs } = paced();
    const first = list('first');
    const rest = PRIORITIES.toReversed().map((priority) => list(priority, priority));
    for (let made = 0; made < 5; made++) {
      await settle();
      calls[made]?.answer.resolve(pageOf());
    }
    await Promise.all([first, ...rest]);
    expect(dirs()).toEqual(['first', ...PRIORITIES]);
  });

  test('whatever comes in whatever order, the most urgent goes first and equals go in the order they came', async () => {
    const arrivals = fc.array(fc.record({ priority: fc.constantFrom(...PRIORITIES), leaves: fc.boolean() }), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(arrivals, async (all) => {
        const { list, calls, dirs } = paced();
        const first = list('first');
        await settle();
        const waiting = all.map(({ priority, leaves }, index) => {
          const stop = new AbortController();
          const outcome = list(`${index}`, priority, stop.signal).catch((error: unknown) => error);
          return { leaves, stop, outcome };
        });
        for (const { leaves, stop } of waiting) if (leaves) stop.abort();
        for (let made = 0; made <= all.length; made++) {
          calls[made]?.answer.resolve(pageOf());
          await settle();
        }
        const wanted = PRIORITIES.flatMap((priority) =>
          all.flatMap((arrival, index) =>
            arrival.priority === priority && !arrival.leaves ? [`${index}`] : [],
          ),
        );
        await Promise.all([first, ...waiting.map(({ outcome }) => outcome)]);
        expect(dirs()).toEqual(['first', ...wanted]);
      }),
      { numRuns: 50 },
    );
  });

  test('who leaves while waiting is off the queue at once and takes no turn', async () => {
    const { list, calls, pace, dirs, clock } = paced({ perSecond: 1, burst: 1, maxInFlight: 5 });
    const first = list('first');
    const leave = new AbortController();
    const gone = errorOf(list('gone', 'browse', leave.signal));
    leave.abort();
    expect(isAbort(await gone)).toBe(true);
    expect(pace.state().queued).toBe(0);
    expect(clock.sleepers()).toBe(0);
    calls[0]?.answer.resolve(pageOf());
    await first;
    const next = list('next');
    await clock.advance(1000);
    calls[1]?.answer.resolve(pageOf());
    await next;
    expect(dirs()).toEqual(['first', 'next']);
  });

  test('a full queue refuses with unavailable', async () => {
    const { list, calls } = paced({ maxQueued: 1 });
    const taken = [list('under way'), list('waiting')];
    expect(await errorOf(list('too many'))).toMatchObject({ code: 'unavailable', retry: 'later' });
    for (let made = 0; made < 2; made++) {
      await settle();
      calls[made]?.answer.resolve(pageOf());
    }
    await Promise.all(taken);
  });

  test('an upload takes its turn, but no place while its bytes flow', async () => {
    const { pace, list, calls } = paced({ maxInFlight: 1 });
    const uploads = upstream<never>();
    const source = { size: 0, open: () => new ReadableStream<Uint8Array>(), hash: async () => '' };
    const upload = errorOf(pace.layer('upload', uploads.call)({ dir: 'd', name: 'n', source }, ctxOf()));
    await settle();
    const listed = list('a');
    await settle();
    expect([uploads.calls.length, calls.length]).toEqual([1, 1]);
    calls[0]?.answer.resolve(pageOf());
    uploads.calls[0]?.answer.reject(new Error('cut'));
    await Promise.all([listed, upload]);
    expect(pace.state().inFlight).toBe(0);
  });

  test('a call that fails gives its place back', async () => {
    const { list, calls, pace } = paced();
    const failure = errorOf(list('a'));
    await settle();
    calls[0]?.answer.reject(new TypeError('a mistake'));
    await failure;
    expect(pace.state()).toEqual({ breaker: 'closed', perSecond: 1000, queued: 0, inFlight: 0 });
  });

  test('options that make no sense are refused when the layer is made', () => {
    const clock = fakeClock();
    expect(() => pace({ clock, maxInFlight: 0 })).toThrow('maxInFlight');
    expect(() => pace({ clock, maxQueued: 0 })).toThrow('maxQueued');
    expect(() => pace({ clock, maxOpenMs: 0 })).toThrow('maxOpenMs');
    expect(() => pace({ clock, perSecond: -1 })).toThrow('rate');
  });
});

describe('the breaker of pace', () => {
  async function opened(retryAfterMs: number, options: Partial<PaceOptions> = {}) {
    const rig = paced(options);
    const failure = errorOf(rig.list('first'));
    const waiting = errorOf(rig.list('waiting'));
    await settle();
    for (const made of rig.calls) made.answer.reject(tooFrequent(retryAfterMs));
    return { ...rig, failure: await failure, waiting: await waiting };
  }

  test('“too frequent” stops all calls at once, the waiting ones included, and counts down', async () => {
    const { clock, list, calls, pace, failure, waiting } = await opened(30_000);
    expect(failure).toMatchObject({ code: 'rate_limited', retryAfterMs: 30_000 });
    expect(waiting).toMatchObject({ code: 'rate_limited', retryAfterMs: 30_000 });
    expect(pace.state()).toMatchObject({
      breaker: 'open',
      open: { since: 0, until: 30_000, by: { message: 'too many requests' } },
      queued: 0,
      inFlight: 0,
    });
    await clock.advance(12_000);
    expect(await errorOf(list('later', 'play'))).toMatchObject({
      code: 'rate_limited',
      retry: 'later',
      retryAfterMs: 18_000,
      message: 'too many requests',
      detail: { remedy: 'Wait.' },
    });
    expect(calls).toHaveLength(1);
  });

  test('afterwards calls go one at a time until one succeeds', async () => {
    const { clock, list, calls, pace } = await opened(1000, { maxInFlight: 5 });
    const before = calls.length;
    await clock.advance(1000);
    const answers = ['a', 'b', 'c'].map((dir) => list(dir));
    await settle();
    expect(pace.state()).toMatchObject({ breaker: 'half_open', queued: 2, inFlight: 1 });
    calls[before]?.answer.resolve(pageOf());
    await settle();
    expect(pace.state()).toMatchObject({ breaker: 'closed', queued: 0, inFlight: 2 });
    for (const made of calls) made.answer.resolve(pageOf());
    await Promise.all(answers);
  });

  test('it opens again when the first call afterwards is refused too', async () => {
    const { clock, list, calls, pace } = await opened(1000);
    await clock.advance(1000);
    const failure = errorOf(list('a'));
    await settle();
    calls.at(-1)?.answer.reject(tooFrequent(5000));
    await failure;
    expect(pace.state()).toMatchObject({ breaker: 'open', open: { since: 1000, until: 6000 } });
  });

  test('a success that was under way when it opened does not close it', async () => {
    const { list, calls, pace } = paced({ maxInFlight: 2 });
    const slow = list('slow');
    const failure = errorOf(list('refused'));
    await settle();
    calls[1]?.answer.reject(tooFrequent(1000));
    await failure;
    calls[0]?.answer.resolve(pageOf());
    await slow;
    expect(pace.state().breaker).toBe('open');
  });

  test('a cloud cannot stop us for longer than we let it, nor shorten what it asked before', async () => {
    const { list, calls, pace, clock } = paced({ maxInFlight: 2, maxOpenMs: 10_000 });
    const failures = [list('a'), list('b')].map(errorOf);
    await settle();
    calls[0]?.answer.reject(tooFrequent(1e12));
    calls[1]?.answer.reject(tooFrequent(10));
    await Promise.all(failures);
    expect(pace.state().open?.until).toBe(10_000);
    await clock.advance(10_000);
    expect(pace.state().breaker).toBe('half_open');
  });

  test('other failures, and refusals that name no time, leave it closed', async () => {
    for (const error of [tooFrequent(), new StorageError('unavailable', 'down', { retryAfterMs: 5000 })]) {
      const { list, calls, pace } = paced();
      const failure = errorOf(list('a'));
      await settle();
      calls[0]?.answer.reject(error);
      expect(await failure).toBe(error);
      expect(pace.state().breaker).toBe('closed');
    }
  });
});

describe('what urgent calls can count on', () => {
  test('a scan leaves places to others, however much of it there is', async () => {
    const { list, calls, dirs } = paced({ maxInFlight: 8 });
    const scan = Array.from({ length: 50 }, (_, index) => list(`s${index}`, 'scan'));
    await settle();
    expect(calls).toHaveLength(4);
    const others = [list('film', 'play'), list('click', 'browse')];
    await settle();
    expect(dirs().slice(4)).toEqual(['film', 'click']);
    while (calls.length < 52) {
      answerAll(calls);
      await settle();
    }
    answerAll(calls);
    await Promise.all([...scan, ...others]);
  });

  test('a scan that has used up its part of the burst leaves tokens to a film', async () => {
    const { list, calls, dirs, clock } = paced({ maxInFlight: 100, perSecond: 1, burst: 20 });
    const scan = Array.from({ length: 30 }, (_, index) => list(`s${index}`, 'scan').catch(() => {}));
    await settle();
    expect(calls).toHaveLength(10);
    void list('click', 'browse');
    for (let seek = 0; seek < 9; seek++) void list(`seek${seek}`, 'play');
    await settle();
    expect(calls).toHaveLength(20); // no time has passed
    expect(dirs()[10]).toBe('click');
    void list('one more', 'play');
    await clock.advance(1000); // the timer was set for what the scan waits for, which comes later
    expect(dirs().at(-1)).toBe('one more');
    expect(scan).toHaveLength(30);
  });
});

describe('a call that becomes more urgent while it waits', () => {
  test('goes as such from then on, and not before those who have waited as such', async () => {
    const { layered, calls, dirs } = paced();
    const urgency = new Urgency('background');
    const list = (dir: string, more: Partial<Ctx> = {}) => layered({ dir }, { ...ctxOf(), ...more });
    const answers = [
      list('first'),
      list('later', { priority: 'background' }),
      list('risen', { urgency }),
      list('click'),
    ];
    await settle();
    urgency.raise('browse');
    for (let made = 0; made < 4; made++) {
      calls[made]?.answer.resolve(pageOf());
      await settle();
    }
    await Promise.all(answers);
    expect(dirs()).toEqual(['first', 'click', 'risen', 'later']);
  });
});

describe('the rate that pace learns', () => {
  async function answered(list: () => Promise<unknown>, calls: Calls, error?: StorageError) {
    const outcome = list().catch(() => {});
    await settle();
    if (error === undefined) calls.at(-1)?.answer.resolve(pageOf());
    else calls.at(-1)?.answer.reject(error);
    await outcome;
  }

  test('halves when the cloud refuses, and not below its least', async () => {
    const { list, calls, pace, clock } = paced({ perSecond: 10 });
    const rates: number[] = [];
    for (let refusal = 0; refusal < 7; refusal++) {
      await answered(() => list('a'), calls, tooFrequent());
      rates.push(pace.state().perSecond);
      await clock.advance(1);
    }
    expect(rates).toEqual([5, 2.5, 1.25, 0.625, 0.5, 0.5, 0.5]);
  });

  test('counts refusals of calls that were under way together as one', async () => {
    const { list, calls, pace, clock } = paced({ perSecond: 10, maxInFlight: 4 });
    const together = [list('a'), list('b'), list('c')].map(errorOf);
    await settle();
    await clock.advance(5);
    for (const { answer } of calls) answer.reject(tooFrequent());
    await Promise.all(together);
    expect(pace.state().perSecond).toBe(5);
  });

  test('rises by a step for every ten seconds without a refusal in which calls are taken, and not above its most', async () => {
    const { list, calls, pace, clock } = paced({ perSecond: 10 });
    await answered(() => list('a'), calls, tooFrequent());
    await answered(() => list('b'), calls);
    expect(pace.state().perSecond).toBe(5);
    await clock.advance(10_000);
    await answered(() => list('c'), calls);
    await answered(() => list('d'), calls);
    expect(pace.state().perSecond).toBe(5.5);
    for (let step = 0; step < 20; step++) {
      await clock.advance(10_000);
      await answered(() => list('e'), calls);
    }
    expect(pace.state().perSecond).toBe(10);
  });

  test('is what calls go by', async () => {
    const { list, calls, clock } = paced({ perSecond: 10, burst: 1, maxInFlight: 9 });
    await answered(() => list('a'), calls, tooFrequent());
    const waiting = [list('b'), list('c'), list('d')];
    await clock.advance(600); // at five a second: after 200, 400 and 600 ms
    expect(calls).toHaveLength(4);
    answerAll(calls);
    await Promise.all(waiting);
  });

  test('does not fall for a refusal that is about one thing alone', async () => {
    const { list, calls, pace } = paced({ perSecond: 10 });
    await answered(() => list('a'), calls, tooFrequent(60_000).withDetail({ alone: true }));
    expect(pace.state()).toMatchObject({ breaker: 'closed', perSecond: 10 });
  });
});

type Calls = ReturnType<typeof paced>['calls'];

function answerAll(calls: Calls): void {
  for (const { answer } of calls) answer.resolve(pageOf());
}
