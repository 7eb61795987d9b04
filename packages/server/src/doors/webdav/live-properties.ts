import type { Quota } from '../../core/entry.ts';
import { ROOT } from '../../core/path.ts';
import { validatorsOf } from '../../http/conditional.ts';
import { httpDate } from '../../http/headers.ts';
import { contentTypeOf } from '../../http/media-type.ts';
import type { Lock } from '../../resources/locks.ts';
import type { Node } from '../../vfs/view.ts';
import type { ClientTraits } from './clients.ts';
import { activeLock } from './lock-xml.ts';
import { DAV } from './xml/element.ts';
import { escapeXml } from './xml/write.ts';

/** Where `checksums` are known from; clients that verify downloads look for it. */
export const OWNCLOUD = 'http://owncloud.org/ns';

/** What a property may tell of, beside the node. */
export interface PropertyContext {
  readonly client: ClientTraits;
  readonly locks: readonly Lock[];
  readonly quota: Quota | undefined;
  /** The href of a lock's root. */
  readonly rootOf: (lock: Lock) => string;
}

/** A property that the gateway itself tells (RFC 4918 §15, RFC 4331). None of them can be set. */
export interface LiveProperty {
  readonly uri: string;
  readonly local: string;
  /** False for those that are only told to who asks by name: they cost more. */
  readonly inAll: boolean;
  /** Its content as XML; undefined where the node has no such property. */
  value(node: Node, context: PropertyContext): string | undefined;
}

const FOLDER_TYPE = 'httpd/unix-directory';
const LOCK_ENTRIES = ['exclusive', 'shared']
  .map(
    (scope) =>
      `<D:lockentry><D:lockscope><D:${scope}/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockentry>`,
  )
  .join('');

const isFolder = ({ entry }: Node): boolean => entry.kind === 'folder';

export const LIVE_PROPERTIES: readonly LiveProperty[] = [
  dav('displayname', ({ path, entry }) => escapeXml(path === ROOT ? 'root' : entry.name)),
  dav('resourcetype', (node) => (isFolder(node) ? '<D:collection/>' : '')),
  dav('getcontentlength', (node, { client }) => {
    if (!isFolder(node)) return String(node.entry.size);
    return client.fileLikeFolders === true ? '0' : undefined;
  }),
  dav('getcontenttype', (node, { client }) => {
    if (!isFolder(node)) return escapeXml(contentTypeOf(node.entry.name));
    return client.fileLikeFolders === true ? FOLDER_TYPE : undefined;
  }),
  dav('getetag', (node, { client }) => {
    if (!isFolder(node)) return escaped(validatorsOf(node.entry).etag);
    return client.fileLikeFolders === true ? escaped(validatorsOf(node.entry).etag) : undefined;
  }),
  dav('getlastmodified', ({ entry }) =>
    entry.modified === undefined ? undefined : httpDate(entry.modified),
  ),
  dav('creationdate', ({ entry }, { client }) => {
    const at = entry.created ?? entry.modified;
    if (at === undefined) return undefined;
    return client.httpCreationDate === true
      ? httpDate(at)
      : new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
  }),
  dav('supportedlock', () => LOCK_ENTRIES),
  dav('lockdiscovery', (_, { locks, rootOf }) =>
    locks.map((lock) => activeLock(lock, rootOf(lock))).join(''),
  ),
  {
    ...dav('quota-available-bytes', (node, { quota }) => {
      if (!isFolder(node) || quota?.total === undefined) return undefined;
      return String(Math.max(0, quota.total - quota.used - (quota.trashed ?? 0)));
    }),
    inAll: false,
  },
  {
    ...dav('quota-used-bytes', (node, { quota }) =>
      isFolder(node) && quota !== undefined ? String(quota.used) : undefined,
    ),
    inAll: false,
  },
  {
    uri: OWNCLOUD,
    local: 'checksums',
    inAll: true,
    value({ entry }) {
      const hashes = Object.entries(entry.hashes ?? {});
      if (entry.kind === 'folder' || hashes.length === 0) return undefined;
      return hashes
        .map(([kind, hash]) => `<oc:checksum>${escapeXml(`${kind}:${hash}`)}</oc:checksum>`)
        .join('');
    },
  },
];

function dav(local: string, value: LiveProperty['value']): LiveProperty {
  return { uri: DAV, local, inAll: true, value };
}

function escaped(text: string | undefined): string | undefined {
  return text === undefined ? undefined : escapeXml(text);
}

/** The property of that name, if the gateway tells it. */
export function liveProperty(uri: string, local: string): LiveProperty | undefined {
  return LIVE_PROPERTIES.find((property) => property.local === local && property.uri === uri);
}
