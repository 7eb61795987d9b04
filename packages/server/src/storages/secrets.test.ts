import { describe, expect, test } from 'bun:test';
import type { ConfigField } from '../core/config-spec.ts';
import { maskSecrets, unmaskSecrets } from './secrets.ts';
import { SECRET_MASK } from './service.ts';

const field = (name: string, secret = false): ConfigField => ({
  name,
  type: 'string',
  label: name,
  help: '',
  secret,
});
const fields = [field('user'), field('password', true), field('egress')];
const stored = { user: 'ann', password: 'hunter2', egress: 'socks5://me:s3cret@proxy:1080' };
const shown = { user: 'ann', password: SECRET_MASK, egress: `socks5://me:${SECRET_MASK}@proxy:1080` };

describe('maskSecrets', () => {
  test('hides secret fields, and passwords in addresses', () => {
    expect(maskSecrets(fields, stored)).toEqual(shown);
  });

  test('an empty secret stays empty, so that a form can say so', () => {
    expect(maskSecrets(fields, { password: '' })).toEqual({ password: '' });
  });

  test('every value of a kind that is not known might be a secret', () => {
    expect(maskSecrets(undefined, stored)).toEqual({
      user: SECRET_MASK,
      password: SECRET_MASK,
      egress: SECRET_MASK,
    });
  });

  test.each([
    ['http://u:p@host', `http://u:${SECRET_MASK}@host`],
    ['http://:p@host', `http://:${SECRET_MASK}@host`],
    ['http://u:p@ss@host/x', `http://u:${SECRET_MASK}@host/x`],
    ['http://u@host', 'http://u@host'],
    ['http://host:80/a@b', 'http://host:80/a@b'],
    ['sandbox-eu', 'sandbox-eu'],
  ])('%p is shown as %p', (egress, result) => {
    expect(maskSecrets(fields, { egress })).toEqual({ egress: result });
  });
});

describe('unmaskSecrets', () => {
  test('what was left masked keeps what is stored', () => {
    expect(unmaskSecrets(fields, shown, stored)).toEqual({ addition: stored, problems: [] });
  });

  test('a new value replaces it, and an empty one clears it', () => {
    const sent = { user: 'bob', password: 'new', egress: '' };
    expect(unmaskSecrets(fields, sent, stored)).toEqual({ addition: sent, problems: [] });
  });

  test('what is not a field is left out', () => {
    expect(unmaskSecrets(fields, { ...stored, order_by: 'x' }).addition).not.toHaveProperty('order_by');
  });

  test('a mask around which something was changed is refused, and nothing of the secret leaks into it', () => {
    const sent = {
      ...shown,
      egress: `socks5://me:${SECRET_MASK}@elsewhere:1080`,
      password: `${SECRET_MASK}x`,
    };
    const { addition, problems } = unmaskSecrets(fields, sent, stored);
    expect(problems.map((p) => p.field)).toEqual(['password', 'egress']);
    expect(addition).toEqual({ user: 'ann' });
  });

  test('a mask in a new storage stands for nothing', () => {
    expect(unmaskSecrets(fields, { password: SECRET_MASK }).problems).toHaveLength(1);
  });

  test('a secret does not move to another field by its mask', () => {
    const { problems } = unmaskSecrets(fields, { user: SECRET_MASK }, stored);
    expect(problems.map((p) => p.field)).toEqual(['user']);
  });
});
