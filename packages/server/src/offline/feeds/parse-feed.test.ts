import { describe, expect, test } from 'bun:test';
import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { StorageError } from '../../core/errors.ts';
import { parseFeed } from './parse-feed.ts';

const HASH = '0123456789abcdef0123456789abcdef01234567';
const rss = (items: string, more = ''): string =>
  `<?xml version="1.0"?><rss version="2.0" xmlns:torrent="http://xmlns.ezrss.it/0.1/" xmlns:nyaa="https://nyaa.example/xmlns" xmlns:torznab="http://torznab.example/2015" ${more}><channel><title>Feed</title><link>https://feed.example/</link>${items}</channel></rss>`;

describe('a feed', () => {
  test.each([
    [
      'an enclosure of RSS',
      rss(
        '<item><title>A &amp; B</title><guid>g1</guid><link>https://h.example/page</link><enclosure url="https://h.example/a.torrent" length="1024"/></item>',
      ),
      { id: 'g1', title: 'A & B', link: 'https://h.example/a.torrent', size: 1024 },
    ],
    [
      'a magnet as the link',
      rss(`<item><title>A</title><link>magnet:?xt=urn:btih:${HASH}</link></item>`),
      { id: `magnet:?xt=urn:btih:${HASH}`, title: 'A', link: `magnet:?xt=urn:btih:${HASH}`, size: 0 },
    ],
    [
      'a magnet of its own element, before the page and the enclosure',
      rss(
        `<item><title><![CDATA[A]]></title><link>https://h.example/</link><enclosure url="https://h.example/a.torrent"/><torrent:contentLength>7</torrent:contentLength><torrent:magnetURI><![CDATA[magnet:?xt=urn:btih:${HASH}&dn=a]]></torrent:magnetURI><guid>x</guid></item>`,
      ),
      { id: 'x', title: 'A', link: `magnet:?xt=urn:btih:${HASH}&dn=a`, size: 7 },
    ],
    [
      'an info hash alone',
      rss(
        `<item><title>A</title><link>https://h.example/</link><guid>x</guid><nyaa:infoHash>${HASH}</nyaa:infoHash></item>`,
      ),
      { id: 'x', title: 'A', link: `magnet:?xt=urn:btih:${HASH}`, size: 0 },
    ],
    [
      'attributes of Torznab',
      rss(
        `<item><title>A</title><guid>x</guid><torznab:attr name="magneturl" value="magnet:?xt=urn:btih:${HASH}"/><torznab:attr name="size" value="99"/></item>`,
      ),
      { id: 'x', title: 'A', link: `magnet:?xt=urn:btih:${HASH}`, size: 99 },
    ],
    [
      'Atom',
      '<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><id>urn:1</id><title>A</title><link rel="self" href="https://h.example/self"/><link href="https://h.example/page"/><link rel="enclosure" href="https://h.example/a.mp4" length="5"/></entry></feed>',
      { id: 'urn:1', title: 'A', link: 'https://h.example/a.mp4', size: 5 },
    ],
  ])('gives %s', (_, text, expected) => {
    expect(parseFeed(text)).toEqual([expected]);
  });

  test('leaves out items without a link that could be fetched, and what comes behind the thousandth', () => {
    expect(parseFeed(rss('<item><title>A</title><link>javascript:alert(1)</link></item><item/>'))).toEqual(
      [],
    );
    const many = Array.from({ length: 1200 }, (_, i) => `<item><link>https://h.example/${i}</link></item>`);
    expect(parseFeed(rss(many.join(''))).length).toBe(1000);
  });
});

describe('what is no feed', () => {
  test.each([
    ['<html><body/></html>', 'neither RSS nor Atom'],
    ['<rss>\n<channel>\n<item></channel></rss>', 'line 3'],
    ['', 'This is no feed'],
    [`<rss>${'<a>'.repeat(100)}`, 'nested'],
  ])('%p is told so', (text, words) => {
    expect(() => parseFeed(text)).toThrow(words);
  });

  test('entity bomb: a document type is refused before anything of it is expanded', () => {
    const bomb =
      '<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><rss><channel><item><title>&b;</title></item></channel></rss>';
    expect(() => parseFeed(bomb)).toThrow('document type');
    expect(() => parseFeed('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>')).toThrow(
      'document type',
    );
  });

  test('whatever comes, it is a list or that error', () => {
    const piece = oneof(
      string(),
      constantFrom(
        '<rss>',
        '</rss>',
        '<item>',
        '</item>',
        '<link>',
        '</link>',
        '<![CDATA[',
        ']]>',
        '&amp;',
        '&x;',
        '<enclosure url="',
        '"/>',
      ),
    );
    assert(
      property(array(piece, { maxLength: 30 }), (pieces) => {
        try {
          expect(parseFeed(pieces.join(''))).toBeArray();
        } catch (error) {
          expect(error).toBeInstanceOf(StorageError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
