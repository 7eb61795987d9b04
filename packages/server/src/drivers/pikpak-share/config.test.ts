import { describe, expect, test } from 'bun:test';
import { loginOf } from '../pikpak/credentials.ts';
import { pikpakShareConfig } from './config.ts';

const SHARE = { share_id: 'VNshare1' };

function accepted(values: Record<string, unknown>) {
  const result = pikpakShareConfig.parse(values);
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.ok;
}

function problemFields(values: Record<string, unknown>): string[] {
  const result = pikpakShareConfig.parse(values);
  return 'problems' in result ? result.problems.map(({ field }) => field) : [];
}

describe('settings of a share', () => {
  test('an id is enough', () => {
    expect(accepted(SHARE)).toMatchObject({
      shareId: 'VNshare1',
      passCode: '',
      targetId: '',
      apiRoot: 'mypikpak.net',
      egress: '',
      fileEgress: '',
      downloadDomain: '',
      preferTranscode: false,
      credentials: { username: '', password: '', refreshToken: '', platform: 'web' },
    });
  });

  test('what AList writes is understood', () => {
    const fromAList = accepted({
      ...SHARE,
      share_pwd: 'k7pm',
      root_folder_id: 'VNfolder',
      platform: '',
      device_id: '',
      use_transcoding_address: true,
      use_low_latency_address: false,
      custom_low_latency_address: '',
      username: '',
      password: '',
      api_domain: 'pikpak_me',
    });
    expect(fromAList).toMatchObject({
      passCode: 'k7pm',
      targetId: 'VNfolder',
      preferTranscode: true,
      apiRoot: 'pikpak.me',
      credentials: { platform: 'web', root: 'pikpak.me' },
    });
  });

  test('fields of their own go before what the link says', () => {
    const share_id = 'https://mypikpak.com/s/VNshare1/VNa/VNb?pwd=inlink';
    expect(accepted({ share_id })).toMatchObject({ passCode: 'inlink', targetId: 'VNb' });
    expect(accepted({ share_id, share_pwd: 'own', root_folder_id: 'VNc' })).toMatchObject({
      passCode: 'own',
      targetId: 'VNc',
    });
  });

  test.each([
    [{}, ['share_id']],
    [{ share_id: '' }, ['share_id']],
    [{ share_id: 'https://example.test/s/VNshare1' }, ['share_id']],
    [{ ...SHARE, root_folder_id: '../x' }, ['root_folder_id']],
    [{ ...SHARE, username: 'a@b.test' }, ['password']],
    [{ ...SHARE, password: 'pw' }, ['username']],
    [{ ...SHARE, device_id: 'short' }, ['device_id']],
    [{ ...SHARE, egress: 'ftp://proxy' }, ['egress']],
    [{ ...SHARE, platform: 'tv' }, ['platform']],
    [{ share_id: '?', username: 'a', egress: 'x y' }, ['share_id', 'password', 'egress']],
  ])('%p has problems at %p', (values, fields) => {
    expect(problemFields(values)).toEqual(fields);
  });

  test('an account is named as a PikPak storage names it, so that they share a session', () => {
    const login = { username: 'a@b.test', password: 'pw' };
    expect(loginOf(accepted({ ...SHARE, ...login }).credentials)).toBe('web/a@b.test');
    expect(loginOf(accepted({ ...SHARE, refresh_token: 'os.1' }).credentials)).toStartWith('web/token:');
  });

  test('without an account all shares of a platform and device are one login', () => {
    const of = (values: Record<string, unknown>) => loginOf(accepted(values).credentials);
    expect(of(SHARE)).toBe(of({ share_id: 'VNother', share_pwd: 'x' }));
    expect(of(SHARE)).not.toBe(of({ ...SHARE, platform: 'pc' }));
    expect(of(SHARE)).not.toBe(of({ ...SHARE, device_id: 'a'.repeat(32) }));
  });

  test('pass code, password and token are secret', () => {
    const secret = pikpakShareConfig.fields.filter((field) => field.secret === true).map(({ name }) => name);
    expect(secret.toSorted()).toEqual(['password', 'refresh_token', 'share_pwd']);
  });
});
