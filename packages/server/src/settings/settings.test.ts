import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { openMemoryStore } from '../store/open.ts';
import type { Store } from '../store/port.ts';
import { Flag, SETTINGS, type SettingItem } from './setting-table.ts';
import { createSettings, type Settings } from './settings.ts';

let store: Store;
let settings: Settings;

beforeEach(async () => {
  store = await openMemoryStore();
  settings = await createSettings(store.settings, 'v1.2.3');
});
afterEach(() => store.close());

/** What AList's web interface reads at its start: API reference §9.2. */
const READ_BY_FRONTENDS =
  'version,site_title,announcement,pagination_type,default_page_size,logo,favicon,main_color,home_icon,home_container,settings_layout,external_previews,iframe_previews,preview_settings,audio_cover,audio_autoplay,video_autoplay,preview_archives_by_default,readme_autorender,hide_files,package_download,search_index,allow_register,use_newui,frontend_remember_sort,sso_login_enabled,sso_login_platform,sso_compatibility_mode,ldap_login_enabled,ldap_login_tips,webauthn_login_enabled,allow_mounted'.split(
    ',',
  );

describe('public settings', () => {
  test('hold all that existing web interfaces read, as text that parses', () => {
    const values = settings.publicValues();
    expect(READ_BY_FRONTENDS.filter((key) => typeof values[key] !== 'string')).toEqual([]);
    expect(values).toMatchObject({ version: 'v1.2.3', allow_mounted: 'true', external_previews: '{}' });
    expect(Number(values['default_page_size'])).toBeGreaterThan(0);
  });

  test('hold no private ones (API reference §15.3)', () => {
    const values = settings.publicValues();
    expect(values).not.toHaveProperty('link_expiration');
    expect(values).not.toHaveProperty('privacy_regs');
    expect(values).not.toHaveProperty('token');
  });

  test('name no other host in their defaults', () => {
    expect(SETTINGS.filter((item) => /https?:|\/\//.test(item.default)).map(({ key }) => key)).toEqual([]);
  });
});

describe('the table', () => {
  test('has every key once, with help', () => {
    expect(new Set(SETTINGS.map(({ key }) => key)).size).toBe(SETTINGS.length);
    expect(SETTINGS.filter(({ help }) => !help.endsWith('.'))).toEqual([]);
  });

  test('has defaults that would be accepted', async () => {
    const items: readonly SettingItem[] = SETTINGS;
    const writable = items.filter(({ flag }) => flag !== Flag.readonly);
    await settings.save(Object.fromEntries(writable.map((item) => [item.key, item.default])));
  });

  test('filters addresses and tokens out of errors, but no times of day', () => {
    const found = (text: string): boolean =>
      settings
        .get('privacy_regs')
        .split('\n')
        .some((line) => new RegExp(line).test(text));
    for (const secret of ['203.0.113.9', '2001:db8::1', '2001:db8:0:1:2:3:4:5', 'access_token=abc&x']) {
      expect([secret, found(`failed: ${secret} refused`)]).toEqual([secret, true]);
    }
    expect(found('going on at 12:34:56, in 0:42')).toBe(false);
  });
});

describe('saving', () => {
  test('a value lasts', async () => {
    await settings.save({ site_title: 'Films', sign_all: 'false' });
    expect(settings.get('site_title')).toBe('Films');
    const again = await createSettings(store.settings, 'v2');
    expect([again.get('sign_all'), again.get('version')]).toEqual(['false', 'v2']);
  });

  test.each([
    ['nonsense', 'x'],
    ['version', 'v9'],
    ['sign_all', 'yes'],
    ['sign_all', ''],
    ['default_page_size', '0'],
    ['default_page_size', 'many'],
    ['link_expiration', '-1'],
    ['pagination_type', 'none'],
    ['external_previews', '{'],
    ['privacy_regs', '('],
    ['site_title', 'two\nlines'],
    ['announcement', 'x'.repeat(65_537)],
    ['__proto__', 'x'],
  ])('%s can not be %p, and nothing else is saved with it', async (key, value) => {
    const changes = Object.fromEntries([
      ['home_icon', 'x'],
      [key, value],
    ]);
    expect(settings.save(changes)).rejects.toMatchObject({ code: 'invalid_argument' });
    expect(settings.get('home_icon')).toBe('🏠');
    expect((await store.settings.all()).size).toBe(0);
  });

  test('a stored value that does not hold counts as not set', async () => {
    await store.settings.set('sign_all', 'off');
    expect((await createSettings(store.settings, 'v1')).get('sign_all')).toBe('true');
  });
});
