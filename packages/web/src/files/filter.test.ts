import { describe, expect, test } from 'bun:test';
import { nameFilter, typeAhead } from './filter.ts';

describe('the filter', () => {
  test('every word must be in the name, in any order', () => {
    const matches = nameFilter('  2026 SAMPLE ');
    expect(matches?.('Sample (2026).mp4')).toBe(true);
    expect(matches?.('Sample.mp4')).toBe(false);
  });

  test('composed and decomposed accents are the same', () => {
    expect(nameFilter('\u00e9t\u00e9')?.('e\u0301te\u0301.jpg')).toBe(true);
  });

  test('characters that mean something in patterns mean themselves', () => {
    expect(nameFilter('a.b')?.('axb')).toBe(false);
    expect(nameFilter('[x')?.('my [x] file')).toBe(true);
  });

  test('blank queries filter nothing', () => {
    expect(nameFilter(' ')).toBeUndefined();
  });
});

describe('type-ahead', () => {
  const names = ['alpha', 'Beta', 'bravo', 'gamma'];

  test('the place it starts from is looked at first, then the rest, round the end', () => {
    expect(typeAhead(names, 'b', 1)).toBe(1);
    expect(typeAhead(names, 'b', 2)).toBe(2);
    expect(typeAhead(names, 'b', 3)).toBe(1);
    expect(typeAhead(names, 'br', 1)).toBe(2);
  });

  test('without a match, or with nothing listed, it stays', () => {
    expect(typeAhead(names, 'x', 0)).toBe(-1);
    expect(typeAhead([], 'x', 0)).toBe(-1);
    expect(typeAhead(names, 'a', -1)).toBe(0);
  });
});
