import { describe, expect, test } from 'bun:test';
import { ask, driveHeaders, makeCloud, records, signIn } from './cloud-fixture.ts';

describe('the emulated cloud', () => {
  test('signs in, lists the root and gives a link that the CDN accepts', async () => {
    const { cloud } = await makeCloud();
    const headers = await driveHeaders(cloud);
    const list = await ask(cloud, '/drive/v1/files', {
      headers,
      query: { filters: '{"phase":{"eq":"PHASE_TYPE_COMPLETE"},"trashed":{"eq":false}}' },
    });
    expect(records(list.body, 'files').map((file) => file['name'])).toEqual([
      'My Pack',
      'Big',
      'Unicode 名字 é 🎬',
      'Documents',
      'Photos',
      'Music',
      'Movies',
    ]);
    expect(cloud.stats()).toEqual({ signIns: 1, refreshes: 0, captchaInits: 1 });
  });
});

test('a seed that is not known is refused and leaves the state as it was', async () => {
  const { cloud } = await makeCloud();
  const failure: unknown = await cloud.reset('nothing').catch((error: unknown) => error);
  expect(String(failure)).toContain('unknown seed "nothing"');
  expect((await signIn(cloud)).status).toBe(200);
});
