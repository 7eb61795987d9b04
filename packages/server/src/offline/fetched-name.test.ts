import { describe, expect, test } from 'bun:test';
import { fetchedName } from './fetched-name.ts';

const ADDRESS = new URL('https://h.example/folder/by%20address.txt');

describe('the name of what a server sends', () => {
  test.each([
    [undefined, 'by address.txt'],
    ['attachment', 'by address.txt'],
    ['attachment; filename="a b.txt"', 'a b.txt'],
    ["attachment; filename=x; filename*=UTF-8''%e7%94%b5.txt", '电.txt'],
    ['attachment; filename="..\\\\..\\\\evil"', 'evil'],
    ['attachment; filename="../.."', 'download'],
    ['attachment; filename=" .hidden. "', 'hidden'],
    ['attachment; filename="a\r\nb:c|d"', 'a__b_c_d'],
    ['attachment; filename="<img src=x onerror=alert(1)>"', '_img src=x onerror=alert(1)_'],
  ])('%j gives %j', (disposition, name) => {
    expect(fetchedName(ADDRESS, disposition)).toBe(name);
  });

  test('ReDoS: a long run of dots inside a name costs no more than its length', () => {
    const name = fetchedName(ADDRESS, `attachment; filename="a${'.'.repeat(1_000_000)}b"`);
    expect(name).toStartWith('a...');
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
  });
});
