import { describe, expect, test } from 'bun:test';
import { decodeText } from './file-text.ts';

describe('the text of a file', () => {
  test('is read as UTF-8 where it is UTF-8', () => {
    expect(decodeText(new TextEncoder().encode('Grüße 名字 🎬'), false)).toBe('Grüße 名字 🎬');
  });

  test('stays UTF-8 when the limit cuts a character in two', () => {
    expect(decodeText(new TextEncoder().encode('ab名').subarray(0, 4), true)).toBe('ab');
  });

  test('falls back to the old Chinese encoding', () => {
    expect(decodeText(Uint8Array.of(0xc4, 0xe3, 0xba, 0xc3), false)).toBe('你好');
  });

  test('heeds a UTF-16 mark', () => {
    expect(decodeText(Uint8Array.of(0xff, 0xfe, 0x60, 0x4f), false)).toBe('你');
    expect(decodeText(Uint8Array.of(0xfe, 0xff, 0x4f, 0x60), false)).toBe('你');
  });
});
