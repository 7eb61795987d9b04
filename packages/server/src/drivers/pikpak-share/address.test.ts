import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { parseShareAddress } from './address.ts';

const SHARE = 'VNshare-_1';

describe('the address of a share', () => {
  test.each([
    [SHARE, '', ''],
    [`  ${SHARE}\t`, '', ''],
    [`${SHARE} 7k2m`, '7k2m', ''],
    [`${SHARE} pwd: 7k2m`, '7k2m', ''],
    [`${SHARE} pwd:7k2m`, '7k2m', ''],
    [`${SHARE} Pass code 7k2m`, '7k2m', ''],
    [`${SHARE} 提取码：7k2m`, '7k2m', ''],
    [`${SHARE} 密码 = 7k2m`, '7k2m', ''],
    [`https://mypikpak.com/s/${SHARE}`, '', ''],
    [`https://mypikpak.com/s/${SHARE}/`, '', ''],
    [`http://www.mypikpak.com/s/${SHARE}#top`, '', ''],
    [`mypikpak.com/s/${SHARE}`, '', ''],
    [`https://mypikpak.net/s/${SHARE}?x=1`, '', ''],
    [`https://pikpak.me/s/${SHARE}?pwd=k7pm`, 'k7pm', ''],
    [`https://pikpakdrive.com/s/${SHARE}?pass_code=k7pm`, 'k7pm', ''],
    [`HTTPS://MyPikPak.com/s/${SHARE} pwd: k7pm`, 'k7pm', ''],
    [`https://mypikpak.com/s/${SHARE}?pwd=k7pm other`, 'k7pm', ''],
    [`https://mypikpak.com/s/${SHARE}/VNa`, '', 'VNa'],
    [`https://mypikpak.com/s/${SHARE}/VNa/VNb/VNc?act=play&pwd=k7pm`, 'k7pm', 'VNc'],
  ])('%p has the code %p and means %p', (text, passCode, targetId) => {
    expect(parseShareAddress(text)).toEqual({ shareId: SHARE, passCode, targetId });
  });

  test.each([
    '',
    ' ',
    'two words here',
    `${SHARE} pwd:`,
    'https://mypikpak.com/',
    'https://mypikpak.com/s/',
    'https://mypikpak.com/drive/all',
    `https://example.test/s/${SHARE}`,
    `https://mypikpak.com.example.test/s/${SHARE}`,
    `https://user@example.test/s/${SHARE}?h=mypikpak.com`,
    `ftp://mypikpak.com/s/${SHARE}`,
    `https://mypikpak.com/s/${SHARE}/..%2fVNa`,
    'https://mypikpak.com/s/VN%00',
    'x'.repeat(129),
    'https://[',
  ])('%p is none', (text) => {
    expect(parseShareAddress(text)).toBeUndefined();
  });

  test('whatever comes in, what comes out are ids that fit into a request', () => {
    const id = fc.stringMatching(/^[\w-]{1,20}$/);
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc
        .tuple(fc.array(fc.oneof(id, fc.string({ maxLength: 5 }))), fc.string())
        .map(([path, tail]) => `https://mypikpak.com/s/${path.join('/')}${tail}`),
    );
    fc.assert(
      fc.property(text, (given) => {
        const address = parseShareAddress(given);
        if (address === undefined) return;
        expect(address.shareId).toMatch(/^[\w-]{1,128}$/);
        expect(address.targetId).toMatch(/^[\w-]{0,128}$/);
      }),
      { numRuns: 1000 },
    );
  });
});
