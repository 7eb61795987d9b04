/** How a setting is shown and who may read it, in AList's numbers (API reference §6.5). */
const Group = {
  single: 0,
  site: 1,
  style: 2,
  preview: 3,
  global: 4,
  traffic: 11,
  index: 6,
  sso: 7,
  ldap: 8,
} as const;
export const Flag = { public: 0, private: 1, readonly: 2 } as const;

/** One setting. Values are text whatever the type. */
export interface SettingItem {
  readonly key: string;
  readonly group: (typeof Group)[keyof typeof Group];
  readonly flag: (typeof Flag)[keyof typeof Flag];
  readonly type: 'string' | 'text' | 'number' | 'bool' | 'select' | 'json' | 'regexps';
  readonly default: string;
  readonly help: string;
  /** For `select`. */
  readonly options?: readonly string[];
  /** For `number`: the least value. */
  readonly min?: number;
}

const site = { group: Group.site, flag: Flag.public } as const;
const style = { group: Group.style, flag: Flag.public } as const;
const preview = { group: Group.preview, flag: Flag.public } as const;
const global = { group: Group.global, flag: Flag.public } as const;

/** IPv4 addresses, IPv6 addresses, access tokens: API reference §1.4. */
const PRIVACY = [
  String.raw`(?:\d{1,3}\.){3}\d{1,3}`,
  String.raw`(?:[\dA-Fa-f]{1,4}:){7}[\dA-Fa-f]{1,4}|(?:[\dA-Fa-f]{1,4}:){1,6}(?::[\dA-Fa-f]{1,4}){1,6}`,
  'access_token=[^&\\s]*',
].join('\n');

/**
 * Every setting, in the order in which forms show them. Those that are public go to anyone: existing clients read them before anybody has
 * signed in (API reference §6.6, §6.7, §9.2). No default leads to another host.
 */
export const SETTINGS = [
  {
    ...site,
    key: 'version',
    flag: Flag.readonly,
    type: 'string',
    default: '',
    help: 'The version of this server.',
  },
  { ...site, key: 'site_title', type: 'string', default: 'Sluice', help: 'Title of the site.' },
  {
    ...site,
    key: 'announcement',
    type: 'text',
    default: '',
    help: 'Markdown that is shown after signing in.',
  },
  {
    ...site,
    key: 'pagination_type',
    type: 'select',
    options: ['all', 'pagination', 'load_more', 'auto_load_more'],
    default: 'all',
    help: 'How older web interfaces page long folders.',
  },
  {
    ...site,
    key: 'default_page_size',
    type: 'number',
    min: 1,
    default: '30',
    help: 'Entries of a page there.',
  },
  {
    ...site,
    key: 'allow_indexed',
    type: 'bool',
    default: 'false',
    help: 'Search engines may list the site.',
  },
  { ...site, key: 'allow_mounted', type: 'bool', default: 'true', help: 'Other servers may mount this one.' },
  {
    ...site,
    key: 'robots_txt',
    type: 'text',
    default: 'User-agent: *\nDisallow: /',
    help: 'What /robots.txt says.',
  },
  {
    ...site,
    key: 'allow_register',
    type: 'bool',
    default: 'false',
    help: 'Visitors may make accounts. Not offered here.',
  },
  { ...site, key: 'use_newui', type: 'bool', default: 'false', help: 'Read by some web interfaces.' },
  {
    ...site,
    key: 'frontend_remember_sort',
    type: 'bool',
    default: 'false',
    help: 'Read by some web interfaces.',
  },

  {
    ...style,
    key: 'logo',
    type: 'text',
    default: '',
    help: 'Address of a logo; a second line for dark mode.',
  },
  { ...style, key: 'favicon', type: 'string', default: '', help: 'Address of an icon.' },
  {
    ...style,
    key: 'main_color',
    type: 'string',
    default: '#1890ff',
    help: 'Colour of older web interfaces.',
  },
  { ...style, key: 'home_icon', type: 'string', default: '🏠', help: 'Sign of the root folder.' },
  {
    ...style,
    key: 'home_container',
    type: 'select',
    options: ['max_980px', 'hope_container'],
    default: 'max_980px',
    help: 'Width of older web interfaces.',
  },
  {
    ...style,
    key: 'settings_layout',
    type: 'select',
    options: ['list', 'responsive'],
    default: 'list',
    help: 'Layout of settings in older web interfaces.',
  },

  {
    ...preview,
    key: 'text_types',
    type: 'text',
    default:
      'txt,htm,html,xml,java,properties,sql,js,md,json,conf,ini,vue,php,py,bat,gitignore,yml,go,sh,c,cpp,h,hpp,tsx,vtt,srt,ass,rs,lrc,strm',
    help: 'Extensions of text files, with commas.',
  },
  {
    ...preview,
    key: 'audio_types',
    type: 'text',
    default: 'mp3,flac,ogg,m4a,wav,opus,wma',
    help: 'Of music.',
  },
  {
    ...preview,
    key: 'video_types',
    type: 'text',
    default: 'mp4,mkv,avi,mov,rmvb,webm,flv,m3u8,ts,m2ts,wmv,mpg,mpeg,m4v',
    help: 'Of videos.',
  },
  {
    ...preview,
    key: 'image_types',
    type: 'text',
    default: 'jpg,tiff,jpeg,png,gif,bmp,svg,ico,swf,webp,avif',
    help: 'Of pictures.',
  },
  {
    ...preview,
    key: 'proxy_types',
    type: 'text',
    default: 'm3u8,url',
    help: 'Extensions that always go through the gateway.',
  },
  {
    ...preview,
    key: 'external_previews',
    type: 'json',
    default: '{}',
    help: 'Programs offered for files, as JSON.',
  },
  { ...preview, key: 'iframe_previews', type: 'json', default: '{}', help: 'Embedded viewers, as JSON.' },
  { ...preview, key: 'preview_settings', type: 'json', default: '{}', help: 'Read by some web interfaces.' },
  { ...preview, key: 'audio_cover', type: 'string', default: '', help: 'Picture for music without one.' },
  { ...preview, key: 'audio_autoplay', type: 'bool', default: 'true', help: 'Music starts by itself.' },
  { ...preview, key: 'video_autoplay', type: 'bool', default: 'true', help: 'Videos start by themselves.' },
  {
    ...preview,
    key: 'preview_archives_by_default',
    type: 'bool',
    default: 'true',
    help: 'Archives open as folders.',
  },
  { ...preview, key: 'readme_autorender', type: 'bool', default: 'true', help: 'Folders show their README.' },
  {
    ...preview,
    key: 'filter_readme_scripts',
    type: 'bool',
    default: 'true',
    help: 'Scripts in it are taken out.',
  },

  {
    ...global,
    key: 'hide_files',
    type: 'text',
    default: '/\\/README.md/i',
    help: 'What older web interfaces hide.',
  },
  {
    ...global,
    key: 'package_download',
    type: 'bool',
    default: 'true',
    help: 'Folders can be downloaded whole.',
  },
  {
    ...global,
    key: 'sign_all',
    type: 'bool',
    default: 'true',
    help: 'Every download address needs a sign. Off, who may see a file may download it by its path.',
  },
  {
    ...global,
    key: 'site_url',
    flag: Flag.private,
    type: 'string',
    default: '',
    help: 'The address that people use, when a proxy in front adds a path: https://example.org/files. For WebDAV.',
  },
  {
    ...global,
    key: 'webdav_infinite_depth',
    flag: Flag.private,
    type: 'bool',
    default: 'false',
    help: 'WebDAV clients may list whole trees at once.',
  },
  {
    ...global,
    key: 'webdav_junk',
    flag: Flag.private,
    type: 'select',
    options: ['keep', 'refuse', 'discard'],
    default: 'keep',
    help: 'What WebDAV does with .DS_Store, ._*, Thumbs.db and desktop.ini: keep them, refuse them, or take them and throw them away.',
  },
  {
    ...global,
    key: 'link_expiration',
    flag: Flag.private,
    type: 'number',
    min: 0,
    default: '0',
    help: 'Hours that a download address holds; 0 for ever.',
  },
  {
    ...global,
    key: 'egress_addresses',
    flag: Flag.private,
    type: 'text',
    default: '',
    help: 'As which public addresses requests leave: the address alone for direct ones, or the egress, a blank and the address; one a line. Empty: clouds are asked.',
  },
  {
    ...global,
    key: 'egress_echo_url',
    flag: Flag.private,
    type: 'string',
    default: '',
    help: 'A page that answers with the caller’s address, asked through each egress. Empty: nobody but the storage’s own cloud is asked.',
  },
  {
    ...global,
    key: 'privacy_regs',
    flag: Flag.private,
    type: 'regexps',
    default: PRIVACY,
    help: 'What is starred out of error texts: one regular expression a line.',
  },
  {
    ...global,
    key: 'upload_file_limit',
    flag: Flag.private,
    type: 'number',
    min: 0,
    default: '0',
    help: 'The largest file that can be uploaded, in GiB; 0 for any.',
  },
  {
    ...global,
    key: 'upload_total_limit',
    flag: Flag.private,
    type: 'number',
    min: 0,
    default: '100',
    help: 'Space on this server for all uploads under way, in GiB; 0 for as much as the disk has.',
  },
  {
    ...global,
    key: 'upload_user_limit',
    flag: Flag.private,
    type: 'number',
    min: 0,
    default: '50',
    help: 'Of that, for the uploads of one user, in GiB; 0 for all of it.',
  },
  {
    ...global,
    key: 'webauthn_login_enabled',
    type: 'bool',
    default: 'false',
    help: 'Signing in with a passkey.',
  },

  {
    ...global,
    key: 'share_check_hours',
    flag: Flag.private,
    type: 'number',
    min: 0,
    default: '24',
    help: 'How often to look whether a share still opens, in hours; 0 for never.',
  },
  {
    group: Group.traffic,
    flag: Flag.private,
    key: 'max_client_download_speed',
    type: 'number',
    min: -1,
    default: '-1',
    help: 'KiB a second that go through the gateway to all clients together; -1 for no limit.',
  },
  {
    group: Group.traffic,
    flag: Flag.private,
    key: 'max_download_speed_per_client',
    type: 'number',
    min: -1,
    default: '-1',
    help: 'The same for each client address.',
  },
  {
    group: Group.traffic,
    flag: Flag.private,
    key: 'max_download_speed_per_user',
    type: 'number',
    min: -1,
    default: '-1',
    help: 'The same for each user who signs in to download, as by WebDAV, from all addresses together. Signed addresses name no user.',
  },
  {
    group: Group.traffic,
    flag: Flag.private,
    key: 'read_ahead_connections',
    type: 'number',
    min: 0,
    default: '0',
    help: 'Connections at most (up to 8) by which one download reads ahead from a cloud that limits each; 0 for one connection. Used where it is measured to help. Takes up to 8 MiB of memory for each in all.',
  },
  {
    group: Group.traffic,
    flag: Flag.private,
    key: 'block_cache_gib',
    type: 'number',
    min: 0,
    default: '0',
    help: 'GiB of disk for the bytes of files that went through the gateway, for all storages together; 0 for none.',
  },

  {
    group: Group.index,
    flag: Flag.public,
    key: 'search_index',
    type: 'select',
    options: ['none'],
    default: 'none',
    help: 'How search works.',
  },
  {
    group: Group.sso,
    flag: Flag.public,
    key: 'sso_login_enabled',
    type: 'bool',
    default: 'false',
    help: 'Single sign-on.',
  },
  {
    group: Group.sso,
    flag: Flag.public,
    key: 'sso_login_platform',
    type: 'string',
    default: '',
    help: 'Its provider.',
  },
  {
    group: Group.sso,
    flag: Flag.public,
    key: 'sso_compatibility_mode',
    type: 'bool',
    default: 'false',
    help: 'In the same window.',
  },
  {
    group: Group.ldap,
    flag: Flag.public,
    key: 'ldap_login_enabled',
    type: 'bool',
    default: 'false',
    help: 'LDAP.',
  },
  {
    group: Group.ldap,
    flag: Flag.public,
    key: 'ldap_login_tips',
    type: 'string',
    default: '',
    help: 'Its label.',
  },
] as const satisfies readonly SettingItem[];

/** The name of a setting. */
export type SettingKey = (typeof SETTINGS)[number]['key'];
