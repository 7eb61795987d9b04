import { describe, expect, test } from 'bun:test';
import { StorageError } from './core/errors.ts';
import { createLog } from './log.ts';

function lines(): { sink: { write(line: string): void }; last: () => Record<string, unknown> } {
  const written: string[] = [];
  return {
    sink: { write: (line) => void written.push(line) },
    last: () => JSON.parse(written.at(-1) ?? '{}'),
  };
}

describe('the log', () => {
  test('keeps values under secret-sounding keys to itself, at any depth', () => {
    const { sink, last } = lines();
    const fields = {
      refresh_token: 'a',
      storage: { addition: { password: 'b', username: 'u' } },
      Authorization: 'c',
    };
    createLog('info', sink).info(fields, 'hello');
    expect(last()).toMatchObject({
      msg: 'hello',
      refresh_token: '[secret]',
      storage: { addition: { password: '[secret]', username: 'u' } },
      Authorization: '[secret]',
    });
  });

  test('URLs lose query and credentials wherever they stand', () => {
    const { sink, last } = lines();
    const cause = new Error('GET https://cdn.test/f?sign=abc failed');
    const error = new StorageError('unavailable', 'via http://user:pw@proxy.test:3128/', { cause });
    createLog('info', sink).error({ error, from: 'https://a.test/x?y=z#w' }, 'lost');
    const text = JSON.stringify(last());
    expect(text).not.toContain('abc');
    expect(text).not.toContain('user:pw');
    expect(last()).toMatchObject({
      from: 'https://a.test/x',
      error: { code: 'unavailable', cause: { message: 'GET https://cdn.test/f failed' } },
    });
  });

  test.each([
    ['pass_code'],
    ['share_pwd'],
    ['passwordHash'],
    ['passphrase'],
    ['captchaToken'],
    ['set-cookie'],
    ['client_secret'],
  ])('%s sounds secret', (key) => {
    const { sink, last } = lines();
    createLog('info', sink).info({ [key]: 'hunter2' }, 'hello');
    expect(last()[key]).toBe('[secret]');
  });

  test('an address in the message loses its query too', () => {
    const { sink, last } = lines();
    createLog('info', sink).info({}, 'gave up on https://cdn.test/f?sign=abc after a while');
    expect(last()['msg']).toBe('gave up on https://cdn.test/f after a while');
  });

  test('says no more than its level', () => {
    const { sink, last } = lines();
    createLog('warn', sink).info({}, 'quiet');
    expect(last()).toEqual({});
  });

  test('a value that holds itself does not hang it', () => {
    const { sink, last } = lines();
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    createLog('info', sink).info({ loop }, 'round');
    expect(last()).toMatchObject({ msg: 'round' });
  });
});
