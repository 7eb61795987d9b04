import { beforeEach, describe, expect, test } from 'bun:test';
import { type FakeClock, fakeClock } from '../../testing/fake-clock.ts';
import { abortError } from '../core/abort.ts';
import { StorageError, type StorageErrorCode } from '../core/errors.ts';
import { createStatusTracker, heldBack, type StatusTracker } from './status.ts';

let clock: FakeClock;
let tracker: StatusTracker;
let logged: string[];

beforeEach(() => {
  clock = fakeClock();
  logged = [];
  const write = (_: object, message: string): void => void logged.push(message);
  const log = { debug: write, info: write, warn: write, error: write };
  tracker = createStatusTracker({ clock, log, mountPath: '/a' });
});

const ok = (): void => tracker.heard({ op: 'list', ms: 1, outcome: 'ok' });
const fail = (error: unknown): void => tracker.heard({ op: 'list', ms: 1, outcome: 'failed', error });
const state = (): string => tracker.current().state;

describe('createStatusTracker', () => {
  test('a storage that nobody asked is idle, and ok after the first answer', async () => {
    const start = clock.now();
    expect(tracker.current()).toEqual({ state: 'idle', since: start });
    await clock.advance(1000);
    ok();
    expect(tracker.current()).toEqual({ state: 'ok', since: start + 1000 });
    await clock.advance(1000);
    ok();
    expect(tracker.current().since).toBe(start + 1000);
  });

  test('a failure of the storage is told with its reason, remedy, page and time, until it answers again', () => {
    const now = clock.now();
    fail(
      new StorageError('needs_verification', 'a person has to pass a check', {
        retryAfterMs: 5000,
        detail: { remedy: 'Open the page.', actionUrl: 'https://check' },
      }),
    );
    expect(tracker.current()).toEqual({
      state: 'needs_verification',
      code: 'needs_verification',
      reason: 'a person has to pass a check',
      remedy: 'Open the page.',
      actionUrl: 'https://check',
      retryAt: now + 5000,
      since: now,
    });
    ok();
    expect(tracker.current()).toEqual({ state: 'ok', since: now });
  });

  test('a failure that has a name is told by it as well, with what words for it need', () => {
    const detail = { reason: 'no_answer', params: { host: 'api.example', seconds: 30 } } as const;
    fail(new StorageError('timeout', 'slow', { detail }));
    expect(tracker.current()).toMatchObject({ code: 'timeout', named: 'no_answer', params: detail.params });
  });

  test('`since` is when the state began, the reason is the last one', async () => {
    const start = clock.now();
    fail(new StorageError('timeout', 'slow'));
    await clock.advance(1000);
    fail(new StorageError('unavailable', 'down'));
    expect(tracker.current()).toEqual({
      state: 'degraded',
      code: 'unavailable',
      reason: 'down',
      since: start,
    });
  });

  test.each<[StorageErrorCode]>([
    ['unavailable'],
    ['timeout'],
    ['unauthenticated'],
    ['bad_credentials'],
    ['rate_limited'],
    ['region_blocked'],
    ['protocol'],
    ['misconfigured'],
    ['share_gone'],
    ['share_expired'],
    ['share_password'],
  ])('%s degrades', (code) => {
    fail(new StorageError(code, 'x'));
    expect(state()).toBe('degraded');
  });

  test.each<[StorageErrorCode]>([
    ['not_found'],
    ['not_a_folder'],
    ['not_a_file'],
    ['exists'],
    ['invalid_name'],
    ['invalid_argument'],
    ['unsupported'],
    ['forbidden'],
    ['quota_exceeded'],
    ['content_blocked'],
    ['link_expired'],
  ])('%s is about one path, and changes nothing', (code) => {
    ok();
    fail(new StorageError(code, 'x'));
    expect(state()).toBe('ok');
  });

  test('a client that left says nothing about the storage', () => {
    ok();
    tracker.heard({ op: 'list', ms: 1, outcome: 'aborted', error: abortError() });
    expect(state()).toBe('ok');
  });

  test('a mistake in a driver is logged, and the storage is not blamed for one call', () => {
    ok();
    fail(new TypeError('x is undefined'));
    expect(state()).toBe('ok');
    expect(logged).toContain('a driver failed unexpectedly');
  });

  test('changes of state are logged, repetitions are not', () => {
    for (let i = 0; i < 5; i++) ok();
    for (let i = 0; i < 5; i++) fail(new StorageError('timeout', 'slow'));
    expect(logged).toHaveLength(2);
  });
});

describe('a wait that the cloud asked for', () => {
  const tooFrequent = new StorageError('rate_limited', 'slow down', {
    retry: 'later',
    retryAfterMs: 600_000,
    detail: { remedy: 'Wait.' },
  });

  test('is counted down, and leaves nothing when it is over', async () => {
    const start = clock.now();
    fail(tooFrequent);
    expect(tracker.current()).toMatchObject({ code: 'rate_limited', retryAt: start + 600_000 });
    await clock.advance(599_999);
    expect(state()).toBe('degraded');
    await clock.advance(1);
    expect(tracker.current()).toEqual({ state: 'idle', since: start + 600_000 });
  });

  test('holds back every storage on the account, also those that nobody has asked', () => {
    const open = { since: 1000, until: 601_000, by: tooFrequent };
    expect(heldBack({ state: 'ok', since: 5 }, open)).toEqual({
      state: 'degraded',
      code: 'rate_limited',
      reason: 'slow down',
      remedy: 'Wait.',
      since: 1000,
      retryAt: 601_000,
    });
  });

  test('does not hide what is wrong with a storage for longer, or needs a person, nor does it show for a moment', () => {
    const open = { since: 1000, until: 601_000, by: tooFrequent };
    for (const status of [
      { state: 'needs_verification', since: 5 },
      { state: 'degraded', reason: 'wrong password', since: 5 },
      { state: 'degraded', reason: 'wait', since: 5, retryAt: 700_000 },
    ] as const) {
      expect(heldBack(status, open)).toBe(status);
    }
    const fine = { state: 'ok', since: 5 } as const;
    expect(heldBack(fine, { ...open, until: 5999 })).toBe(fine);
    expect(heldBack(fine, undefined)).toBe(fine);
  });
});
