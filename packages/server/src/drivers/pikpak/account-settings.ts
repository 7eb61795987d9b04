import type { ConfigField } from '../../core/config-spec.ts';
import type { FieldValues, ReportProblem } from '../../core/config-fields.ts';
import type { Credentials } from './credentials.ts';
import { DOWNLOAD_DOMAINS, downloadDomainOf, isDomain } from './download-domain.ts';
import { API_ROOTS } from './platforms.ts';

/** Settings about account and way out, for the forms of all kinds of storage that PikPak serves. */
export const ACCOUNT_FIELDS = {
  username: {
    name: 'username',
    type: 'string',
    label: 'Username',
    help: 'Email, phone number with country code (+8613800138000), or user name.',
  },
  password: {
    name: 'password',
    type: 'string',
    label: 'Password',
    help: 'An account made through Google or Facebook has none until you set one at PikPak.',
    secret: true,
  },
  refreshToken: {
    name: 'refresh_token',
    type: 'string',
    label: 'Refresh token',
    help: 'In place of a password, or where PikPak refuses it. From a browser, with platform "web"; used once, then renewed by itself.',
    secret: true,
  },
  platform: {
    name: 'platform',
    type: 'select',
    label: 'Platform',
    help: 'The PikPak program to act as. A refresh token works only with the platform it was made on.',
    options: ['web', 'android', 'pc'],
    default: 'web',
    advanced: true,
  },
  apiRoot: {
    name: 'api_root',
    type: 'select',
    label: 'API address',
    help: 'Domain of PikPak to use. All serve the same account; take another where one is blocked.',
    options: API_ROOTS,
    default: 'mypikpak.net',
    advanced: true,
  },
  egress: {
    name: 'egress',
    type: 'string',
    label: 'Egress',
    help: 'The way out to PikPak. Empty: direct. Or a proxy: http://, https://, socks5:// or socks5h:// with host and port.',
  },
  fileEgress: {
    name: 'file_egress',
    type: 'string',
    label: 'Egress for files',
    help: 'Another way out for the bytes of files, in the same form. Empty: the same. PikPak serves a file of your own drive only to the address that asked for its link, so both ways must come out at one address.',
    advanced: true,
  },
  downloadDomain: {
    name: 'download_domain',
    type: 'select',
    label: 'Download domain',
    help: 'Domain that links to files are made to lead to, where the one that PikPak gives is blocked or slow. "original" leaves them as they are.',
    options: DOWNLOAD_DOMAINS,
    default: 'original',
    advanced: true,
  },
  customDownloadDomain: {
    name: 'custom_download_domain',
    type: 'string',
    label: 'Download domain of your own',
    help: 'A domain in place of the chosen one, such as one that you have pointed at PikPak.',
    advanced: true,
  },
  deviceId: {
    name: 'device_id',
    type: 'string',
    label: 'Device id',
    help: '32 hexadecimal digits. Leave it empty to have one made.',
    advanced: true,
  },
} as const satisfies Readonly<Record<string, ConfigField>>;

type AccountFields = typeof ACCOUNT_FIELDS;
type AccountValues = FieldValues<readonly AccountFields[keyof AccountFields][]>;

const DEVICE_ID = /^[0-9a-f]{32}$/;
const ENTRY_ID = /^[\w-]{1,128}$/;
const EGRESS = /^((https?|socks5h?):\/\/\S+|[a-z][a-z0-9-]*)?$/i;

/** Credentials out of a form. Whether they are enough to sign in is `checkLogin`'s affair. */
export function credentialsOf(values: AccountValues, captchaToken = ''): Credentials {
  return {
    username: loginName(values.username),
    password: values.password,
    refreshToken: values.refresh_token,
    captchaToken,
    deviceId: values.device_id.toLowerCase(),
    platform: values.platform,
    root: values.api_root,
  };
}

/** Reports what keeps an account from being signed in to. */
export function checkLogin({ username, password, refreshToken }: Credentials, problem: ReportProblem): void {
  if (refreshToken === '') {
    if (username === '') problem('username', 'Give user name and password, or a refresh token.');
    else if (password === '') problem('password', 'Give the password, or a refresh token.');
  } else if (password !== '' && username === '') {
    problem('username', 'A password needs its user name.');
  }
}

/** How files of a storage are fetched. */
export interface FileWay {
  /** The way out for their bytes. */
  readonly fileEgress: string;
  /** '' for leaving links as they are. */
  readonly downloadDomain: string;
}

/** Reports a device id, a way out or a domain that is none. */
export function checkDeviceAndEgress(
  {
    device_id,
    egress,
    file_egress,
    custom_download_domain,
  }: Pick<AccountValues, 'device_id' | 'egress' | 'file_egress' | 'custom_download_domain'>,
  problem: ReportProblem,
): void {
  if (device_id !== '' && !DEVICE_ID.test(device_id.toLowerCase())) {
    problem('device_id', 'Device id must be 32 hexadecimal digits.');
  }
  if (!EGRESS.test(egress)) {
    problem('egress', 'Egress must be empty or begin with http://, https://, socks5:// or socks5h://.');
  }
  if (!EGRESS.test(file_egress)) {
    problem(
      'file_egress',
      'Egress for files must be empty or begin with http://, https://, socks5:// or socks5h://.',
    );
  }
  const own = downloadDomainOf('original', custom_download_domain);
  if (own !== '' && !isDomain(own)) {
    problem(
      'custom_download_domain',
      'Download domain must be the name of a host, such as files.example.org.',
    );
  }
}

/** Out of a form. */
export function fileWayOf(
  values: Pick<AccountValues, 'egress' | 'file_egress' | 'download_domain' | 'custom_download_domain'>,
): FileWay {
  return {
    fileEgress: values.file_egress === '' ? values.egress : values.file_egress,
    downloadDomain: downloadDomainOf(values.download_domain, values.custom_download_domain),
  };
}

/** The id of the folder to start at; '' for the top, for which `root` is another word. Reports what is no id. */
export function rootFolderIdOf(given: string, problem: ReportProblem): string {
  const id = given === 'root' ? '' : given;
  if (id !== '' && !ENTRY_ID.test(id)) {
    problem('root_folder_id', 'Root folder id must be an id as PikPak gives it, not a path.');
  }
  return id;
}

/** `api_domain` of newer AList (`mypikpak_net`) read as `api_root`, and the same spelling of `download_domain`. */
export function withAListSpelling(
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { api_domain: api, download_domain: download } = values;
  return {
    ...values,
    ...(typeof api === 'string' && !Object.hasOwn(values, 'api_root')
      ? { api_root: api.replace('_', '.') }
      : {}),
    ...(typeof download === 'string' ? { download_domain: download.replace('_', '.') } : {}),
  };
}

/** PikPak writes phone numbers without blanks, and compares (protocol reference §2.2). */
function loginName(given: string): string {
  return /^\+[\d\s().-]+$/.test(given) ? given.replaceAll(/[^\d+]/g, '') : given;
}
