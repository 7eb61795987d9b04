import { defineConfig } from '../../core/config-fields.ts';
import type { ConfigSpec } from '../../core/config-spec.ts';
import {
  ACCOUNT_FIELDS,
  checkDeviceAndEgress,
  checkLogin,
  credentialsOf,
  type FileWay,
  fileWayOf,
  rootFolderIdOf,
  withAListSpelling,
} from './account-settings.ts';
import type { Credentials } from './credentials.ts';
import type { ApiRoot } from './platforms.ts';

/** A PikPak storage's settings, checked. */
export interface PikPakConfig extends FileWay {
  readonly credentials: Credentials;
  /** '' for the drive's root. */
  readonly rootFolderId: string;
  readonly apiRoot: ApiRoot;
  /** Whether a media link is preferred, as PikPak's own player does. */
  readonly preferMedia: boolean;
  /** What players should begin with where a film has copies in other resolutions. */
  readonly prefer: 'original' | 'media';
  readonly egress: string;
}

const FIELDS = [
  ACCOUNT_FIELDS.username,
  ACCOUNT_FIELDS.password,
  ACCOUNT_FIELDS.refreshToken,
  {
    name: 'root_folder_id',
    type: 'string',
    label: 'Root folder id',
    help: 'The folder to show. Empty for the whole drive.',
    advanced: true,
  },
  ACCOUNT_FIELDS.platform,
  ACCOUNT_FIELDS.apiRoot,
  ACCOUNT_FIELDS.egress,
  {
    name: 'disable_media_link',
    type: 'bool',
    label: 'Disable media link',
    help: 'On: the download link. Off: the link that PikPak plays the original from, where there is one.',
    default: true,
    advanced: true,
  },
  {
    name: 'prefer',
    type: 'select',
    label: 'Films begin as',
    help: 'Original: the file itself. Media: what PikPak would play, a copy where the file is too heavy. All can be chosen while playing.',
    options: ['original', 'media'],
    default: 'original',
  },
  {
    name: 'share_cache_gb',
    type: 'number',
    label: 'Room for shared files (GB)',
    help: 'For copies of shared files that are saved here to be played whole. The one played longest ago goes first. Nothing else is ever removed.',
    default: 50,
    advanced: true,
  },
  {
    name: 'show_share_cache',
    type: 'bool',
    label: 'Show these copies',
    help: 'They lie in the folder .sluice-cache, which is left out of listings.',
    default: false,
    advanced: true,
  },
  {
    name: 'captcha_token',
    type: 'string',
    label: 'Captcha token',
    help: 'Only after PikPak asked for a check: the token from the address that the check page ends at.',
    secret: true,
    advanced: true,
  },
  ACCOUNT_FIELDS.fileEgress,
  ACCOUNT_FIELDS.downloadDomain,
  ACCOUNT_FIELDS.customDownloadDomain,
  ACCOUNT_FIELDS.deviceId,
] as const;

const fields: ConfigSpec<PikPakConfig> = defineConfig(FIELDS, (values, problem) => {
  const credentials = credentialsOf(values, values.captcha_token);
  checkLogin(credentials, problem);
  checkDeviceAndEgress(values, problem);
  if (values.share_cache_gb <= 0) problem('share_cache_gb', 'Room for shared files must be more than 0 GB.');
  return {
    credentials,
    rootFolderId: rootFolderIdOf(values.root_folder_id, problem),
    apiRoot: values.api_root,
    preferMedia: !values.disable_media_link,
    prefer: values.prefer,
    egress: values.egress,
    ...fileWayOf(values),
  };
});

/** Settings of a PikPak storage, as AList names them. */
export const pikpakConfig: ConfigSpec<PikPakConfig> = {
  fields: fields.fields,
  parse: (values) => fields.parse(withAListSpelling(values)),
};
