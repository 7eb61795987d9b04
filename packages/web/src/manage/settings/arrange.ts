import type { Setting } from '../../api/settings.ts';

/** Groups of the form with the keys in them, in their order. */
const GROUPS = {
  links: ['sign_all', 'link_expiration', 'proxy_types', 'egress_addresses', 'egress_echo_url'],
  speed: [
    'max_client_download_speed',
    'max_download_speed_per_client',
    'max_download_speed_per_user',
    'read_ahead_connections',
    'block_cache_gib',
  ],
  webdav: ['site_url', 'webdav_junk', 'webdav_infinite_depth'],
  uploads: ['upload_file_limit', 'upload_total_limit', 'upload_user_limit'],
  shares: ['share_check_hours'],
  kinds: ['video_types', 'audio_types', 'image_types', 'text_types'],
  privacy: ['privacy_regs', 'robots_txt'],
} as const;

export type GroupName = keyof typeof GROUPS | 'other';
/** A setting that the page has words of its own for. */
export type KnownKey = (typeof GROUPS)[keyof typeof GROUPS][number];

/** What other web interfaces of AList's API read, and nothing in this version acts on. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(
  `version site_title announcement pagination_type default_page_size allow_indexed allow_mounted allow_register use_newui
  frontend_remember_sort logo favicon main_color home_icon home_container settings_layout external_previews iframe_previews
  preview_settings audio_cover audio_autoplay video_autoplay preview_archives_by_default readme_autorender filter_readme_scripts
  hide_files package_download webauthn_login_enabled search_index sso_login_enabled sso_login_platform sso_compatibility_mode
  ldap_login_enabled ldap_login_tips`.split(/\s+/),
);

const KNOWN: ReadonlySet<string> = new Set(Object.values(GROUPS).flat());

export function isKnown(key: string): key is KnownKey {
  return KNOWN.has(key);
}

export interface SettingGroup {
  readonly name: GroupName;
  readonly settings: readonly Setting[];
}

/**
 * The settings that have an effect, by group; those that the page has no words for come last.
 * @param matches tells whether a setting is looked for; groups without any are left out
 */
export function arrangeSettings(
  settings: readonly Setting[],
  matches: (setting: Setting) => boolean,
): readonly SettingGroup[] {
  const byKey = new Map(settings.map((setting) => [setting.key, setting]));
  const groups: SettingGroup[] = [];
  for (const name of ['links', 'speed', 'webdav', 'uploads', 'shares', 'kinds', 'privacy'] as const) {
    groups.push({ name, settings: GROUPS[name].flatMap((key) => byKey.get(key) ?? []) });
  }
  const other = settings.filter(
    ({ key, readonly }) => !readonly && !KNOWN.has(key) && !WITHOUT_EFFECT.has(key),
  );
  groups.push({ name: 'other', settings: other });
  return groups
    .map((group) => ({ ...group, settings: group.settings.filter(matches) }))
    .filter((group) => group.settings.length > 0);
}

/** What differs from what is stored. */
export function changesOf(
  settings: readonly Setting[],
  edited: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const stored = new Map(settings.map(({ key, value }) => [key, value]));
  return new Map([...edited].filter(([key, value]) => stored.get(key) !== value));
}

/** The setting that a refusal is about, and what is wrong with it: `KEY must be …` (docs/api.md). */
export function problemIn(
  message: string,
  settings: readonly Setting[],
): readonly [string, string] | undefined {
  const [key = ''] = message.split(' ', 1);
  return settings.some((setting) => setting.key === key) ? [key, message.slice(key.length + 1)] : undefined;
}
