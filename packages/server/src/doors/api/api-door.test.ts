import { afterEach, describe, expect, test } from 'bun:test';
import { StorageError } from '../../core/errors.ts';
import { normalizePath } from '../../core/path.ts';
import {
  admin,
  type DoorFixture,
  type FixtureOptions,
  guest,
  MODIFIED,
  startDoors,
} from '../testing/fixture.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function doors(options: FixtureOptions = {}): Promise<DoorFixture> {
  const fixture = await startDoors(options);
  cleanups.push(fixture.close);
  return fixture;
}

/** The tree of the reference's examples (§13.3). */
const MOVIES: FixtureOptions = {
  users: [admin, guest],
  files: {
    '/movies/Extras/x.txt': { size: 1 },
    '/movies/hello world.mp4': {
      size: 734003200,
      url: 'https://dl.example.com/download/?fid=abc',
      entry: {
        thumbnail: 'https://thumb.example.com/1.jpg',
        hashes: { gcid: '0123456789ABCDEF0123456789ABCDEF01234567' },
      },
    },
    '/movies/hello world.srt': { size: 51200 },
  },
};

const data = (text: string) => JSON.parse(text).data;

describe('the envelope', () => {
  test('answers 200 with code, message and data in this order', async () => {
    const { url } = await doors();
    const res = await fetch(`${url}/api/public/offline_download_tools`);
    expect(res.status).toBe(200);
    expect(res.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await res.text()).toBe('{"code":200,"message":"success","data":[]}');
  });

  test('errors are HTTP 200 too, with no data', async () => {
    const { url } = await doors();
    const res = await fetch(`${url}/api/me`);
    expect(res.status).toBe(200);
    expect(await res.text()).toBe(
      '{"code":401,"message":"Guest user is disabled, login please","data":null}',
    );
  });

  test('characters that mean something in HTML are escaped', async () => {
    const { api } = await doors();
    expect(await api('/public/settings')).toContain('"sign":"\\u003c\\u0026\\u003e"');
  });

  test('an unknown route is JSON, not a page', async () => {
    const { url } = await doors();
    const res = await fetch(`${url}/api/admin/session/clean`, { method: 'POST' });
    expect(res.status).toBe(404);
    expect(await res.json()).toMatchObject({ code: 404, data: null });
  });
});

describe('binding', () => {
  test.each([
    ['', 'EOF'],
    ['{', 'request body is not valid JSON'],
    ['[]', 'request body must be a JSON object'],
    ['null', 'request body must be a JSON object'],
    [
      '{"password":"x"}',
      "Key: 'LoginReq.Username' Error:Field validation for 'Username' failed on the 'required' tag",
    ],
    [
      '{"username":""}',
      "Key: 'LoginReq.Username' Error:Field validation for 'Username' failed on the 'required' tag",
    ],
    ['{"username":5}', 'username: must be a text'],
  ])('a body of %p is refused by name', async (body, message) => {
    const { api } = await doors();
    expect(JSON.parse(await api('/auth/login', body))).toEqual({ code: 400, message, data: null });
  });

  test('numbers are not taken as texts', async () => {
    const { api } = await doors(MOVIES);
    expect(JSON.parse(await api('/fs/list', { path: '/movies', page: '1' }))).toMatchObject({ code: 400 });
  });

  test('keys match whatever their case, null is absent and unknown keys are ignored', async () => {
    const { api } = await doors(MOVIES);
    const text = await api('/fs/list', { Path: '/movies', PER_PAGE: 1, page: null, nonsense: true });
    expect(data(text)).toMatchObject({ per_page: 1, page: 1 });
  });

  test('where any method is taken, GET brings the fields in the query', async () => {
    const { api } = await doors(MOVIES);
    const text = await api('/fs/list?path=/movies&page=2&per_page=1&Refresh=true');
    expect(data(text).content.map(({ name }: { name: string }) => name)).toEqual(['hello world.mp4']);
  });

  test('a form will do', async () => {
    const { api } = await doors({ users: [admin] });
    const text = await api('/auth/login', undefined, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'username=admin&password=right',
    });
    expect(data(text).token).toBe('admin-token');
  });

  test('a body above the limit is not read', async () => {
    const { api } = await doors();
    const text = await api('/auth/login', JSON.stringify({ username: 'x'.repeat(1024 * 1024) }));
    expect(JSON.parse(text)).toMatchObject({ code: 413 });
  });

  test('a key named __proto__ changes nothing', async () => {
    const { api } = await doors(MOVIES);
    const text = await api('/fs/list', '{"__proto__":{"path":"/nowhere"},"path":"/movies"}');
    expect(JSON.parse(text).code).toBe(200);
  });
});

describe('signing in', () => {
  test('gives a token and the device key', async () => {
    const { api } = await doors({ users: [{ ...admin, id: 1 }] });
    expect(await api('/auth/login/hash', { username: 'admin', password: 'RIGHT', otp_code: '' })).toBe(
      '{"code":200,"message":"success","data":{"token":"admin-token","device_key":"eb4046d4d10c8ae654fd50bace243939"}}',
    );
  });

  test('fails in the same words for a wrong password and a wrong name', async () => {
    const { api } = await doors({ users: [admin] });
    const wrong = '{"code":400,"message":"username or password is incorrect","data":null}';
    expect(await api('/auth/login', { username: 'admin', password: 'wrong' })).toBe(wrong);
    expect(await api('/auth/login', { username: 'nobody', password: 'wrong' })).toBe(wrong);
  });

  test('me is a number to most and a list to the newer frontend', async () => {
    const { api } = await doors({ users: [{ ...admin, id: 1, permission: 13311 }] });
    const common =
      '"disabled":false,"permission":13311,"sso_id":"","otp":false,"role_names":["admin"],"permissions":[{"path":"/","permission":13311}],"allow_ldap":false}}';
    expect(await api('/me')).toBe(
      `{"code":200,"message":"success","data":{"id":1,"username":"admin","password":"","base_path":"/","role":2,${common}`,
    );
    const headers = { Authorization: 'Bearer admin-token', 'Client-Id': 'b3e6' };
    expect(await api('/me', undefined, { headers })).toContain(`"role":[2],${common}`);
  });

  test('admin routes are for admins', async () => {
    const { api } = await doors({ users: [guest] });
    const text = await api('/admin/storage/list', undefined, { headers: {} });
    expect(text).toBe('{"code":403,"message":"You are not an admin","data":null}');
  });
});

describe('fs/list', () => {
  test('answers as in the reference, with the fields of all dialects', async () => {
    const { api } = await doors(MOVIES);
    const text = await api('/fs/list', {
      path: '/movies',
      password: '',
      page: 1,
      per_page: 0,
      refresh: false,
    });
    const folder =
      '{"name":"Extras","size":0,"is_dir":true,"modified":"2024-05-01T12:00:00Z","created":"0001-01-01T00:00:00Z","sign":"","thumb":"","type":1,"hashinfo":"null","hash_info":null,"id":"id:/movies/Extras","path":"","virtual_path":"/movies/Extras","label_list":null}';
    const film =
      '{"name":"hello world.mp4","size":734003200,"is_dir":false,"modified":"2024-05-01T12:00:00Z","created":"0001-01-01T00:00:00Z","sign":"5gOJsPhiVh3c_l5YKYznWukwFnJikaJZ1Ex97jNoryg=:0","thumb":"https://thumb.example.com/1.jpg","type":2,"hashinfo":"{\\"gcid\\":\\"0123456789ABCDEF0123456789ABCDEF01234567\\"}","hash_info":{"gcid":"0123456789ABCDEF0123456789ABCDEF01234567"},"id":"id:/movies/hello world.mp4","path":"","virtual_path":"/movies/hello world.mp4","label_list":null}';
    expect(text).toStartWith(
      `{"code":200,"message":"success","data":{"content":[${folder},${film},{"name":"hello world.srt"`,
    );
    expect(text).toEndWith(
      '],"total":3,"readme":"","header":"","write":true,"provider":"Memory","filtered_total":3,"page":1,"per_page":-1,"has_more":false,"pages_total":1,"write_content_bypass":false,"trash":false}}',
    );
  });

  test('uploads are offered to those who may make them', async () => {
    const { api } = await doors(MOVIES);
    expect(data(await api('/fs/list', { path: '/movies' })).write).toBe(true);
    const headers = { 'Content-Type': 'application/json' };
    expect(data(await api('/fs/list', { path: '/movies' }, { headers })).write).toBe(false);
  });

  test('a page tells that there is more, though not how much', async () => {
    const { api } = await doors(MOVIES);
    const first = data(await api('/fs/list', { path: '/movies', per_page: 2 }));
    expect(first).toMatchObject({ total: 3, has_more: true, page: 1, per_page: 2, pages_total: 2 });
    expect(first.content).toHaveLength(2);
    const last = data(await api('/fs/list', { path: '/movies', page: 2, per_page: 2 }));
    expect(last).toMatchObject({ total: 3, has_more: false });
    expect(last.content).toHaveLength(1);
  });

  test('a page behind the end is null with the right total', async () => {
    const { api } = await doors(MOVIES);
    expect(data(await api('/fs/list', { path: '/movies', page: 9, per_page: 2 }))).toMatchObject({
      content: null,
      total: 3,
      has_more: false,
    });
  });

  test('without a storage the frontend is told to add one', async () => {
    const { api } = await doors();
    expect(await api('/fs/list', { path: '/' })).toBe(
      '{"code":500,"message":"failed get storage: storage not found; please add a storage first","data":null}',
    );
  });

  test.each([
    ['/nowhere', 500, 'object not found'],
    ['/movies/hello world.mp4', 500, 'not a folder'],
    ['/movies/../x', 403, 'access using relative path is not allowed'],
    ['/a\0b', 400, 'path contains a NUL character'],
  ])('%p is refused', async (path, code, message) => {
    const { api } = await doors(MOVIES);
    expect(JSON.parse(await api('/fs/list', { path }))).toEqual({ code, message, data: null });
  });

  test('a guest may not refresh, nor learn ids of the cloud', async () => {
    const { api } = await doors(MOVIES);
    const asGuest = { headers: { 'Content-Type': 'application/json' } };
    expect(await api('/fs/list', { path: '/movies', refresh: true }, asGuest)).toContain(
      '"code":403,"message":"Refresh without permission"',
    );
    expect(data(await api('/fs/list', { path: '/movies' }, asGuest)).content[0].id).toBe('');
  });

  test('the root of a storage carries its state, with the page to open for admins alone', async () => {
    const status = {
      state: 'needs_verification' as const,
      reason: 'PikPak wants to see that you are a person.',
      remedy: 'Open the check.',
      code: 'needs_verification' as const,
      named: 'human_check' as const,
      actionUrl: 'https://verify.test/',
      since: MODIFIED,
    };
    const { api } = await doors({ ...MOVIES, status });
    expect(data(await api('/fs/list', { path: '/' })).content[0].mount).toEqual({
      state: 'needs_verification',
      reason: status.reason,
      remedy: status.remedy,
      code: 'needs_verification',
      reason_code: 'human_check',
      reason_params: {},
      action_url: 'https://verify.test/',
      since: '2024-05-01T12:00:00Z',
      retry_at: null,
    });
    const asGuest = { headers: { 'Content-Type': 'application/json' } };
    expect(data(await api('/fs/list', { path: '/' }, asGuest)).content[0].mount.action_url).toBe('');
  });

  test('nothing is signed where nothing needs a sign', async () => {
    const { api } = await doors({ ...MOVIES, settings: { sign_all: 'false' } });
    expect(data(await api('/fs/list', { path: '/movies' })).content[1].sign).toBe('');
  });

  test('paths are relative to the base path, signs are not', async () => {
    const bob = { ...admin, username: 'bob', basePath: normalizePath('/movies') };
    const { api } = await doors({ ...MOVIES, users: [bob] });
    const headers = { 'Content-Type': 'application/json', Authorization: 'bob-token' };
    const { content } = data(await api('/fs/list', { path: '/' }, { headers }));
    expect(content[1].sign).toBe('5gOJsPhiVh3c_l5YKYznWukwFnJikaJZ1Ex97jNoryg=:0');
  });
});

describe('a client', () => {
  test('that leaves calls off what was asked for it', async () => {
    const called = Promise.withResolvers<AbortSignal>();
    const list: FixtureOptions['list'] = (_, __, { signal }) => {
      called.resolve(signal);
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    const { api } = await doors({ ...MOVIES, list });
    const leaving = new AbortController();
    const headers = { 'Content-Type': 'application/json', Authorization: 'admin-token' };
    const answer = api('/fs/list', { path: '/' }, { signal: leaving.signal, headers }).catch(() => 'left');
    const signal = await called.promise;
    leaving.abort();
    expect(await answer).toBe('left');
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    expect(signal.aborted).toBe(true);
  });

  test('that came too often is told when to come back', async () => {
    const wait = { retry: 'later' as const, retryAfterMs: 41_500 };
    const list: FixtureOptions['list'] = () =>
      Promise.reject(new StorageError('rate_limited', 'PikPak asks us to slow down.', wait));
    const { url } = await doors({ ...MOVIES, list });
    const res = await fetch(`${url}/api/fs/list?path=/movies`, { headers: { Authorization: 'admin-token' } });
    expect(res.headers.get('retry-after')).toBe('42');
    expect(await res.json()).toMatchObject({ code: 500, message: 'PikPak asks us to slow down.' });
  });
});

describe('fs/get', () => {
  test('answers as in the reference, with how the bytes will come', async () => {
    const { api } = await doors(MOVIES);
    const text = await api('/fs/get', { path: '/movies/hello world.mp4', password: '' });
    expect(text).toContain('"raw_url":"https://dl.example.com/download/?fid=abc"');
    const file = data(text);
    expect(file).toMatchObject({ type: 2, provider: 'Memory', readme: '', header: '', web_proxy: false });
    expect(file.delivery).toEqual({
      mode: 'redirect',
      code: 'same_machine',
      reason: 'The cloud’s address works only for this machine, and you are on it.',
      client: '127.0.0.1',
      egress: '',
    });
    expect(file.related.map(({ name }: { name: string }) => name)).toEqual(['hello world.srt']);
  });

  test('a proxied storage gives an address of the gateway', async () => {
    const { api, url } = await doors({ ...MOVIES, storage: { webProxy: true } });
    const text = await api('/fs/get', { path: '/movies/hello world.mp4' });
    expect(data(text).raw_url).toBe(
      `${url}/p/movies/hello%20world.mp4?sign=5gOJsPhiVh3c_l5YKYznWukwFnJikaJZ1Ex97jNoryg=:0`,
    );
  });

  test('a link that needs headers is not handed out', async () => {
    const file = { size: 1, url: 'https://dl.test/', linkHeaders: { Cookie: 'secret' } };
    const { api, url } = await doors({ users: [admin], files: { '/movies/a.mp4': file } });
    const got = data(await api('/fs/get', { path: '/movies/a.mp4' }));
    expect(got.raw_url).toStartWith(`${url}/p/movies/a.mp4`);
    expect(got.delivery.mode).toBe('proxy');
  });

  test('a folder has no address', async () => {
    const { api } = await doors(MOVIES);
    expect(data(await api('/fs/get', { path: '/movies' }))).toMatchObject({
      is_dir: true,
      raw_url: '',
      related: null,
    });
  });

  test('what is not there is a 500 in the words that clients know', async () => {
    const { api } = await doors(MOVIES);
    expect(await api('/fs/get', { path: '/movies/none' })).toBe(
      '{"code":500,"message":"object not found","data":null}',
    );
  });
});

describe('fs/dirs and fs/link', () => {
  test('dirs lists folders alone', async () => {
    const { api } = await doors(MOVIES);
    expect(await api('/fs/dirs', { path: '/movies', password: '', force_root: false })).toBe(
      '{"code":200,"message":"success","data":[{"name":"Extras","modified":"2024-05-01T12:00:00Z"}]}',
    );
    expect(await api('/fs/dirs', { path: '/movies/Extras' })).toContain('"data":null');
  });

  test('only admins look at the whole tree', async () => {
    const { api } = await doors(MOVIES);
    const headers = { 'Content-Type': 'application/json' };
    expect(await api('/fs/dirs', { path: '/', force_root: true }, { headers })).toContain(
      '"code":403,"message":"Permission denied"',
    );
  });

  test('link gives a download proxy what it needs', async () => {
    const { api } = await doors(MOVIES);
    expect(await api('/fs/link', { path: '/movies/hello world.mp4' })).toBe(
      '{"code":200,"message":"success","data":{"url":"https://dl.example.com/download/?fid=abc","header":null,"Expiration":null,"concurrency":0,"part_size":0,"content_length":734003200}}',
    );
    const text = await api('/fs/link', { path: '/movies/hello world.srt' });
    expect(text).toContain('/p/movies/hello%20world.srt?d\\u0026sign=');
  });
});
