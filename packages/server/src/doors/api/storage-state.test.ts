import { expect, test } from 'bun:test';
import { wireState } from './storage-state.ts';

test('a state tells its reason in words and by name, and the page of a check to admins alone', () => {
  const status = {
    state: 'degraded',
    code: 'timeout',
    reason: 'slow',
    named: 'no_answer',
    params: { host: 'api.example', seconds: 30 },
    actionUrl: 'https://check.example/',
    since: 0,
    retryAt: 60_000,
  } as const;
  expect(wireState(status, true)).toMatchObject({
    state: 'degraded',
    code: 'timeout',
    reason: 'slow',
    reason_code: 'no_answer',
    reason_params: { host: 'api.example', seconds: 30 },
    action_url: 'https://check.example/',
  });
  expect(wireState(status, false).action_url).toBe('');
});

test('a state without a reason has empty words, and nothing to fill in', () => {
  expect(wireState({ state: 'ok', since: 0 }, true)).toMatchObject({
    reason: '',
    remedy: '',
    code: '',
    reason_code: '',
    reason_params: {},
    retry_at: null,
  });
});
