import { describe, expect, test } from 'bun:test';
import { pikpakConfig } from './config.ts';
import { loginOf, signInMeta } from './credentials.ts';

const LOGIN = { username: 'a@b.test', password: 'pw' };

function accepted(values: Record<string, unknown>) {
  const result = pikpakConfig.parse(values);
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.ok;
}

function problemFields(values: Record<string, unknown>): string[] {
  const result = pikpakConfig.parse(values);
  return 'problems' in result ? result.problems.map((problem) => problem.field) : [];
}

describe('the settings of a PikPak storage', () => {
  test('a name and a password are enough', () => {
    expect(accepted(LOGIN)).toEqual({
      credentials: {
        username: 'a@b.test',
        password: 'pw',
        refreshToken: '',
        captchaToken: '',
        deviceId: '',
        platform: 'web',
        root: 'mypikpak.net',
      },
      rootFolderId: '',
      apiRoot: 'mypikpak.net',
      preferMedia: false,
      prefer: 'original',
      egress: '',
      fileEgress: '',
      downloadDomain: '',
    });
  });

  test('so is a refresh token', () => {
    expect(accepted({ refresh_token: 'os.x', platform: 'android' }).credentials).toMatchObject({
      refreshToken: 'os.x',
      platform: 'android',
    });
  });

  test.each([
    [{}, 'username'],
    [{ username: 'a' }, 'password'],
    [{ password: 'pw' }, 'username'],
    [{ password: 'pw', refresh_token: 'os.x' }, 'username'],
    [{ ...LOGIN, platform: 'tv' }, 'platform'],
    [{ ...LOGIN, api_root: 'example.test' }, 'api_root'],
    [{ ...LOGIN, device_id: 'short' }, 'device_id'],
    [{ ...LOGIN, root_folder_id: '/Movies' }, 'root_folder_id'],
    [{ ...LOGIN, egress: 'ftp://proxy' }, 'egress'],
    [{ ...LOGIN, egress: 'proxy.test:1080' }, 'egress'],
    [{ ...LOGIN, password: 'p\r\nX: y' }, 'password'],
  ])('%p is refused at %p', (values, field) => {
    expect(problemFields(values)).toEqual([field]);
  });

  test('what AList writes is understood', () => {
    const fromAList = accepted({
      ...LOGIN,
      root_folder_id: 'root',
      platform: '',
      refresh_token: '',
      refresh_token_method: 'oauth2',
      captcha_token: '',
      device_id: '3EE0327A0CAC0B07E1A84F6A81F5CFFF',
      disable_media_link: false,
      api_domain: 'pikpak_me',
    });
    expect(fromAList).toMatchObject({ rootFolderId: '', apiRoot: 'pikpak.me', preferMedia: true });
    expect(fromAList.credentials.deviceId).toBe('3ee0327a0cac0b07e1a84f6a81f5cfff');
    expect(accepted({ ...LOGIN, api_domain: 'pikpak_me', api_root: 'mypikpak.com' }).apiRoot).toBe(
      'mypikpak.com',
    );
  });

  test('a phone number is written as PikPak writes it', () => {
    expect(accepted({ ...LOGIN, username: '+86 138-0013 (8000)' }).credentials.username).toBe(
      '+8613800138000',
    );
  });

  test('secrets are marked', () => {
    const secret = pikpakConfig.fields.filter((field) => field.secret === true).map((field) => field.name);
    expect(secret.toSorted()).toEqual(['captcha_token', 'password', 'refresh_token']);
  });
});

describe('an account', () => {
  test('is declared by email, phone or name', () => {
    expect(signInMeta('a@b.test')).toEqual({ email: 'a@b.test' });
    expect(signInMeta('+8613800138000')).toEqual({ phone_number: '+8613800138000' });
    expect(signInMeta('sluicedemo')).toEqual({ username: 'sluicedemo' });
    expect(signInMeta('13800138000')).toEqual({ username: '13800138000' });
  });

  test('is one for each name and platform, and for each token without a name', () => {
    const of = (values: Record<string, unknown>) => loginOf(accepted(values).credentials);
    expect(of(LOGIN)).toBe(of({ ...LOGIN, password: 'other', refresh_token: 'os.1' }));
    expect(of(LOGIN)).not.toBe(of({ ...LOGIN, platform: 'pc' }));
    expect(of({ refresh_token: 'os.1' })).not.toBe(of({ refresh_token: 'os.2' }));
    expect(of({ refresh_token: 'os.1' })).not.toContain('os.1');
  });
});

test('files take the way out of everything else unless they have one of their own', () => {
  const egress = 'socks5h://p:1080';
  expect(accepted({ ...LOGIN, egress })).toMatchObject({ egress, fileEgress: egress });
  expect(accepted({ ...LOGIN, egress, file_egress: 'http://q:8080' })).toMatchObject({
    egress,
    fileEgress: 'http://q:8080',
  });
  expect(problemFields({ ...LOGIN, file_egress: 'ftp://q' })).toEqual(['file_egress']);
});

test('the download domain is read as newer AList writes it too', () => {
  const domain = (values: object) => accepted({ ...LOGIN, ...values }).downloadDomain;
  expect(domain({ download_domain: 'mypikpak_net' })).toBe('mypikpak.net');
  expect(domain({ download_domain: 'original', custom_download_domain: 'f.example' })).toBe('f.example');
  expect(problemFields({ ...LOGIN, custom_download_domain: 'https://f.example/' })).toEqual([
    'custom_download_domain',
  ]);
});
