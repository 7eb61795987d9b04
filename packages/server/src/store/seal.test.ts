import { describe, expect, test } from 'bun:test';
import { assert, property, string } from 'fast-check';
import { createSealer, SealError } from './seal.ts';

const key = new Uint8Array(32).fill(7);
const sealer = createSealer(key);

describe('createSealer', () => {
  test('any text opens again at its place', () => {
    assert(
      property(string({ unit: 'grapheme' }), string(), (text, place) => {
        expect(sealer.open(sealer.seal(text, place), place)).toBe(text);
      }),
    );
  });

  test('nothing of the text shows, and equal texts look different', () => {
    const [a, b] = [sealer.seal('hunter2 hunter2', 'p'), sealer.seal('hunter2 hunter2', 'p')];
    expect(a).not.toBe(b);
    expect(Buffer.from(a.slice(3), 'base64url').toString('latin1')).not.toContain('hunter2');
  });

  test('a text moved to another row does not open', () => {
    const sealed = sealer.seal('secret', 'storages:1:addition');
    expect(() => sealer.open(sealed, 'storages:2:addition')).toThrow(SealError);
  });

  test('another key does not open it', () => {
    const other = createSealer(new Uint8Array(32).fill(8));
    expect(() => other.open(sealer.seal('secret', 'p'), 'p')).toThrow(SealError);
  });

  test('a change of any byte is noticed', () => {
    const sealed = sealer.seal('secret', 'p');
    const bytes = Buffer.from(sealed.slice(3), 'base64url');
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(() => sealer.open(`s1.${changed.toString('base64url')}`, 'p')).toThrow(SealError);
    }
  });

  test.each([[''], ['s1.'], ['s1.AAAA'], ['s2.AAAA'], ['plain text'], ['s1.a.b']])(
    '%p is no sealed text',
    (text) => {
      expect(() => sealer.open(text, 'p')).toThrow(SealError);
    },
  );

  test('a shortened tag is refused', () => {
    const bytes = Buffer.from(sealer.seal('a long enough text to cut', 'p').slice(3), 'base64url');
    expect(() => sealer.open(`s1.${bytes.subarray(0, -12).toString('base64url')}`, 'p')).toThrow(SealError);
  });

  test('errors name the place but not the text', () => {
    const sealed = createSealer(new Uint8Array(32)).seal('hunter2', 'p');
    expect(() => sealer.open(sealed, 'accounts:x')).toThrow(/accounts:x/);
  });

  test('blind names are stable, distinct and keyed', () => {
    expect(sealer.blindName('a')).toBe(createSealer(key).blindName('a'));
    expect(sealer.blindName('a')).not.toBe(sealer.blindName('b'));
    expect(sealer.blindName('a')).not.toBe(createSealer(new Uint8Array(32)).blindName('a'));
  });
});
