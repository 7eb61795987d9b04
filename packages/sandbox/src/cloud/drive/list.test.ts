import { beforeAll, describe, expect, test } from 'bun:test';
import type { Cloud } from '../../types.ts';
import { type Ask, ask, driveHeaders, makeCloud, records } from '../cloud-fixture.ts';
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

const list = (query: Record<string, string>, how: Ask = {}) =>
  ask(cloud, '/drive/v1/files', { headers, query, ...how });
const namesOf = (body: Body): string[] => records(body, 'files').map((file) => String(file['name']));

/** Walks from the root by names. */
async function idOf(...path: string[]): Promise<string> {
  let id = '';
  for (const name of path) {
    const { body } = await list({ parent_id: id, limit: '500', filters: LIVE });
    id = String(records(body, 'files').find((file) => file['name'] === name)?.['id']);
  }
  return id;
}

/** All pages of a folder. */
async function walk(query: Record<string, string>): Promise<{ names: string[]; pages: number }> {
  const names: string[] = [];
  let token = '';
  for (let pages = 1; pages < 1000; pages++) {
    const { body } = await list({ ...query, page_token: token });
    names.push(...namesOf(body));
    token = String(body['next_page_token']);
    if (token === '') return { names, pages };
  }
  throw new Error('the pages never end');
}

describe('a listing', () => {
  test('has the shape that the reference shows, also where strict decoders look', async () => {
    const { status, body } = await list({
      parent_id: await idOf('Movies', 'Sample (2026)'),
      with_audit: 'true',
    });
    expect(status).toBe(200);
    expect(shapeMismatches(body, { ...examples.list, files: [examples.list.files[1]] })).toEqual(
      // Only films carry these three.
      ['duration', 'height', 'width']
        .flatMap((name) => [0, 1].map((i) => `$.files[${i}].params.${name} is missing`))
        .toSorted((a, b) => a.localeCompare(b)),
    );
    for (const file of records(body, 'files')) {
      expect(file).toMatchObject({ web_content_link: '', links: {}, medias: [], collection: null });
      expect(file['size']).toMatch(/^\d+$/);
      expect(file['created_time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00$/);
      expect(file['id']).toMatch(/^VN[\w-]{22}o1$/);
    }
  });

  test('of folders has the shape that the reference shows', async () => {
    const { body } = await list({ filters: '{"kind":{"eq":"drive#folder"}}', with_audit: 'true' });
    expect(shapeMismatches(body, { ...examples.list, files: [examples.list.files[0]] })).toEqual([]);
    const myPack = records(body, 'files').find((file) => file['name'] === 'My Pack');
    expect(myPack).toMatchObject({ folder_type: 'DOWNLOAD', size: '0', hash: '', file_category: 'OTHER' });
  });

  test('fills audit only when asked', async () => {
    const { body } = await list({ filters: LIVE });
    expect(records(body, 'files').map((file) => file['audit'])).toEqual(
      records(body, 'files').map(() => null),
    );
  });

  test('of a folder that is not there answers 404, field for field', async () => {
    for (const parentId of ['VNnothing', await idOf('Documents', 'notes.txt')]) {
      const { status, body } = await list({ parent_id: parentId });
      expect(status).toBe(404);
      expect(body).toEqual(examples.fileNotFound);
    }
  });

  test('does not reach another account', async () => {
    const folder = await idOf('Movies');
    const others = await driveHeaders(cloud, 'full@sluice.test');
    expect((await list({ parent_id: folder }, { headers: others })).status).toBe(404);
  });

  test('changes only the address of thumbnails with thumbnail_size', async () => {
    const folder = await idOf('Photos');
    const links = await Promise.all(
      ['SIZE_SMALL', 'SIZE_MEDIUM', 'SIZE_LARGE'].map(async (size) => {
        const { body } = await list({ parent_id: folder, thumbnail_size: size });
        return String(records(body, 'files')[0]?.['thumbnail_link']);
      }),
    );
    expect(new Set(links).size).toBe(3);
    for (const link of links)
      expect(link).toMatch(
        /^https:\/\/sg-thumbnail-drive\.mypikpak\.com\/v0\/screenshot-thumbnails\/[0-9A-F]{40}\/\d+\/\d+$/,
      );
  });

  test('is the same under every root, and its links carry the root that was asked', async () => {
    for (const root of ['mypikpak.com', 'mypikpak.net', 'pikpak.me', 'pikpakdrive.com']) {
      const { body } = await list({ parent_id: await idOf('Photos') }, { host: `api-drive.${root}` });
      expect(String(records(body, 'files')[0]?.['thumbnail_link'])).toStartWith(
        `https://sg-thumbnail-drive.${root}/`,
      );
    }
  });
});

describe('paging', () => {
  test.each([
    ['100', 100],
    ['500', 20],
    ['10000', 20],
  ])('by %s reaches all 10 000 files once, in %d pages', async (limit, pages) => {
    const folder = await idOf('Big', 'ten-thousand');
    const all = await walk({ parent_id: folder, limit, filters: LIVE });
    expect(all.pages).toBe(pages);
    expect(all.names).toHaveLength(10_000);
    expect(new Set(all.names).size).toBe(10_000);
    expect(all.names).toContain('file-10000.txt');
  });

  test('is by 100 unless said', async () => {
    const { body } = await list({ parent_id: await idOf('Big', 'ten-thousand') });
    expect(namesOf(body)).toHaveLength(100);
  });

  test('refuses a token of another query, an invented one, and a stale one', async () => {
    const fixture = await makeCloud();
    const own = await driveHeaders(fixture.cloud);
    const folder = await idOf('Big', 'ten-thousand');
    const page = (query: Record<string, string>) =>
      ask(fixture.cloud, '/drive/v1/files', { headers: own, query: { parent_id: folder, ...query } });
    const token = String((await page({ limit: '100' })).body['next_page_token']);
    const refused = await Promise.all([
      page({ limit: '200', page_token: token }),
      page({ limit: '100', page_token: token, filters: LIVE }),
      page({ limit: '100', page_token: token, parent_id: '' }),
      page({ limit: '100', page_token: `${token}x` }),
      page({ limit: '100', page_token: 'invented' }),
    ]);
    expect(refused.map((answer) => answer.body['error'])).toEqual(refused.map(() => 'invalid_argument'));
    expect((await page({ limit: '100', page_token: token })).status).toBe(200);
    fixture.clock.advance(600_000);
    expect((await page({ limit: '100', page_token: token })).status).toBe(400);
  });

  test('refuses a limit that is not a number', async () => {
    const { status, body } = await list({ limit: 'many' });
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: 'invalid_argument', error_code: 3 });
  });
});

describe('filters', () => {
  test('let trashed items and unfinished uploads through when there are none', async () => {
    const names = namesOf((await list({})).body);
    expect(names).toContain('trashed-notes.txt');
    expect(names).toContain('unfinished-upload.bin');
  });

  test.each([
    [LIVE, ['My Pack', 'Big', 'Unicode 名字 é 🎬', 'Documents', 'Photos', 'Music', 'Movies']],
    ['{"trashed":{"eq":true}}', ['trashed-notes.txt']],
    ['{"phase":{"eq":"PHASE_TYPE_PENDING"}}', ['unfinished-upload.bin']],
    ['{"phase":{"in":"PHASE_TYPE_PENDING,PHASE_TYPE_ERROR"}}', ['unfinished-upload.bin']],
    ['{"kind":{"eq":"drive#file"},"trashed":{"eq":false}}', ['unfinished-upload.bin']],
    ['{"modified_time":{"gt":"2040-01-01T00:00:00.000+08:00"}}', []],
    ['{"starred":{"eq":true}}', []],
  ])('%s keep what fits', async (filters, names) => {
    expect(namesOf((await list({ filters })).body)).toEqual(names);
  });

  test('reach everywhere with parent_id=*', async () => {
    const trash = await list({ parent_id: '*', filters: '{"trashed":{"eq":true}}' });
    expect(namesOf(trash.body)).toEqual(['trashed-notes.txt']);
    const starred = await list({ parent_id: '*', filters: '{"system_tag":{"in":"STAR"}}' });
    expect(namesOf(starred.body)).toEqual(['sample.mp4']);
  });

  test.each([
    ['an array for in', '{"phase":{"in":["PHASE_TYPE_COMPLETE"]}}'],
    ['a text for a boolean', '{"trashed":{"eq":"false"}}'],
    ['an unknown field', '{"colour":{"eq":"red"}}'],
    ['a field that objects inherit', '{"constructor":{"eq":"red"}}'],
    ['an unknown operator', '{"trashed":{"ne":true}}'],
    ['an empty value', '{"phase":{"eq":""}}'],
    ['an unknown phase', '{"phase":{"eq":"COMPLETE"}}'],
    ['a term without operator', '{"phase":{}}'],
    ['a time that is none', '{"modified_time":{"lt":"yesterday"}}'],
    ['broken JSON', '{"phase":'],
    ['an array', '[]'],
  ])('with %s are refused with code 3', async (_name, filters) => {
    const { status, body } = await list({ filters });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: 'invalid_argument',
      error_code: 3,
      error_url: '',
      error_details: [],
    });
  });

  test('by name answer 404, as there is no search', async () => {
    expect((await list({ filters: '{"name":{"eq":"sample.mp4"}}' })).status).toBe(404);
  });
});
