import { defineConfig } from '../../core/config-fields.ts';
import type { ConfigSpec } from '../../core/config-spec.ts';
import type { Credentials } from './credentials.ts';
import { API_ROOTS, type ApiRoot } from './platforms.ts';

/** A PikPak storage's settings, checked. */
export interface PikPakConfig {
  readonly credentials: Credentials;
  /** '' for the drive's root. */
  readonly rootFolderId: string;
  readonly apiRoot: ApiRoot;
  /** Whether a media link is preferred, as PikPak's own player does. */
  readonly preferMedia: boolean;
  readonly egress: string;
}

const DEVICE_ID = /^[0-9a-f]{32}$/;
const FOLDER_ID = /^[\w-]{1,128}$/;
const EGRESS = /^((https?|socks5h?):\/\/\S+|[a-z][a-z0-9-]*)?$/i;

const FIELDS = [
  {
    name: 'username',
    type: 'string',
    label: 'Username',
    help: 'Email, phone number with country code (+8613800138000), or user name.',
  },
  {
    name: 'password',
    type: 'string',
    label: 'Password',
    help: 'An account made through Google or Facebook has none until you set one at PikPak.',
    secret: true,
  },
  {
    name: 'refresh_token',
    type: 'string',
    label: 'Refresh token',
    help: 'In place of a password, or where PikPak refuses it. From a browser, with platform "web"; used once, then renewed by itself.',
    secret: true,
  },
  {
    name: 'root_folder_id',
    type: 'string',
    label: 'Root folder id',
    help: 'The folder to show. Empty for the whole drive.',
  },
  {
    name: 'platform',
    type: 'select',
    label: 'Platform',
    help: 'The PikPak program to act as. A refresh token works only with the platform it was made on.',
    options: ['web', 'android', 'pc'],
    default: 'web',
  },
  {
    name: 'api_root',
    type: 'select',
    label: 'API address',
    help: 'Domain of PikPak to use. All serve the same account; take another where one is blocked.',
    options: API_ROOTS,
    default: 'mypikpak.net',
  },
  {
    name: 'egress',
    type: 'string',
    label: 'Egress',
    help: 'The way out to PikPak. Empty: direct. Or a proxy: http://, https://, socks5:// or socks5h:// with host and port.',
    secret: true,
  },
  {
    name: 'disable_media_link',
    type: 'bool',
    label: 'Disable media link',
    help: 'On: always the original file. Off: players get the link that PikPak plays from, which can be a transcoded copy.',
    default: true,
  },
  {
    name: 'captcha_token',
    type: 'string',
    label: 'Captcha token',
    help: 'Only after PikPak asked for a check: the token from the address that the check page ends at.',
    secret: true,
  },
  {
    name: 'device_id',
    type: 'string',
    label: 'Device id',
    help: '32 hexadecimal digits. Leave it empty to have one made.',
  },
] as const;

const fields: ConfigSpec<PikPakConfig> = defineConfig(FIELDS, (values, problem) => {
  const username = loginName(values.username);
  if (values.refresh_token === '') {
    if (username === '') problem('username', 'Give user name and password, or a refresh token.');
    else if (values.password === '') problem('password', 'Give the password, or a refresh token.');
  } else if (values.password !== '' && username === '') {
    problem('username', 'A password needs its user name.');
  }
  const deviceId = values.device_id.toLowerCase();
  if (deviceId !== '' && !DEVICE_ID.test(deviceId)) {
    problem('device_id', 'Device id must be 32 hexadecimal digits.');
  }
  const rootFolderId = values.root_folder_id === 'root' ? '' : values.root_folder_id;
  if (rootFolderId !== '' && !FOLDER_ID.test(rootFolderId)) {
    problem('root_folder_id', 'Root folder id must be an id as PikPak gives it, not a path.');
  }
  if (!EGRESS.test(values.egress)) {
    problem('egress', 'Egress must be empty or begin with http://, https://, socks5:// or socks5h://.');
  }
  return {
    credentials: {
      username,
      password: values.password,
      refreshToken: values.refresh_token,
      captchaToken: values.captcha_token,
      deviceId,
      platform: values.platform,
      root: values.api_root,
    },
    rootFolderId,
    apiRoot: values.api_root,
    preferMedia: !values.disable_media_link,
    egress: values.egress,
  };
});

/** Settings of a PikPak storage, as AList names them; `api_domain` of newer AList (`mypikpak_net`) is read as `api_root`. */
export const pikpakConfig: ConfigSpec<PikPakConfig> = {
  fields: fields.fields,
  parse(values) {
    const domain = values['api_domain'];
    if (typeof domain !== 'string' || Object.hasOwn(values, 'api_root')) return fields.parse(values);
    return fields.parse({ ...values, api_root: domain.replace('_', '.') });
  },
};

/** PikPak writes phone numbers without blanks, and compares (protocol reference §2.2). */
function loginName(given: string): string {
  return /^\+[\d\s().-]+$/.test(given) ? given.replaceAll(/[^\d+]/g, '') : given;
}
