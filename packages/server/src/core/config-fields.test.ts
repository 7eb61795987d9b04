import { describe, expect, test } from 'bun:test';
import { defineConfig } from './config-fields.ts';

const spec = defineConfig(
  [
    { name: 'user', type: 'string', label: 'Username', help: '', required: true },
    { name: 'password', type: 'string', label: 'Password', help: '', secret: true },
    { name: 'platform', type: 'select', label: 'Platform', help: '', options: ['web', 'pc'], default: 'web' },
    { name: 'size', type: 'number', label: 'Page size', help: '', default: 100 },
    { name: 'limit', type: 'number', label: 'Limit', help: '' },
    { name: 'hidden', type: 'bool', label: 'Hidden', help: '' },
    { name: 'notes', type: 'text', label: 'Notes', help: '' },
  ],
  (values, problem) => {
    if (values.size < 1) problem('size', 'Page size must be at least 1.');
    return values;
  },
);

function accepted(values: Record<string, unknown>) {
  const result = spec.parse({ user: 'a', ...values });
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.ok;
}

function refused(values: Record<string, unknown>) {
  const result = spec.parse({ user: 'a', ...values });
  return 'problems' in result ? result.problems : [];
}

describe('defineConfig', () => {
  test('defaults are filled in and what was left alone is empty', () => {
    expect(accepted({})).toEqual({
      user: 'a',
      password: '',
      platform: 'web',
      size: 100,
      limit: undefined,
      hidden: false,
      notes: '',
    });
  });

  test('the config is typed by its fields', () => {
    const config = accepted({});
    const platform: 'web' | 'pc' = config.platform;
    const limit: number | undefined = config.limit;
    expect([platform, limit]).toEqual(['web', undefined]);
  });

  test.each([
    ['true', true],
    ['True', true],
    ['1', true],
    [1, true],
    [true, true],
    ['false', false],
    ['0', false],
    [0, false],
    ['', false],
    [null, false],
  ])('the switch %p is %p', (given, wanted) => {
    expect(accepted({ hidden: given }).hidden).toBe(wanted);
  });

  test.each([
    ['42', 42],
    [' 42 ', 42],
    [42, 42],
    ['-1', -1],
    ['0.5', 0.5],
    ['', undefined],
    [null, undefined],
  ])('the number %p is %p', (given, wanted) => {
    expect(accepted({ limit: given }).limit).toBe(wanted);
  });

  test.each([['0x10'], ['1e9'], ['12a'], ['NaN'], [Number.NaN], [true], [{}], [['1']], ['9'.repeat(400)]])(
    '%p is no number',
    (given) => {
      expect(refused({ limit: given })).toEqual([{ field: 'limit', message: 'Limit must be a number.' }]);
    },
  );

  test('strings are trimmed, and ids that come as numbers are text', () => {
    expect(accepted({ user: '  me ' }).user).toBe('me');
    expect(accepted({ user: 123 }).user).toBe('123');
  });

  test('one-line settings refuse line ends and other control characters; texts keep their lines', () => {
    expect(refused({ user: 'a\r\nX-Evil: 1' })).toHaveLength(1);
    expect(refused({ user: 'a\0b' })).toHaveLength(1);
    expect(refused({ user: '\ud800' })).toHaveLength(1);
    expect(accepted({ notes: 'a\nb' }).notes).toBe('a\nb');
    expect(refused({ notes: 'a\0b' })).toHaveLength(1);
  });

  test('values have a greatest length', () => {
    expect(refused({ user: 'x'.repeat(4097) })).toEqual([
      { field: 'user', message: 'Username is too long.' },
    ]);
    expect(refused({ notes: 'x'.repeat(65_537) })).toEqual([
      { field: 'notes', message: 'Notes is too long.' },
    ]);
  });

  test('every problem is reported, not only the first', () => {
    const problems = refused({ user: ' ', platform: 'tv', size: 'many', hidden: 'perhaps' });
    expect(problems.map((p) => p.field)).toEqual(['user', 'platform', 'size', 'hidden']);
    expect(problems.map((p) => p.message)).toEqual([
      'Username is required.',
      'Platform must be one of: web, pc.',
      'Page size must be a number.',
      'Hidden must be on or off.',
    ]);
  });

  test('what the builder reports counts as a problem', () => {
    expect(refused({ size: 0 })).toEqual([{ field: 'size', message: 'Page size must be at least 1.' }]);
  });

  test('no value is repeated in a message', () => {
    const secret = 's3cret';
    const problems = refused({
      password: `${secret}\n${secret}`,
      platform: secret,
      size: secret,
      limit: [secret],
    });
    expect(problems).toHaveLength(4);
    expect(JSON.stringify(problems)).not.toContain(secret);
  });

  test('unknown keys and inherited ones are ignored', () => {
    expect(accepted({ nonsense: 1 })).not.toHaveProperty('nonsense');
    expect(accepted(Object.create({ notes: 'inherited' })).notes).toBe('');
  });

  test('a wrong list of fields is refused when it is made', () => {
    const field = { name: 'a', type: 'string', label: 'A', help: '' } as const;
    expect(() => defineConfig([field, field], (v) => v)).toThrow('same name');
    expect(() => defineConfig([{ ...field, type: 'select' }], (v) => v)).toThrow('no options');
    expect(() => defineConfig([{ ...field, type: 'number', default: 'x' }], (v) => v)).toThrow('number');
    expect(() => defineConfig([{ ...field, required: true }], (v) => v)).not.toThrow();
  });
});
