import { describe, expect, test } from 'bun:test';
import { privacyFilter } from './privacy-filter.ts';

describe('privacyFilter', () => {
  test('masks every match by its length in bytes', () => {
    const mask = privacyFilter('secret\né+');
    expect(mask('a secret, two secrets, ééé')).toBe('a ******, two ******s, ******');
  });

  test("reads the reference's lazy form", () => {
    const mask = privacyFilter('(?U)access_token=(.*)&');
    expect(mask('https://x/?access_token=abc&id=1&b=2')).toBe('https://x/?*****************id=1&b=2');
  });

  test('empty lines and lines that are no pattern mask nothing', () => {
    expect(privacyFilter('\n(\n  \n')('as it is')).toBe('as it is');
  });
});
