import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { type DavDoors, propStatuses, startDav } from './testing/dav-doors.ts';

let doors: DavDoors;
beforeEach(async () => {
  doors = await startDav({ '/m': { 'a.txt': 'a', dir: { 'b.txt': 'b' } } });
});
afterEach(() => doors.close());

const SET =
  '<D:set><D:prop><z:mark xmlns:z="urn:z">red &amp; <i xmlns="urn:i">deep</i></z:mark></D:prop></D:set>';
const update = (inner: string): string =>
  `<?xml version="1.0"?><D:propertyupdate xmlns:D="DAV:">${inner}</D:propertyupdate>`;
const patch = (path: string, inner: string) => doors.call('PROPPATCH', path, { body: update(inner) });
const marked = async (path: string): Promise<boolean> => {
  const { text } = await doors.call('PROPFIND', path, { headers: { Depth: '0' } });
  return text.includes('<z:mark xmlns:z="urn:z">red &amp; <i xmlns="urn:i">deep</i></z:mark>');
};
const to = (path: string): { headers: Record<string, string> } => ({
  headers: { Destination: doors.url + path },
});

describe('a property that a client stores', () => {
  test('comes back as it was, until it is removed', async () => {
    expect(propStatuses((await patch('/dav/m/a.txt', SET)).text)).toEqual({ mark: 200 });
    expect(await marked('/dav/m/a.txt')).toBe(true);
    expect(await marked('/dav/m/dir')).toBe(false);
    await patch('/dav/m/a.txt', '<D:remove><D:prop><mark xmlns="urn:z"/></D:prop></D:remove>');
    expect(await marked('/dav/m/a.txt')).toBe(false);
  });

  test('is told in a listing of its folder', async () => {
    await patch('/dav/m/a.txt', SET);
    const body = '<propfind xmlns="DAV:"><prop><mark xmlns="urn:z"/></prop></propfind>';
    const { text } = await doors.call('PROPFIND', '/dav/m/', { headers: { Depth: '1' }, body });
    expect(text.match(/<z:mark/g)).toHaveLength(1);
  });

  test('moves, is copied and goes with its resource, and with the folder of it', async () => {
    await patch('/dav/m/dir/b.txt', SET);
    await doors.call('COPY', '/dav/m/dir', to('/dav/m/copy'));
    await doors.call('MOVE', '/dav/m/dir', to('/dav/m/moved'));
    expect(await marked('/dav/m/copy/b.txt')).toBe(true);
    expect(await marked('/dav/m/moved/b.txt')).toBe(true);
    await doors.call('DELETE', '/dav/m/moved');
    await doors.call('MKCOL', '/dav/m/moved');
    await doors.call('PUT', '/dav/m/moved/b.txt', { body: 'new' });
    expect(await marked('/dav/m/moved/b.txt')).toBe(false);
    expect(await marked('/dav/m/copy/b.txt')).toBe(true);
  });

  test('stays when the content is replaced', async () => {
    await patch('/dav/m/a.txt', SET);
    await doors.call('PUT', '/dav/m/a.txt', { body: 'other' });
    expect(await marked('/dav/m/a.txt')).toBe(true);
  });

  test('does not go to a copy of the folder alone', async () => {
    await patch('/dav/m/dir', SET);
    await patch('/dav/m/dir/b.txt', SET);
    await doors.call('COPY', '/dav/m/dir', { headers: { ...to('/dav/m/copy').headers, Depth: '0' } });
    expect(await marked('/dav/m/copy')).toBe(true);
    await doors.call('PUT', '/dav/m/copy/b.txt', { body: 'new' });
    expect(await marked('/dav/m/copy/b.txt')).toBe(false);
  });
});

describe('PROPPATCH', () => {
  test('changes all or nothing: what the gateway tells itself can not be set', async () => {
    const { text } = await patch(
      '/dav/m/a.txt',
      `${SET}<D:set><D:prop><D:getetag>x</D:getetag></D:prop></D:set>`,
    );
    expect(propStatuses(text)).toEqual({ getetag: 403, mark: 424 });
    expect(text).toContain('<D:cannot-modify-protected-property/>');
    expect(await marked('/dav/m/a.txt')).toBe(false);
  });

  test('takes the properties that Windows sets after a PUT', async () => {
    const win =
      '<D:set><D:prop><Z:Win32LastModifiedTime xmlns:Z="urn:schemas-microsoft-com:">Mon, 01 Jan 2024 00:00:00 GMT</Z:Win32LastModifiedTime></D:prop></D:set>';
    expect(propStatuses((await patch('/dav/m/a.txt', win)).text)).toEqual({ Win32LastModifiedTime: 200 });
  });

  test.each([
    ['nothing', ''],
    ['an empty prop', '<D:set><D:prop/></D:set>'],
    ['more than anyone needs', `<D:set><D:prop>${'<x/>'.repeat(501)}</D:prop></D:set>`],
  ])('%s is 400', async (_, inner) => {
    expect((await patch('/dav/m/a.txt', inner)).status).toBe(400);
  });

  test('a resource keeps only so many properties', async () => {
    const many = Array.from({ length: 129 }, (_, i) => `<p${i} xmlns="urn:z"/>`).join('');
    expect((await patch('/dav/m/a.txt', `<D:set><D:prop>${many}</D:prop></D:set>`)).status).toBe(507);
    expect((await patch('/dav/m/none', SET)).status).toBe(404);
  });
});
