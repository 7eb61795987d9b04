import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { AUTH, type DavDoors, startDav } from './testing/dav-doors.ts';

let doors: DavDoors;
beforeEach(async () => {
  doors = await startDav({ '/m': { 'a.txt': 'hello' } });
});
afterEach(() => doors.close());

const head = (method: string, target: string, more = ''): Promise<string> =>
  doors.raw(`${method} ${target} HTTP/1.1\r\nHost: x\r\n${AUTH}\r\nConnection: close\r\n${more}\r\n`);

describe('paths that try to get out or to mean two things', () => {
  test.each([
    ['/dav/../m/a.txt', 403],
    ['/dav/m/../../a', 403],
    ['/dav/%2e%2e/a', 403],
    ['/dav/m/%2E%2e', 403],
    ['/dav/m%2fa.txt', 400],
    ['/dav/m%5ca.txt', 400],
    ['/dav/m\\a.txt', 400],
    ['/dav/m/a.txt%00.png', 400],
    ['/dav/m/%c0%ae%c0%ae/a', 400],
    ['/dav/m/%ff', 400],
    ['/dav/m/%zz', 400],
    ['/dav/m/a.txt#fragment', 400],
    [`/dav/${'a/'.repeat(3000)}`, 400],
    ['/dav//m///a.txt', 200],
    ['http://elsewhere.example/dav/m/a.txt', 200],
  ])('%p is answered %p', async (target, status) => {
    expect(await head('GET', target)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });
});

describe('requests that are too much', () => {
  test('headers of a megabyte are 431', async () => {
    expect(await head('PROPFIND', '/dav/m/', `X-Long: ${'a'.repeat(1_000_000)}\r\n`)).toMatch(/ 431 /);
  });

  test('XML of more than the limit is 413, announced or not', async () => {
    const body = `<a>${'x'.repeat(300_000)}</a>`;
    const headers = { Depth: '1' };
    expect((await doors.call('PROPFIND', '/dav/m/', { headers, body })).status).toBe(413);
    const chunk = 'x'.repeat(0x4000);
    const chunks = Array.from({ length: 20 }, () => `4000\r\n${chunk}\r\n`).join('');
    const line = await head(
      'PROPFIND',
      '/dav/m/',
      `Depth: 1\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n`,
    );
    expect(line).toMatch(/ 413 /);
  });

  test.each(['PROPFIND', 'PROPPATCH', 'LOCK'])('a bomb of entities in %s is 400', async (method) => {
    const body =
      '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x0 "ha"><!ENTITY x1 "&x0;&x0;"><!ENTITY x2 "&x1;&x1;">]><D:propfind xmlns:D="DAV:"><D:prop>&x2;</D:prop></D:propfind>';
    expect((await doors.call(method, '/dav/m/a.txt', { headers: { Depth: '0' }, body })).status).toBe(400);
  });

  test('a long name of a property, which each entry of a listing would repeat, is 400', async () => {
    const ask = (uri: string) =>
      `<D:propfind xmlns:D="DAV:"><D:prop><b xmlns="${uri}"/></D:prop></D:propfind>`;
    const status = async (uri: string): Promise<number> =>
      (await doors.call('PROPFIND', '/dav/m/', { headers: { Depth: '1' }, body: ask(uri) })).status;
    expect(await status(`urn:${'x'.repeat(1000)}`)).toBe(207);
    expect(await status(`urn:${'x'.repeat(40_000)}`)).toBe(400);
  });

  test('an If of a hundred lists and more is 400', async () => {
    const headers = { If: '(<a:b>)'.repeat(101) };
    expect((await doors.call('PUT', '/dav/m/a.txt', { headers, body: 'x' })).status).toBe(400);
  });
});

describe('names that mean something in XML', () => {
  test('a file can not write into the listing', async () => {
    const name = encodeURIComponent('</D:href><D:x y="&z;">');
    // A slash can't stand in a name; the rest can.
    const safe = name.replaceAll('%2F', '');
    expect((await doors.call('PUT', `/dav/m/${safe}`, { body: 'x' })).status).toBe(201);
    const { text } = await doors.call('PROPFIND', '/dav/m/', { headers: { Depth: '1' } });
    expect(text).toContain('<D:displayname>&lt;D:href&gt;&lt;D:x y=&quot;&amp;z;&quot;&gt;</D:displayname>');
    expect(text).not.toContain('<D:x ');
  });

  test('the owner of a lock keeps its markup to itself', async () => {
    const body =
      '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype><D:owner>&lt;/D:owner&gt;<D:x/></D:owner></D:lockinfo>';
    const { text } = await doors.call('LOCK', '/dav/m/a.txt', { body });
    expect(text).toContain('<D:owner>&lt;/D:owner&gt;<D:x xmlns:D="DAV:"/></D:owner>');
  });
});

describe('requests that other pages make', () => {
  test.each(['a.html', 'a.svg'])(
    'a browser that remembers the password runs nothing that %s holds',
    async (name) => {
      await doors.call('PUT', `/dav/m/${name}`, { body: '<script>alert(1)</script>' });
      for (const method of ['GET', 'POST']) {
        const { headers } = await doors.call(method, `/dav/m/${name}`);
        expect(headers.get('content-security-policy')).toStartWith("sandbox; default-src 'none'");
        expect(headers.get('x-content-type-options')).toBe('nosniff');
      }
    },
  );

  test('a form of another page changes nothing: POST only reads', async () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Origin: 'https://evil.example' };
    expect((await doors.call('POST', '/dav/m/a.txt', { headers, body: 'x=1' })).text).toBe('hello');
    expect((await doors.call('POST', '/dav/m/', { headers, body: 'x=1' })).status).toBe(405);
    expect(await doors.shape()).toEqual({ m: { 'a.txt': 5 } });
  });

  test('a page of another origin gets no leave to change anything', async () => {
    const headers = { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'DELETE' };
    const { headers: told } = await doors.call('OPTIONS', '/dav/m/a.txt', { as: '', headers });
    expect([...told.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});
