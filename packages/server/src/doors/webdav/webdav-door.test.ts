import { afterEach, describe, expect, test } from 'bun:test';
import { normalizePath } from '../../core/path.ts';
import { type DavDoors, hrefsOf, lockBody, propStatuses, startDav } from './testing/dav-doors.ts';

let doors: DavDoors;
afterEach(() => doors.close());

const DEPTH_0 = { Depth: '0' };
const DEPTH_1 = { Depth: '1' };

async function someDoors(): Promise<void> {
  doors = await startDav({ '/m': { 'a.txt': 'hello', dir: { 'b & c.txt': 'bb', deeper: {} } }, '/n': {} });
}

describe('what the door says of itself', () => {
  test('OPTIONS needs no sign-in and tells the classes', async () => {
    await someDoors();
    const { status, headers } = await doors.call('OPTIONS', '/dav/anything', { as: '' });
    expect([status, headers.get('dav'), headers.get('ms-author-via')]).toEqual([200, '1, 2, 3', 'DAV']);
    expect(headers.get('allow')).toContain('PROPFIND');
  });

  test('everything else asks who is there, every time', async () => {
    await someDoors();
    for (const [method, as] of [
      ['GET', ''],
      ['PROPFIND', ''],
      ['PROPFIND', 'nobody'],
    ] as const) {
      const { status, headers } = await doors.call(method, '/dav/m/', { as });
      expect([status, headers.get('www-authenticate')]).toEqual([
        401,
        expect.stringMatching(/^Basic realm=/),
      ]);
    }
  });

  test('an unknown method is 405', async () => {
    await someDoors();
    expect((await doors.call('REPORT', '/dav/m/')).status).toBe(405);
  });
});

describe('PROPFIND', () => {
  test('depth 1 lists a folder, folders with a slash, names escaped for paths and for XML', async () => {
    await someDoors();
    const { status, text } = await doors.call('PROPFIND', '/dav/m/dir', { headers: DEPTH_1 });
    expect(status).toBe(207);
    expect(hrefsOf(text)).toEqual(['/dav/m/dir/', '/dav/m/dir/b%20&amp;%20c.txt', '/dav/m/dir/deeper/']);
    expect(text).toContain('<D:displayname>b &amp; c.txt</D:displayname>');
    expect(text).toContain('<D:getcontentlength>2</D:getcontentlength>');
  });

  test('Microsoft’s clients may leave out the folder itself', async () => {
    await someDoors();
    const { text } = await doors.call('PROPFIND', '/dav/m/dir', { headers: { Depth: '1,noroot' } });
    expect(hrefsOf(text)).toEqual(['/dav/m/dir/b%20&amp;%20c.txt', '/dav/m/dir/deeper/']);
  });

  test('the root lists the mounts', async () => {
    await someDoors();
    const { text } = await doors.call('PROPFIND', '/dav', { headers: DEPTH_1 });
    expect(hrefsOf(text)).toEqual(['/dav/', '/dav/m/', '/dav/n/']);
  });

  test('depth 0 tells of one resource, and only what is asked for', async () => {
    await someDoors();
    const body =
      '<propfind xmlns="DAV:"><prop><getcontentlength/><resourcetype/><x xmlns="urn:z"/><quota-used-bytes/></prop></propfind>';
    const { text } = await doors.call('PROPFIND', '/dav/m/a.txt', { headers: DEPTH_0, body });
    expect(hrefsOf(text)).toEqual(['/dav/m/a.txt']);
    expect(propStatuses(text)).toEqual({
      getcontentlength: 200,
      resourcetype: 200,
      x: 404,
      'quota-used-bytes': 404,
    });
  });

  test('quota is told of folders to who asks for it, and not in allprop', async () => {
    await someDoors();
    const body = '<propfind xmlns="DAV:"><prop><quota-used-bytes/></prop></propfind>';
    const { text } = await doors.call('PROPFIND', '/dav/m/', { headers: DEPTH_0, body });
    expect(text).toContain('<D:quota-used-bytes>7</D:quota-used-bytes>');
    expect((await doors.call('PROPFIND', '/dav/m/', { headers: DEPTH_0 })).text).not.toContain('quota');
  });

  test('propname names, minimal leaves out what is missing', async () => {
    await someDoors();
    const names = '<propfind xmlns="DAV:"><propname/></propfind>';
    const named = await doors.call('PROPFIND', '/dav/m/a.txt', { headers: DEPTH_0, body: names });
    expect(named.text).toContain('<D:getcontentlength/>');
    const body = '<propfind xmlns="DAV:"><prop><getcontentlength/><nonsense/></prop></propfind>';
    const headers = { ...DEPTH_0, Prefer: 'return=minimal' };
    expect((await doors.call('PROPFIND', '/dav/m/a.txt', { headers, body })).text).not.toContain('404');
  });

  test('endless depth is refused with the reason, whether asked for or left out', async () => {
    await someDoors();
    for (const headers of [{}, { Depth: 'infinity' }]) {
      const { status, text } = await doors.call('PROPFIND', '/dav/', { headers });
      expect([status, text]).toEqual([403, expect.stringContaining('<D:propfind-finite-depth>')]);
    }
  });

  test('endless depth lists the whole tree once where the settings allow it', async () => {
    const settings = { webdav_infinite_depth: 'true' };
    doors = await startDav({ '/m': { a: { b: { 'c.txt': 'c' } }, d: {} } }, {}, { settings });
    const { text } = await doors.call('PROPFIND', '/dav/');
    expect(hrefsOf(text).toSorted()).toEqual([
      '/dav/',
      '/dav/m/',
      '/dav/m/a/',
      '/dav/m/a/b/',
      '/dav/m/a/b/c.txt',
      '/dav/m/d/',
    ]);
  });

  test.each([
    ['no propfind', '<D:x xmlns:D="DAV:"/>'],
    ['no question', '<D:propfind xmlns:D="DAV:"/>'],
    ['no XML', 'hello'],
  ])('a body that is %s is 400', async (_, body) => {
    await someDoors();
    expect((await doors.call('PROPFIND', '/dav/m/', { headers: DEPTH_1, body })).status).toBe(400);
  });

  test('a folder longer than a piece comes whole, in order and once', async () => {
    const long = Object.fromEntries(Array.from({ length: 1501 }, (_, i) => [`f${i}`, 'x']));
    doors = await startDav({ '/m': long });
    const { text } = await doors.call('PROPFIND', '/dav/m/', { headers: DEPTH_1 });
    expect(hrefsOf(text).slice(1)).toEqual(Object.keys(long).map((name) => `/dav/m/${name}`));
  });

  test('missing is 404', async () => {
    await someDoors();
    expect((await doors.call('PROPFIND', '/dav/m/none', { headers: DEPTH_0 })).status).toBe(404);
  });
});

describe('GET and HEAD', () => {
  test('a file comes whole, in part, or not at all when it is known', async () => {
    await someDoors();
    const whole = await doors.call('GET', '/dav/m/a.txt');
    expect([whole.status, whole.text]).toEqual([200, 'hello']);
    const part = await doors.call('GET', '/dav/m/a.txt', { headers: { Range: 'bytes=1-2' } });
    expect([part.status, part.text, part.headers.get('content-range')]).toEqual([206, 'el', 'bytes 1-2/5']);
    const etag = whole.headers.get('etag') ?? '';
    const known = await doors.call('GET', '/dav/m/a.txt', { headers: { 'If-None-Match': etag } });
    expect(known.status).toBe(304);
  });

  test('HEAD tells of files and of folders; a folder has no content', async () => {
    await someDoors();
    const file = await doors.call('HEAD', '/dav/m/a.txt');
    expect([file.status, file.headers.get('content-length')]).toEqual([200, '5']);
    expect((await doors.call('HEAD', '/dav/m/dir/')).status).toBe(200);
    expect((await doors.call('GET', '/dav/m/dir/')).status).toBe(405);
  });
});

describe('PUT', () => {
  test('makes a file, then replaces it, and tells which', async () => {
    await someDoors();
    expect((await doors.call('PUT', '/dav/m/new.txt', { body: 'one' })).status).toBe(201);
    expect((await doors.call('PUT', '/dav/m/new.txt', { body: 'three' })).status).toBe(204);
    expect((await doors.call('GET', '/dav/m/new.txt')).text).toBe('three');
  });

  test('an empty file, a lock and then the content end as one file', async () => {
    await someDoors();
    await doors.call('PUT', '/dav/m/x.bin', { body: '' });
    await doors.call('PUT', '/dav/m/x.bin', { body: 'content' });
    expect(await doors.shape()).toMatchObject({ m: { 'x.bin': 7 } });
    expect(Object.keys((await doors.shape())['m'] ?? {})).toEqual(['a.txt', 'dir', 'x.bin']);
  });

  test.each([
    ['/dav/m/none/x', {}, 409],
    ['/dav/m/dir', {}, 405],
    ['/dav', {}, 405],
    ['/dav/x.txt', {}, 403],
    ['/dav/m/a.txt', { 'If-None-Match': '*' }, 412],
    ['/dav/m/a.txt', { 'If-Match': '"other"' }, 412],
    ['/dav/m/new', { 'If-Match': '*' }, 412],
    ['/dav/m/a.txt', { 'Content-Range': 'bytes 0-1/5' }, 400],
    ['/dav/m/a.txt', { 'OC-Checksum': 'SHA1:nonsense' }, 400],
    ['/dav/m/a.txt', { 'OC-Checksum': `MD5:${'0'.repeat(32)}` }, 400],
  ])('to %p with %p is %p, and changes nothing', async (path, headers, status) => {
    await someDoors();
    const before = await doors.shape();
    expect((await doors.call('PUT', path, { headers, body: 'xx' })).status).toBe(status);
    expect(await doors.shape()).toEqual(before);
  });

  test('a body that has the hash it was said to have is taken', async () => {
    await someDoors();
    const headers = { 'OC-Checksum': 'SHA1:aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d' };
    expect((await doors.call('PUT', '/dav/m/h', { headers, body: 'hello' })).status).toBe(201);
  });

  test.each([
    ['keep', 201, true],
    ['refuse', 403, false],
    ['discard', 201, false],
  ])('files that systems leave behind: with %p they are answered %p', async (policy, status, kept) => {
    doors = await startDav({ '/m': {} }, {}, { settings: { webdav_junk: policy } });
    for (const name of ['.DS_Store', '._film.mkv', 'Thumbs.db']) {
      expect((await doors.call('PUT', `/dav/m/${name}`, { body: 'x' })).status).toBe(status);
    }
    const locked = await doors.call('LOCK', '/dav/m/desktop.ini', { body: lockBody() });
    expect(locked.status).toBe(status);
    expect((await doors.call('PUT', '/dav/m/film.mkv', { body: 'x' })).status).toBe(201);
    expect(Object.keys((await doors.shape())['m'] ?? {})).toHaveLength(kept ? 5 : 1);
  });
});

describe('MKCOL and DELETE', () => {
  test.each([
    ['/dav/m/new', '', 201],
    ['/dav/m/new/', '', 201],
    ['/dav/m/dir', '', 405],
    ['/dav/m/a.txt', '', 405],
    ['/dav', '', 405],
    ['/dav/m/none/new', '', 409],
    ['/dav/m/a.txt/new', '', 409],
    ['/dav/m/new', '<x/>', 415],
  ])('MKCOL %p with body %p is %p', async (path, body, status) => {
    await someDoors();
    const call = body === '' ? {} : { body };
    expect((await doors.call('MKCOL', path, call)).status).toBe(status);
  });

  test('DELETE takes a folder with all it holds, and leaves roots alone', async () => {
    await someDoors();
    expect((await doors.call('DELETE', '/dav/m/dir')).status).toBe(204);
    expect((await doors.call('DELETE', '/dav/m/dir')).status).toBe(404);
    expect((await doors.call('DELETE', '/dav/')).status).toBe(403);
    expect((await doors.call('DELETE', '/dav/n')).status).toBe(403);
    expect(await doors.shape()).toEqual({ m: { 'a.txt': 5 }, n: {} });
  });
});

describe('COPY and MOVE', () => {
  const transfer = async (method: string, from: string, to: string, more = {}): Promise<number> => {
    const headers = { Destination: doors.url + to, ...more };
    return (await doors.call(method, from, { headers })).status;
  };

  test('COPY gives the name that was asked for, in the same folder too', async () => {
    await someDoors();
    expect(await transfer('COPY', '/dav/m/a.txt', '/dav/m/b.txt')).toBe(201);
    expect(await transfer('COPY', '/dav/m/a.txt', '/dav/m/dir/c.txt')).toBe(201);
    expect(await transfer('COPY', '/dav/m/dir', '/dav/m/dir2')).toBe(201);
    expect(await doors.shape()).toEqual({
      m: {
        'a.txt': 5,
        'b.txt': 5,
        dir: { 'b & c.txt': 2, 'c.txt': 5, deeper: {} },
        dir2: { 'b & c.txt': 2, 'c.txt': 5, deeper: {} },
      },
      n: {},
    });
  });

  test('MOVE changes name and folder at once, and leaves nothing behind', async () => {
    await someDoors();
    expect(await transfer('MOVE', '/dav/m/a.txt', '/dav/m/dir/z.txt')).toBe(201);
    expect(await doors.shape()).toEqual({ m: { dir: { 'b & c.txt': 2, deeper: {}, 'z.txt': 5 } }, n: {} });
  });

  test('Overwrite is honoured', async () => {
    await someDoors();
    const no = { Overwrite: 'F' };
    expect(await transfer('MOVE', '/dav/m/a.txt', '/dav/m/dir/b%20&%20c.txt', no)).toBe(412);
    expect(await transfer('COPY', '/dav/m/a.txt', '/dav/m/dir/b%20&%20c.txt', no)).toBe(412);
    expect(await transfer('MOVE', '/dav/m/a.txt', '/dav/m/dir/b%20&%20c.txt')).toBe(204);
    expect(await doors.shape()).toEqual({ m: { dir: { 'b & c.txt': 5, deeper: {} } }, n: {} });
  });

  test('a shallow COPY makes the folder alone', async () => {
    await someDoors();
    expect(await transfer('COPY', '/dav/m/dir', '/dav/m/dir2', { Depth: '0' })).toBe(201);
    expect(await doors.shape()).toMatchObject({ m: { dir2: {} } });
  });

  test.each([
    ['/dav/m/a.txt', '/dav/n/a.txt', {}, 502],
    ['/dav/m/a.txt', '/dav/m/none/a.txt', {}, 409],
    ['/dav/m/none', '/dav/m/x', {}, 404],
    ['/dav/m/a.txt', '/dav/m/a.txt', {}, 403],
    ['/dav/m/dir', '/dav/m/dir/deeper/x', {}, 403],
    ['/dav/m/dir/deeper', '/dav/m/dir', {}, 403],
    ['/dav/m', '/dav/x', {}, 502],
    ['/dav/m/a.txt', '/dav/m/b', { Destination: 'http://elsewhere.example/dav/m/b' }, 502],
    ['/dav/m/a.txt', '/dav/m/b', { Destination: 'nonsense' }, 400],
    ['/dav/m/a.txt', '/dav/m/%2e%2e/b', {}, 403],
    ['/dav/m/a.txt', '/dav/m/b%5cc', {}, 400],
    ['/dav/m/a.txt', '/dav/m/b', { Overwrite: 'perhaps' }, 400],
    ['/dav/m/dir', '/dav/m/b', { Depth: '1' }, 400],
  ])('MOVE %p to %p with %p is %p, and changes nothing', async (from, to, more, status) => {
    await someDoors();
    const before = await doors.shape();
    expect(await transfer('MOVE', from, to, more)).toBe(status);
    expect(await doors.shape()).toEqual(before);
  });
});

describe('what a user may do', () => {
  const READ = 1 << 8;
  const MANAGE = 1 << 9;
  const base = normalizePath('/m/dir');

  test('without the bits nothing, with the first looking, with both what the other bits say', async () => {
    doors = await startDav(
      { '/m': { dir: { 'x.txt': 'x' }, 'secret.txt': 's' } },
      {
        none: { admin: false, permission: 0 },
        reader: { admin: false, permission: READ, basePath: base },
        mover: { admin: false, permission: READ | MANAGE | (1 << 4), basePath: base },
      },
    );
    const status = async (as: string, method: string, path: string, headers = {}): Promise<number> =>
      (await doors.call(method, path, { as, headers: { Depth: '0', ...headers } })).status;
    expect(await status('none', 'PROPFIND', '/dav/')).toBe(403);
    expect(await status('reader', 'GET', '/dav/x.txt')).toBe(200);
    expect(await status('reader', 'GET', '/dav/secret.txt')).toBe(404);
    expect(await status('reader', 'LOCK', '/dav/x.txt')).toBe(403);
    expect(await status('reader', 'DELETE', '/dav/x.txt', { Depth: 'infinity' })).toBe(403);
    const to = { Destination: `${doors.url}/dav/y.txt`, Depth: 'infinity' };
    expect(await status('mover', 'MOVE', '/dav/x.txt', to)).toBe(201);
    expect(
      await status('mover', 'COPY', '/dav/y.txt', { ...to, Destination: `${doors.url}/dav/z.txt` }),
    ).toBe(403);
    expect(await status('mover', 'PUT', '/dav/z.txt')).toBe(403);
    expect(await doors.shape()).toEqual({ m: { dir: { 'y.txt': 1 }, 'secret.txt': 1 } });
  });

  test('who may change nothing locks nothing for others and stores no properties', async () => {
    doors = await startDav(
      { '/m': { 'x.txt': 'x' } },
      {
        manager: { admin: false, permission: READ | MANAGE },
        remover: { admin: false, permission: READ | MANAGE | (1 << 7) },
      },
    );
    const set =
      '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><p xmlns="urn:z"/></D:prop></D:set></D:propertyupdate>';
    const status = async (as: string, method: string, body: string): Promise<number> =>
      (await doors.call(method, '/dav/m/x.txt', { as, body })).status;
    expect(await status('manager', 'LOCK', lockBody())).toBe(403);
    expect(await status('manager', 'PROPPATCH', set)).toBe(403);
    expect(await status('remover', 'PROPPATCH', set)).toBe(403);
    expect(await status('remover', 'LOCK', lockBody())).toBe(200);
  });
});
