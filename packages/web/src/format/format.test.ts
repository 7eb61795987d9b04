import { describe, expect, test } from 'bun:test';
import { createFormat } from './format.ts';

const en = createFormat('en');
const zh = createFormat('zh-CN');
const NOW = Date.UTC(2026, 10, 24, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('size', () => {
  test.each([
    [0, '0\u00a0B'],
    [999, '999\u00a0B'],
    [1000, '1 kB'],
    [1024, '1 kB'],
    [45_100, '45.1 kB'],
    [734_003_200, '734 MB'],
    [999_499, '999 kB'],
    [999_950, '1 MB'],
    [4_294_967_296, '4.3 GB'],
    [1_500_000_000_000, '1.5 TB'],
    [9e18, '9,000 PB'],
  ])('%p bytes read %p', (bytes, text) => {
    expect(en.size(bytes)).toBe(text);
  });

  test('Chinese has the same units', () => {
    expect(zh.size(4_294_967_296)).toBe('4.3 GB');
  });
});

describe('when', () => {
  test.each([
    [0, 'now'],
    [59_000, 'now'],
    [MINUTE, '1 minute ago'],
    [59 * MINUTE, '59 minutes ago'],
    [HOUR, '1 hour ago'],
    [23.9 * HOUR, '23 hours ago'],
    [24 * HOUR, 'Nov 23, 2026'],
    [-MINUTE, 'now'],
    [-48 * HOUR, 'Nov 26, 2026'],
  ])('%p ms ago reads %p', (age, text) => {
    expect(en.when(NOW - age, NOW)).toBe(text);
  });

  test('Chinese reads the same time its own way', () => {
    expect(zh.when(NOW - 3 * HOUR, NOW)).toBe('3小时前');
    expect(zh.when(NOW - 48 * HOUR, NOW)).toBe('2026年11月22日');
  });
});
