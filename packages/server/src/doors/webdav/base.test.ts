import { describe, expect, test } from 'bun:test';
import { normalizePath } from '../../core/path.ts';
import { parseTrustedProxies } from '../../http/client-address.ts';
import { baseOf, type DavBase, hrefOf, pathIn } from './base.ts';

function base(headers: Record<string, string>, siteUrl = '', from = '10.0.0.1'): DavBase {
  const req = { headers, socket: { remoteAddress: from } };
  return baseOf(req as never, { siteUrl, trusted: parseTrustedProxies('10.0.0.0/8') });
}

describe('the base of hrefs', () => {
  test('is /dav, with the prefix of a trusted proxy or of the site', () => {
    expect(base({ host: 'a' }).prefix).toBe('/dav');
    expect(base({ host: 'a', 'x-forwarded-prefix': '/files/' }).prefix).toBe('/files/dav');
    expect(base({ host: 'a' }, 'https://b/site/x/').prefix).toBe('/site/x/dav');
  });

  test('takes no prefix from anyone else, and none that could be more than a path', () => {
    expect(base({ host: 'a', 'x-forwarded-prefix': '/evil' }, '', '192.0.2.1').prefix).toBe('/dav');
    for (const prefix of ['//evil', '/a"><b', '/../x', 'evil', '/a b', '/%2e%2e']) {
      expect([prefix, base({ 'x-forwarded-prefix': prefix }).prefix]).toEqual([prefix, '/dav']);
    }
  });

  test('hrefs are escaped, and folders end with a slash', () => {
    const at = base({ 'x-forwarded-prefix': '/f' });
    expect(hrefOf(at, normalizePath('/a b/ü#?%'), false)).toBe('/f/dav/a%20b/%C3%BC%23%3F%25');
    expect(hrefOf(at, normalizePath('/a'), true)).toBe('/f/dav/a/');
    expect(hrefOf(at, normalizePath('/'), true)).toBe('/f/dav/');
  });
});

describe('an address of a client', () => {
  const at = base({ host: 'Files.example:443', 'x-forwarded-prefix': '/f', 'x-forwarded-host': 'outer' });

  test.each([
    ['https://files.example/f/dav/a%20b', '/a b'],
    ['http://files.example:80/dav/a/', '/a'],
    ['https://OUTER/f/dav', '/'],
    ['/f/dav/x%2541', '/x%41'],
    ['/dav/a?b#c', '/a'],
  ])('%p leads to %p', (address, path) => {
    expect(pathIn(at, address)).toBe(normalizePath(path));
  });

  test.each([
    ['https://other.example/dav/a', 502],
    ['https://files.example:8443/dav/a', 502],
    ['/elsewhere/a', 502],
    ['/davother/a', 502],
    ['ftp://files.example/dav/a', 400],
    ['dav/a', 400],
    ['', 400],
  ])('%p is refused with %p', (address, status) => {
    expect(() => pathIn(at, address)).toThrow(expect.objectContaining({ status }));
  });

  test.each([
    '/dav/../x',
    '/dav/%2e%2e/x',
    '/dav/a%2fb',
    '/dav/a%5cb',
    '/dav/%00',
    '/dav/%c0%af',
    '/dav/%zz',
  ])('%p does not escape', (address) => {
    expect(() => pathIn(at, address)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(forbidden|invalid_argument)$/) }),
    );
  });
});
