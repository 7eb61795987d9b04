import { describe, expect, test } from 'bun:test';
import { settle } from '../../../testing/fake-clock.ts';
import type { MemoryTree } from '../memory/index.ts';
import { type Answer, PATHS, refused } from '../pikpak/testing/fake-cloud.ts';
import { ctx } from '../pikpak/testing/sandbox-world.ts';
import { pikpakShareDriverType } from './index.ts';
import { FAKE_SHARE_ID, fakeEnv, fakeShare, SHARE_PATHS } from './testing/fake-share.ts';
import { failure, linkTo, makeShare, namesIn } from './testing/share-world.ts';

const TREE: MemoryTree = { 'a.txt': 'a', folder: { 'b.txt': 'bb' }, empty: {} };

function fixture(settings: Record<string, unknown> = {}, tree: MemoryTree = TREE) {
  const { cloud, http } = fakeShare(tree, 2);
  const { env, clock } = fakeEnv(http);
  const driver = makeShare(env, { share_id: FAKE_SHARE_ID, ...settings });
  return { cloud, clock, driver };
}

function status(share_status: string, more: Record<string, unknown> = {}): Answer {
  return { json: { share_status, share_status_text: 'words', files: [], next_page_token: '', ...more } };
}

describe('a share call', () => {
  test('names device and program, has a captcha token and no account', async () => {
    const { cloud, driver } = fixture();
    await driver.list({ dir: '' }, ctx());
    const [asked] = cloud.to(SHARE_PATHS.detail);
    expect(asked?.headers).toMatchObject({
      'X-Device-Id': expect.stringMatching(/^[0-9a-f]{32}$/),
      'X-Client-Id': 'YUMx5nI8ZU8Ap8pm',
      'X-Captcha-Token': expect.stringMatching(/^ck0\./),
    });
    expect(asked?.headers).not.toHaveProperty('Authorization');
    expect(Object.fromEntries(asked?.query ?? [])).toMatchObject({
      share_id: FAKE_SHARE_ID,
      parent_id: '',
      pass_code_token: '',
      limit: '100',
    });
    expect([cloud.to(PATHS.signIn), cloud.to(PATHS.refresh)]).toEqual([[], []]);
  });

  test('declares itself to be nobody in the captcha init', async () => {
    const { cloud, driver } = fixture();
    await driver.list({ dir: '' }, ctx());
    expect(cloud.to(PATHS.captcha).map(({ body }) => body['meta'])).toEqual([
      expect.objectContaining({ user_id: '', captcha_sign: expect.stringMatching(/^1\./) }),
    ]);
  });

  test('goes on with the captcha token of a check that nobody passed', async () => {
    const { cloud, driver } = fixture();
    const json = { captcha_token: 'ck0.ticket', expires_in: 0, url: 'https://user.mypikpak.net/captcha' };
    cloud.on(PATHS.captcha, () => ({ json }));
    await driver.list({ dir: '' }, ctx());
    expect(cloud.to(SHARE_PATHS.detail)[0]?.headers['X-Captcha-Token']).toBe('ck0.ticket');
  });
});

describe('a listing', () => {
  test('goes on behind its cursor, which belongs to one folder', async () => {
    const { driver } = fixture();
    const first = await driver.list({ dir: '' }, ctx());
    expect(first.entries.map(({ name }) => name)).toEqual(['a.txt', 'folder']);
    const cursor = first.next ?? '';
    expect((await driver.list({ dir: '', cursor }, ctx())).entries.map(({ name }) => name)).toEqual([
      'empty',
    ]);
    const folder = first.entries[1]?.id ?? '';
    expect((await failure(driver.list({ dir: folder, cursor }, ctx()))).code).toBe('invalid_argument');
  });

  test('that fails behind its first page is no empty folder', async () => {
    const { cloud, driver } = fixture({ root_folder_id: 'VN-1' });
    cloud.on(SHARE_PATHS.detail, () => refused(404, 'file_not_found', 5));
    expect((await failure(driver.list({ dir: '', cursor: 'VN-1:9' }, ctx()))).code).toBe('not_found');
  });

  test('of a folder that is gone asks once more, not for ever', async () => {
    const { cloud, driver } = fixture();
    cloud.on(SHARE_PATHS.detail, () => status('OK'));
    expect((await failure(driver.list({ dir: 'VNgone' }, ctx()))).code).toBe('not_found');
    expect([cloud.to(SHARE_PATHS.detail).length, cloud.to(SHARE_PATHS.file).length]).toEqual([1, 1]);
  });

  test('of an empty share is empty', async () => {
    const { driver } = fixture({}, {});
    expect(await driver.list({ dir: '' }, ctx())).toEqual({ entries: [] });
  });

  test('leaves out what is in the trash or not complete', async () => {
    const { cloud, driver } = fixture();
    const file = { kind: 'drive#file', name: 'x', size: '1' };
    cloud.on(SHARE_PATHS.detail, () =>
      status('OK', {
        files: [
          { ...file, id: 'VN1', trashed: true },
          { ...file, id: 'VN2', phase: 'PHASE_TYPE_PENDING' },
          { ...file, id: 'VN3', name: 'y' },
        ],
      }),
    );
    expect(await namesIn(driver)).toEqual(['y']);
  });
});

describe('the status of a share', () => {
  test('that may not be saved any more does not stand in the way of reading', async () => {
    const { cloud, driver } = fixture();
    const files = [{ kind: 'drive#folder', id: 'VN1', name: 'there' }];
    cloud.on(SHARE_PATHS.detail, () => status('MAX_RESTORE_COUNT', { files }));
    expect(await namesIn(driver)).toEqual(['there']);
  });

  test.each([
    ['AUDITING', 'unavailable', 'later'],
    ['SENSITIVE_RESOURCE', 'content_blocked', 'never'],
    ['SENSITIVE_WORD', 'content_blocked', 'never'],
    ['PROHIBITED', 'region_blocked', 'never'],
    ['NOT_FOUND', 'share_gone', 'never'],
    ['SOMETHING_NEW', 'protocol', 'never'],
    ['constructor', 'protocol', 'never'],
  ] as const)('%p is %p, in the listing and for a file', async (given, code, retry) => {
    const { cloud, driver } = fixture();
    for (const path of [SHARE_PATHS.detail, SHARE_PATHS.file]) cloud.on(path, () => status(given));
    for (const call of [driver.list({ dir: '' }, ctx()), linkTo(driver, 'VN-0')]) {
      expect(await failure(call)).toMatchObject({ code, retry, detail: { vendorCode: given } });
    }
  });

  test('never carries the words of PikPak, which could be anything', async () => {
    const { cloud, driver } = fixture();
    cloud.on(SHARE_PATHS.detail, () => status('<b>odd</b>', { share_status_text: 'secret words' }));
    const error = await failure(driver.list({ dir: '' }, ctx()));
    expect(JSON.stringify([error.message, error.detail])).not.toMatch(/<b>|secret/);
  });
});

describe('the token of a pass code', () => {
  const tokenOf = (query: URLSearchParams) => query.get('pass_code_token') ?? '';

  test('is passed on for a share without a code, when PikPak wants one all the same', async () => {
    const { cloud, driver } = fixture();
    cloud.on(SHARE_PATHS.info, () => status('OK', { pass_code_token: 't1' }));
    cloud.on(SHARE_PATHS.detail, ({ query }) => status(tokenOf(query) === 't1' ? 'OK' : 'PASS_CODE_EMPTY'));
    await driver.list({ dir: '' }, ctx());
    await driver.list({ dir: '' }, ctx());
    expect(cloud.to(SHARE_PATHS.detail).map(({ query }) => tokenOf(query))).toEqual(['', 't1', 't1']);
    expect(cloud.to(SHARE_PATHS.info)).toHaveLength(1);
  });

  test('that is refused fresh as it is ends the call', async () => {
    const { cloud, driver } = fixture({ share_pwd: 'code' });
    cloud.on(SHARE_PATHS.info, () => status('OK', { pass_code_token: 't' }));
    cloud.on(SHARE_PATHS.detail, () => status('PASS_CODE_ERROR'));
    expect(await failure(driver.list({ dir: '' }, ctx()))).toMatchObject({
      code: 'unavailable',
      retry: 'later',
    });
    expect([cloud.to(SHARE_PATHS.info).length, cloud.to(SHARE_PATHS.detail).length]).toEqual([2, 2]);
  });

  test('is got for others although the first to want it left', async () => {
    const { cloud, driver } = fixture({ share_pwd: 'code' });
    const gate = Promise.withResolvers<Answer>();
    cloud.on(SHARE_PATHS.info, () => gate.promise);
    const leave = new AbortController();
    const left = driver.list({ dir: '' }, ctx(leave.signal)).catch((error: unknown) => error);
    await settle();
    const stayed = driver.list({ dir: '' }, ctx());
    leave.abort();
    expect(await left).toMatchObject({ name: 'AbortError' });
    gate.resolve(status('OK', { pass_code_token: 't' }));
    expect((await stayed).entries).not.toBeEmpty();
    expect(cloud.to(SHARE_PATHS.info)).toHaveLength(1);
  });

  test('is not waited for when the storage closes', async () => {
    const { cloud, driver } = fixture({ share_pwd: 'code' });
    cloud.on(SHARE_PATHS.info, () => new Promise<Answer>(() => {}));
    const waiting = failure(driver.list({ dir: '' }, ctx()));
    await settle();
    await driver.close();
    expect(await waiting).toMatchObject({ code: 'unavailable', retry: 'later' });
  });

  test('that could not be asked for is asked for again by the next call', async () => {
    const { cloud, driver } = fixture({ share_pwd: 'code' });
    cloud.on(SHARE_PATHS.info, () => ({ status: 502, text: '<html>' }));
    expect((await failure(driver.list({ dir: '' }, ctx()))).code).toBe('unavailable');
    cloud.on(SHARE_PATHS.info, () => status('OK', { pass_code_token: 't' }));
    expect((await driver.list({ dir: '' }, ctx())).entries).not.toBeEmpty();
  });

  test('is refused for at most six hours before the code is tried again', async () => {
    const { cloud, clock, driver } = fixture({ share_pwd: 'code' });
    cloud.on(SHARE_PATHS.info, () => status('PASS_CODE_ERROR'));
    const waits: number[] = [];
    for (let round = 0; round < 9; round += 1) {
      await failure(driver.list({ dir: '' }, ctx()));
      const wait = (await failure(driver.list({ dir: '' }, ctx()))).retryAfterMs ?? 0;
      waits.push(wait / 60_000);
      await clock.advance(wait);
    }
    expect(waits).toEqual([10, 20, 40, 80, 160, 320, 360, 360, 360]);
    expect(cloud.to(SHARE_PATHS.info)).toHaveLength(9);
  });
});

test('the kind says that shares give links and take no uploads', () => {
  expect(pikpakShareDriverType.abilities).toMatchObject({ givesLinks: true, canUpload: false });
});
