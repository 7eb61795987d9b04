import { describe, expect, test } from 'bun:test';
import { linkKey } from './link-key.ts';

const HEX = '0123456789abcdef0123456789abcdef01234567';

describe('links that lead to the same have one key', () => {
  test.each([
    [`magnet:?xt=urn:btih:${HEX}&dn=a`, `magnet:?dn=b&tr=http://t.example&xt=urn:btih:${HEX.toUpperCase()}`],
    [`magnet:?xt=urn:btih:${HEX}`, 'magnet:?xt=urn:btih:AERUKZ4JVPG66AJDIVTYTK6N54ASGRLH'],
    [`ed2k://|file|a.mp3|1000|${'a'.repeat(32)}|/`, `ED2K://|file|other name.mp3|1000|${'A'.repeat(32)}|/`],
    [' https://h.example/a.bin#part', 'HTTPS://H.example:443/a.bin'],
  ])('%s', (one, other) => {
    expect(linkKey(one)).toBe(linkKey(other));
  });

  test('and others have another', () => {
    const keys = [
      'https://h.example/a',
      'https://h.example/A',
      'http://h.example/a',
      'https://h.example/a?x',
    ].map(linkKey);
    expect(new Set(keys).size).toBe(4);
  });

  test.each(['', 'film', 'see the film', `https://h.example/${'a'.repeat(9000)}`])('%p is none', (text) => {
    expect(() => linkKey(text)).toThrow('this is no link');
  });
});
