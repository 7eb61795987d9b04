import { describe, expect, test } from 'bun:test';
import type { Entry } from '../core/entry.ts';
import { contentDisposition, fileHeaders } from './headers.ts';
import { contentTypeOf } from './media-type.ts';

describe('contentDisposition', () => {
  test('a plain name appears in both forms', () => {
    expect(contentDisposition('attachment', 'a b.mp4')).toBe(
      `attachment; filename="a b.mp4"; filename*=UTF-8''a%20b.mp4`,
    );
  });

  test('another script survives in the extended form', () => {
    expect(contentDisposition('inline', '电影.mkv')).toBe(
      `inline; filename="__.mkv"; filename*=UTF-8''%E7%94%B5%E5%BD%B1.mkv`,
    );
  });

  test.each([
    'a"; evil="1',
    'a\r\nSet-Cookie: x=1',
    'a\\"b',
    'a\0b',
    "it's (1)*.txt",
    '\ud800.txt',
    '100%41.txt',
  ])('nothing in %p leaves its quotes', (name) => {
    expect(contentDisposition('attachment', name)).toMatch(
      /^attachment; filename="[^"\\\r\n\0%]*"; filename\*=UTF-8''[\w.~!%-]*$/,
    );
  });
});

describe('contentTypeOf', () => {
  test.each([
    ['a.mp4', 'video/mp4'],
    ['A.MKV', 'video/x-matroska'],
    ['a.apk', 'application/vnd.android.package-archive'],
    ['a.md', 'text/markdown; charset=utf-8'],
    ['a.ass', 'text/x-ssa; charset=utf-8'],
    ['movie.ts', 'video/mp2t'],
    ['a.unknown', 'application/octet-stream'],
    ['README', 'application/octet-stream'],
    ['a.', 'application/octet-stream'],
  ])('%s is %s', (name, type) => {
    expect(contentTypeOf(name)).toBe(type);
  });
});

describe('fileHeaders', () => {
  const entry = (name: string): Entry => ({ id: '1', name, kind: 'file', size: 1 });

  test.each(['a.html', 'a.htm', 'a.xhtml', 'a.svg', 'a.xml', 'a.js', 'a.mht', 'a.unknown', 'README'])(
    '%s is kept from acting in our origin',
    (name) => {
      const headers = fileHeaders(entry(name), {}, 'inline');
      expect(headers['Content-Security-Policy']).toStartWith("sandbox; default-src 'none'");
      expect(headers['X-Content-Type-Options']).toBe('nosniff');
    },
  );

  test.each(['a.mp4', 'a.mp3', 'a.jpg', 'a.pdf', 'a.txt'])('%s can be shown as it is', (name) => {
    expect(fileHeaders(entry(name), {}, 'inline')['Content-Security-Policy']).toBeUndefined();
  });

  test('validators are sent when there are some', () => {
    const headers = fileHeaders(entry('a.mp4'), { etag: '"x"', modified: 1714564800000 }, 'attachment');
    expect(headers.ETag).toBe('"x"');
    expect(headers['Last-Modified']).toBe('Wed, 01 May 2024 12:00:00 GMT');
  });
});
