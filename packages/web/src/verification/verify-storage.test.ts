import { describe, expect, test } from 'bun:test';
import { ApiError } from '../api/errors.ts';
import { verifyStorage } from './verify-storage.ts';

const failing = (data: unknown) => () => Promise.reject(new ApiError('invalid', 'no', { code: 400, data }));

describe('handing in what a check ended at', () => {
  test('tells the state that the storage is in then', async () => {
    const sent: unknown[] = [];
    const outcome = await verifyStorage(
      async (path, options) => {
        sent.push(path, options?.body);
        return { state: 'ok' };
      },
      3,
      'ck0.token',
    );
    expect(outcome).toMatchObject({ kind: 'passed', state: { state: 'ok' } });
    expect(sent).toEqual(['/admin/storage/verify', { id: 3, captcha_token: 'ck0.token' }]);
  });

  test('tells why it was refused, and where the new check is', async () => {
    const data = {
      problems: [{ field: 'captcha_token', message: 'Too old.', reason: 'refused_token' }],
      state: { state: 'needs_verification', action_url: 'https://user.example/captcha' },
    };
    expect(await verifyStorage(failing(data), 3, 'x')).toMatchObject({
      kind: 'refused',
      reason: 'refused_token',
      message: 'Too old.',
      state: { actionUrl: 'https://user.example/captcha' },
    });
  });

  test('keeps the words of a refusal that it does not know', async () => {
    const data = {
      problems: [{ field: 'captcha_token', message: 'Not today.', reason: 'new' }],
      state: null,
    };
    expect(await verifyStorage(failing(data), 3, 'x')).toMatchObject({
      reason: 'other',
      message: 'Not today.',
    });
  });

  test('lets other errors out', async () => {
    const outcome = verifyStorage(failing(null), 3, 'x');
    expect(await outcome.catch((error: unknown) => error)).toBeInstanceOf(ApiError);
  });
});
