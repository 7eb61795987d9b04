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
} from '../pikpak/account-settings.ts';
import type { Credentials } from '../pikpak/credentials.ts';
import type { ApiRoot } from '../pikpak/platforms.ts';
import { parseShareAddress } from './address.ts';

/** The settings of a shared folder, checked. */
export interface PikPakShareConfig extends FileWay {
  readonly shareId: string;
  /** '' for a share that needs none. */
  readonly passCode: string;
  /** Where in the share to start; '' for its top. */
  readonly targetId: string;
  /** Without an account when empty. */
  readonly credentials: Credentials;
  readonly apiRoot: ApiRoot;
  readonly egress: string;
  /** Whether players get a transcoded copy where there is one. */
  readonly preferTranscode: boolean;
}

const FIELDS = [
  {
    name: 'share_id',
    type: 'string',
    label: 'Share',
    help: 'The link of the share (https://mypikpak.com/s/…), or its id. A link into a folder shows that folder; a pass code in the link is used.',
    required: true,
  },
  {
    name: 'share_pwd',
    type: 'string',
    label: 'Pass code',
    help: 'Only for a share that asks for one. It goes before a code in the link.',
    secret: true,
  },
  {
    name: 'root_folder_id',
    type: 'string',
    label: 'Root folder id',
    help: 'A folder inside the share to show instead of all of it. It goes before a folder in the link.',
    advanced: true,
  },
  {
    ...ACCOUNT_FIELDS.username,
    help: 'Optional: shares can be read without an account. Email, phone number with country code (+8613800138000), or user name.',
  },
  ACCOUNT_FIELDS.password,
  ACCOUNT_FIELDS.refreshToken,
  ACCOUNT_FIELDS.platform,
  {
    name: 'use_transcoding_address',
    type: 'bool',
    label: 'Use transcoding address',
    help: "On: players get PikPak's transcoded copy of a film, which comes whole where PikPak cuts the original of a large file. Downloads are always the original.",
    default: false,
    advanced: true,
  },
  {
    name: 'restore_account',
    type: 'string',
    label: 'Save cut files to',
    help: 'The mount path of a PikPak storage of your own. A file that PikPak cuts for visitors is saved there when it is first played, and comes whole. Empty: it is served as far as it goes.',
    storageWith: 'restore',
  },
  ACCOUNT_FIELDS.apiRoot,
  {
    ...ACCOUNT_FIELDS.egress,
    help: 'The way out to PikPak, for a share that is refused in this region. Empty: direct. Or a proxy: http://, https://, socks5:// or socks5h:// with host and port.',
  },
  ACCOUNT_FIELDS.fileEgress,
  ACCOUNT_FIELDS.downloadDomain,
  ACCOUNT_FIELDS.customDownloadDomain,
  ACCOUNT_FIELDS.deviceId,
] as const;

const fields: ConfigSpec<PikPakShareConfig> = defineConfig(FIELDS, (values, problem) => {
  const address = parseShareAddress(values.share_id);
  if (address === undefined) {
    problem('share_id', 'Share must be a link like https://mypikpak.com/s/… or the id of a share.');
  }
  const credentials = credentialsOf(values);
  const { username, password, refreshToken } = credentials;
  if (username !== '' || password !== '' || refreshToken !== '') checkLogin(credentials, problem);
  checkDeviceAndEgress(values, problem);
  const rootFolderId = rootFolderIdOf(values.root_folder_id, problem);
  return {
    shareId: address?.shareId ?? '',
    passCode: values.share_pwd || (address?.passCode ?? ''),
    targetId: rootFolderId || (address?.targetId ?? ''),
    credentials,
    apiRoot: values.api_root,
    egress: values.egress,
    ...fileWayOf(values),
    preferTranscode: values.use_transcoding_address,
  };
});

/** Settings of a PikPak share, as AList names them. */
export const pikpakShareConfig: ConfigSpec<PikPakShareConfig> = {
  fields: fields.fields,
  parse: (values) => fields.parse(withAListSpelling(values)),
};
