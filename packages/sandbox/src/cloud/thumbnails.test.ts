import { describe, expect, test } from 'bun:test';
import { readBlob } from './blobs.ts';
import { ask, driveHeaders, FAKE_MEDIA, makeCloud, records } from './cloud-fixture.ts';
import type { Cloud } from '../types.ts';

async function thumbnailOf(cloud: Cloud, name: string): Promise<URL> {
  const headers = await driveHeaders(cloud);
  const query = { parent_id: '*', limit: '500', filters: '{"file_category":{"in":"PICTURE,VIDEO"}}' };
  const { body } = await ask(cloud, '/drive/v1/files', { headers, query });
  const file = records(body, 'files').find((item) => item['name'] === name);
  return new URL(String(file?.['thumbnail_link']));
}

const fetchFrom = (cloud: Cloud, url: URL, method = 'GET') =>
  ask(cloud, url.pathname, { host: url.host, method });

describe('a thumbnail', () => {
  test.each([
    ['photo-2.jpg', 'photo-2.jpg'],
    ['sample.mp4', 'cover.jpg'],
  ])('of %s shows %s, to anyone', async (name, shown) => {
    const { cloud } = await makeCloud();
    const { response } = await fetchFrom(cloud, await thumbnailOf(cloud, name));
    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toBe('image/jpeg');
    expect(response.body).toEqual(await readBlob(FAKE_MEDIA.file(shown)));
  });

  test('that is not known, or is written to, is not found', async () => {
    const { cloud } = await makeCloud();
    const url = await thumbnailOf(cloud, 'photo-1.jpg');
    expect((await fetchFrom(cloud, url, 'PUT')).status).toBe(404);
    expect((await fetchFrom(cloud, new URL('/v0/nothing', url))).status).toBe(404);
  });
});
