import { beforeAll, describe, expect, test } from 'bun:test';
import type { Cloud } from '../../types.ts';
import { ask, ASIA, driveHeaders, LOCAL, makeCloud, record, records } from '../cloud-fixture.ts';
import examples from '../fixtures/reference-examples.json' with { type: 'json' };
import type { Body } from '../request.ts';
import { shapeMismatches } from '../shape-mismatches.ts';

const LIVE = '{"phase":{"eq":"PHASE_TYPE_COMPLETE"},"trashed":{"eq":false}}';

let cloud: Cloud;
let headers: Record<string, string>;
beforeAll(async () => {
  ({ cloud } = await makeCloud());
  headers = await driveHeaders(cloud);
});

async function get(path: readonly string[], query: Record<string, string> = {}, as = headers): Promise<Body> {
  let id = '';
  for (const name of path) {
    const { body } = await ask(cloud, '/drive/v1/files', {
      headers: as,
      query: { parent_id: id, limit: '500', filters: LIVE },
    });
    id = String(records(body, 'files').find((file) => file['name'] === name)?.['id']);
  }
  return (await ask(cloud, `/drive/v1/files/${id}`, { headers: as, query })).body;
}

const SAMPLE = ['Movies', 'Sample (2026)', 'sample.mp4'];
const urlOf = (value: unknown): URL => new URL(String(value));

describe('a single get', () => {
  test('of a folder has the shape that the reference shows, and no links', async () => {
    const folder = await get(['Movies']);
    expect(shapeMismatches(folder, examples.folder)).toEqual([]);
    expect(folder).toMatchObject({ web_content_link: '', links: {}, medias: [], folder_type: 'NORMAL' });
  });

  test('of a film has the shape that the reference shows', async () => {
    expect(shapeMismatches(await get(SAMPLE), examples.film)).toEqual([]);
  });

  test('of a document has the shape that the reference shows', async () => {
    const document = await get(['Documents', 'notes.txt']);
    expect(shapeMismatches(document, examples.document)).toEqual([]);
    expect(document).toMatchObject({
      file_extension: '.txt',
      mime_type: 'text/plain',
      file_category: 'DOCUMENT',
    });
  });

  test('of an empty file has no links', async () => {
    const empty = await get(['Documents', 'empty.txt']);
    expect(empty).toMatchObject({
      size: '0',
      hash: 'DA39A3EE5E6B4B0D3255BFEF95601890AFD80709',
      web_content_link: '',
      links: {},
    });
  });

  test('of an archive names the app that unpacks it', async () => {
    const archive = await get(['Documents', 'archive.zip']);
    expect(records(archive, 'apps')[0]).toMatchObject({ id: 'decompress', name: 'decompress' });
  });

  test('of an unknown id answers 404, field for field', async () => {
    const { status, body } = await ask(cloud, '/drive/v1/files/VNnothing', { headers });
    expect(status).toBe(404);
    expect(body).toEqual(examples.fileNotFound);
  });

  test('takes a percent-encoded id', async () => {
    const id = String((await get(SAMPLE))['id']);
    const encoded = `%${id.charCodeAt(0).toString(16)}${id.slice(1)}`;
    expect((await ask(cloud, `/drive/v1/files/${encoded}`, { headers })).body['id']).toBe(id);
  });
});

describe('download links', () => {
  test('have the members of the reference in its order', async () => {
    const film = await get(SAMPLE);
    const example = urlOf(examples.film.web_content_link);
    const url = urlOf(film['web_content_link']);
    expect([...url.searchParams.keys()]).toEqual([...example.searchParams.keys()]);
    expect(url.pathname).toBe('/download/');
    expect(url.host).toMatch(/^dl-a10b-\d{4}\.mypikpak\.com$/);
    expect(url.searchParams.get('sign')).toMatch(/^[0-9A-F]{32}$/);
    expect(url.searchParams.get('g')).toBe(String(film['hash']));
    expect(url.searchParams.get('f')).toBe(String(film['size']));
  });

  test('end after 24 hours, in the URL and beside it', async () => {
    const film = await get(SAMPLE);
    const link = record(record(film, 'links'), 'application/octet-stream');
    expect(link['url']).toBe(String(film['web_content_link']));
    expect(Date.parse(String(link['expire'])) / 1000).toBe(
      Number(urlOf(link['url']).searchParams.get('expire')),
    );
    expect(link['expire']).toBe('2026-01-16T16:00:00.000+08:00');
  });

  test.each([
    ['FETCH', 'dl-a10b'],
    ['PLAY', 'dl-a10b'],
    ['CACHE', 'dl-z01a'],
  ])('for usage %s lead to a host %s', async (usage, label) => {
    const film = await get(SAMPLE, { usage, _magic: '2021' });
    expect(urlOf(film['web_content_link']).host).toStartWith(label);
  });

  test('work for the address that asked, and for no other', async () => {
    const film = await get(SAMPLE);
    const url = urlOf(film['web_content_link']);
    const decision = cloud.authorizeDownload(url.pathname, url.searchParams, LOCAL);
    expect(decision).toMatchObject({ ok: true, owner: 'account:YsluiceDemo1' });
    expect(cloud.authorizeDownload(url.pathname, url.searchParams, ASIA)).toEqual({ ok: false, status: 403 });
  });
});

describe('the renditions of a film', () => {
  test('are the original, with the fid of the download link, and a transcode with another', async () => {
    const film = await get(SAMPLE);
    const [original, transcode] = records(film, 'medias');
    const fid = urlOf(film['web_content_link']).searchParams.get('fid');
    expect(original).toMatchObject({ is_origin: true, category: 'category_origin', is_visible: true });
    expect(transcode).toMatchObject({ is_origin: false, category: 'category_transcode' });
    const originalUrl = urlOf(record(original ?? {}, 'link')['url']);
    const transcodeUrl = urlOf(record(transcode ?? {}, 'link')['url']);
    expect(originalUrl.searchParams.get('fid')).toBe(fid);
    expect(transcodeUrl.searchParams.get('fid')).not.toBe(fid);
    expect(transcodeUrl.searchParams.get('f')).not.toBe(String(film['size']));
    expect(transcodeUrl.searchParams.get('g')).not.toBe(String(film['hash']));
  });

  test('of a film too heavy to stream begin with a transcode, and hide the original', async () => {
    const film = await get(['Movies', 'Too Heavy (2026)', 'heavy.mp4']);
    const [first, last] = records(film, 'medias');
    expect(first).toMatchObject({ is_origin: false, is_default: true });
    expect(last).toMatchObject({ is_origin: true, is_visible: false, link: null });
    expect(urlOf(record(first ?? {}, 'link')['url']).searchParams.get('f')).not.toBe(String(film['size']));
    expect(urlOf(film['web_content_link']).searchParams.get('f')).toBe(String(film['size']));
  });

  test('give a free account no link to the original, while the download link is there', async () => {
    const free = await driveHeaders(cloud, 'full@sluice.test');
    const film = await get(['sample.mp4'], {}, free);
    const [original, transcode] = records(film, 'medias');
    expect(original).toMatchObject({
      is_origin: true,
      link: null,
      need_more_quota: true,
      vip_types: ['platinum'],
    });
    expect(record(transcode ?? {}, 'link')['url']).toBeString();
    expect(film['web_content_link']).toStartWith('https://dl-');
  });
});

describe('the base for links', () => {
  test('replaces scheme and host of downloads and thumbnails alone', async () => {
    const demo = (await makeCloud({ linkBase: 'http://127.0.0.1:1234' })).cloud;
    const own = await driveHeaders(demo);
    const id = String((await get(SAMPLE))['id']);
    const { body } = await ask(demo, `/drive/v1/files/${id}`, { headers: own });
    expect(body['web_content_link']).toStartWith('http://127.0.0.1:1234/download/?fid=');
    expect(body['thumbnail_link']).toStartWith('http://127.0.0.1:1234/v0/screenshot-thumbnails/');
    const url = urlOf(body['web_content_link']);
    expect(demo.authorizeDownload(url.pathname, url.searchParams, LOCAL)).toMatchObject({ ok: true });
  });
});
