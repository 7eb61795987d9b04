import { describe, expect, test } from 'bun:test';
import { clockText } from './countdown.ts';
import { createStoredValue } from './stored-value.ts';

function areaOf(initial: Record<string, string> = {}): Storage {
  const items = new Map(Object.entries(initial));
  return {
    get length() {
      return items.size;
    },
    clear: () => items.clear(),
    getItem: (key) => items.get(key) ?? null,
    key: (index) => [...items.keys()][index] ?? null,
    removeItem: (key) => void items.delete(key),
    setItem: (key, value) => void items.set(key, value),
  };
}

const TEXT = {
  key: 'k',
  read: (text: string | null) => text ?? '',
  write: (value: string) => (value === '' ? null : value),
};

describe('a stored value', () => {
  test('is read at the start, kept on change, and taken out when it is empty', () => {
    const area = areaOf({ k: 'old' });
    const value = createStoredValue(TEXT, area);
    expect(value.get()).toBe('old');
    value.set('new');
    expect(area.getItem('k')).toBe('new');
    value.set('');
    expect(area.getItem('k')).toBeNull();
  });

  test('listeners hear of changes until they stop', () => {
    const value = createStoredValue(TEXT, areaOf());
    let heard = 0;
    const stop = value.subscribe(() => {
      heard += 1;
    });
    value.set('a');
    stop();
    value.set('b');
    expect(heard).toBe(1);
  });

  test('a browser that refuses storage keeps the value for as long as the page lives', () => {
    const full = areaOf();
    full.setItem = () => {
      throw new Error('QuotaExceededError');
    };
    const value = createStoredValue(TEXT, full);
    value.set('kept');
    expect(value.get()).toBe('kept');
  });
});

test.each([
  [42_000, '0:42'],
  [41_001, '0:42'],
  [725_000, '12:05'],
  [3_600_000, '1:00:00'],
  [0, '0:00'],
])('%p ms on a clock are %p', (ms, text) => {
  expect(clockText(ms)).toBe(text);
});
