/** A WebDAV client, and what it wants otherwise than RFC 4918 has it. */
export interface ClientTraits {
  readonly name: string;
  /** How its `User-Agent` is told. */
  readonly agent: RegExp;
  /** True for one that reads `creationdate` only as HTTP writes dates. */
  readonly httpCreationDate?: boolean;
  /** True for one that takes a folder for a file unless it has a length and a type like one. */
  readonly fileLikeFolders?: boolean;
  /** What else it is known to do, for whoever changes this door. */
  readonly ways: string;
  /** Where this is known from. */
  readonly source: string;
}

/**
 * The clients that people use, as data (design §9). Who can't be redirected stands in `links/weak-clients.ts`, since that counts at other
 * doors too. The requests that each is known to send are replayed in `client-scripts.test.ts`, which wants a script for every row.
 */
export const CLIENTS: readonly ClientTraits[] = [
  {
    name: 'Windows Explorer',
    agent: /Microsoft-WebDAV-MiniRedir|Microsoft Data Access Internet Publishing/i,
    httpCreationDate: true,
    ways: 'Looks for MS-Author-Via; puts an empty file, locks it, puts the content, sets Win32 properties, unlocks. No redirects.',
    source: 'API reference §7.3, §7.5; AlistGo/alist#6846',
  },
  {
    name: 'macOS Finder',
    agent: /WebDAVFS\/|WebDAVLib\//,
    ways: 'Asks for class 2 or mounts read-only; puts an empty file, locks it, sends chunks with X-Expected-Entity-Length; leaves ._* and .DS_Store.',
    source: 'API reference §7.4, §7.5',
  },
  {
    name: 'davfs2',
    agent: /^davfs2\//i,
    ways: 'Asks for quota when mounting; locks a name before there is a file, then puts with If. No redirects.',
    source: 'recorded with davfs2 1.6.1; AlistGo/alist#2499',
  },
  {
    name: 'cadaver',
    agent: /^cadaver\//i,
    ways: 'OPTIONS, then PROPFIND of depth 0 and 1 with bodies. Gives up at a redirect of GET.',
    source: 'recorded with cadaver 0.24',
  },
  {
    name: 'rclone',
    agent: /^rclone\//i,
    ways: 'PROPFIND of depth 0 and 1; follows redirects without its password; wants 404, 405 and 409 where RFC 4918 has them.',
    source: 'recorded with rclone 1.60; API reference §7.5',
  },
  {
    name: 'Infuse',
    agent: /^Infuse/i,
    fileLikeFolders: true,
    ways: 'Shows folders as files when they lack the live properties of files. Several ranges at once.',
    source: 'mar10/wsgidav#316, nzbdav-dev/nzbdav#271; API reference §7.5',
  },
  {
    name: 'Kodi',
    agent: /^(?:Kodi|XBMC)\//i,
    ways: 'PROPFIND of depth 1, HEAD, ranged GET. Sends its password along with a redirect.',
    source: 'API reference §7.5',
  },
  {
    name: 'VLC',
    agent: /\b(?:Lib)?VLC\//i,
    ways: 'Ranged GET from where it seeks to.',
    source: 'API reference §7.5',
  },
  {
    name: 'nPlayer',
    agent: /^nPlayer\b/i,
    ways: 'PROPFIND of depth 1, several ranges at once.',
    source: 'API reference §7.5; AlistGo/alist#4280',
  },
  {
    name: 'RaiDrive',
    agent: /\bRaiDrive\b/i,
    ways: 'Puts an empty file first, then the content.',
    source: 'AlistGo/alist#7016',
  },
  {
    name: 'CloudDrive2',
    agent: /\bCloudDrive/i,
    ways: 'Takes any answer but 207 to its first PROPFIND for a server that is none.',
    source: 'OpenListTeam/OpenList#254',
  },
  {
    name: 'Zotero',
    agent: /\bZotero\//i,
    ways: 'Tests the folder: PROPFIND, a GET that must be 404, a PUT, a GET, a DELETE.',
    source: 'API reference §7.5; AlistGo/alist#1967',
  },
  {
    name: 'Joplin',
    agent: /^Joplin/i,
    ways: 'MKCOL of folders that exist, which must be 405; MOVE with Overwrite: T; relies on tags that stay.',
    source: 'API reference §7.5',
  },
];

const OTHERS: ClientTraits = { name: 'another client', agent: /^/, ways: '', source: 'RFC 4918' };

/** What is known of the client behind a `User-Agent`. */
export function clientBehind(userAgent: string | undefined): ClientTraits {
  return CLIENTS.find(({ agent }) => agent.test(userAgent ?? '')) ?? OTHERS;
}
