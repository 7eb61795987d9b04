import { describe, expect, test } from 'bun:test';
import { findLinks, linkName, mayHoldLink } from './links.ts';

const HASH = '0123456789abcdef0123456789abcdef01234567';
const ED2K = 'ed2k://|file|A film.mp4|1234|0123456789ABCDEF0123456789ABCDEF|/';

describe('links in a text', () => {
  test.each([
    ['a magnet', `magnet:?xt=urn:btih:${HASH}&dn=x`, 'magnet'],
    ['an ed2k link with blanks in its name', ED2K, 'ed2k'],
    ['a post on X', 'https://x.com/somebody/status/1', 'x'],
    ['a post by its old host', 'https://mobile.twitter.com/somebody/status/1', 'x'],
    ['a TikTok', 'https://vm.tiktok.com/abc', 'tiktok'],
    ['a Facebook video', 'https://www.facebook.com/watch?v=1', 'facebook'],
    ['a Telegram post', 'https://t.me/channel/1', 'telegram'],
    ['a web address', 'https://example.org/a%20b.iso', 'web'],
    ['a share', 'https://mypikpak.com/s/VNa1', 'share'],
    ['a share without scheme', 'mypikpak.com/s/VNa1', 'share'],
    ["a page of the same host that isn't a share", 'https://mypikpak.com/help', 'web'],
    ['a host that only looks like one', 'https://notx.com/a', 'web'],
  ] as const)('%s', (_, text, kind) => {
    expect(findLinks(text)).toEqual({ links: [{ kind, url: text }], unusable: [] });
  });

  test('stand among other words, several in a line, and each counts once', () => {
    const { links } = findLinks('see https://a.test/1 and https://a.test/2\nhttps://a.test/1');
    expect(links.map(({ url }) => url)).toEqual(['https://a.test/1', 'https://a.test/2']);
  });

  test('an info hash alone is its magnet', () => {
    expect(findLinks(` ${HASH} `).links).toEqual([{ kind: 'magnet', url: `magnet:?xt=urn:btih:${HASH}` }]);
  });

  test('lines without one are told', () => {
    expect(findLinks('hello\n\nftp//no')).toEqual({ links: [], unusable: ['hello', 'ftp//no'] });
  });

  test('a text is seen quickly to hold none', () => {
    expect([mayHoldLink('notes'), mayHoldLink(`x magnet:?xt=1`), mayHoldLink(HASH)]).toEqual([
      false,
      true,
      true,
    ]);
  });
});

test.each([
  [`magnet:?xt=urn:btih:${HASH}&dn=A+film`, 'A film'],
  [`magnet:?xt=urn:btih:${HASH}`, HASH],
  [ED2K, 'A film.mp4'],
  ['https://example.org/a%20b.iso?x=1', 'a b.iso'],
  ['https://example.org/', 'example.org'],
  ['https://example.org/100%', '100%'],
  ['https://www.tiktok.com/@me/video/7', 'tiktok.com/@me/video/7'],
])('the name in %s', (url, name) => {
  expect(linkName(url)).toBe(name);
});
