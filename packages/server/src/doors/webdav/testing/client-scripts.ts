import { lockBody } from './dav-doors.ts';

/** One request of a client, and what it goes on with. */
export interface Step {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The statuses with which the client goes on. */
  readonly wants: readonly number[];
  /** What the client looks for in the body. */
  readonly finds?: readonly (string | RegExp)[];
  /** Headers that it looks for. */
  readonly sees?: Readonly<Record<string, RegExp>>;
}

/**
 * How a client goes about something. In headers and bodies `{token}` stands for the token of the last lock, `{url}` for the server,
 * `{etag}` for the last tag.
 */
export interface ClientScript {
  /** The row in `CLIENTS`. */
  readonly client: string;
  readonly agent: string;
  readonly does: string;
  /** `recorded` from the real program; else `described` by what the row's source says of it. */
  readonly knowledge: 'recorded' | 'described';
  readonly steps: readonly Step[];
}

const DEPTH_0 = { Depth: '0' };
const DEPTH_1 = { Depth: '1' };
const ALLPROP = '<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><allprop/></propfind>';
const COLLECTION = '<D:collection/>';

/** What file managers and players ask of a folder. */
const USUAL_PROPS = propfind(
  'displayname',
  'getcontentlength',
  'getlastmodified',
  'resourcetype',
  'getcontenttype',
  'getetag',
);

function propfind(...names: readonly string[]): string {
  const inner = names.map((name) => `<D:${name}/>`).join('');
  return `<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:"><D:prop>${inner}</D:prop></D:propfind>`;
}

/** How programs on the library neon write a PROPFIND: cadaver and davfs2. */
function neonPropfind(...more: readonly string[]): string {
  const names = more.map((name) => `<${name} xmlns="DAV:"/>\n`).join('');
  const apache = '<executable xmlns="http://apache.org/dav/props/"/>\n';
  return `<?xml version="1.0" encoding="utf-8"?>\n<propfind xmlns="DAV:"><prop>\n${names}${apache}</prop></propfind>\n`;
}

function neonLock(owner = ''): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n<lockinfo xmlns='DAV:'>\n <lockscope><exclusive/></lockscope>\n<locktype><write/></locktype>${owner}</lockinfo>\n`;
}

/** Lists a folder, seeks in the film: what every player does. */
function player(client: string, agent: string, more: readonly Step[] = []): ClientScript {
  return {
    client,
    agent,
    does: 'browses and plays a film, seeking in it',
    knowledge: 'described',
    steps: [
      {
        method: 'PROPFIND',
        path: '/dav/',
        headers: DEPTH_1,
        body: USUAL_PROPS,
        wants: [207],
        finds: ['/dav/m/'],
      },
      {
        method: 'PROPFIND',
        path: '/dav/m/',
        headers: DEPTH_1,
        body: USUAL_PROPS,
        wants: [207],
        finds: ['/dav/m/film.mkv', COLLECTION, '<D:getcontentlength>10<'],
      },
      ...more,
      {
        method: 'GET',
        path: '/dav/m/film.mkv',
        headers: { Range: 'bytes=0-' },
        wants: [206],
        sees: { 'content-range': /^bytes 0-9\/10$/ },
      },
      {
        method: 'GET',
        path: '/dav/m/film.mkv',
        headers: { Range: 'bytes=7-' },
        wants: [206],
        finds: ['789'],
      },
      { method: 'GET', path: '/dav/m/film.mkv', headers: { Range: 'bytes=-2' }, wants: [206], finds: ['89'] },
    ],
  };
}

export const SCRIPTS: readonly ClientScript[] = [
  {
    client: 'Windows Explorer',
    agent: 'Microsoft-WebDAV-MiniRedir/10.0.19045',
    does: 'connects, and copies a file in',
    knowledge: 'described',
    steps: [
      {
        method: 'OPTIONS',
        path: '/dav',
        headers: { translate: 'f' },
        wants: [200],
        sees: { dav: /\b1\b.*\b2\b/, 'ms-author-via': /^DAV$/ },
      },
      {
        method: 'PROPFIND',
        path: '/dav/m',
        headers: { ...DEPTH_0, translate: 'f' },
        wants: [207],
        finds: [COLLECTION, /<D:creationdate>\w{3}, \d\d \w{3} \d{4}/],
      },
      { method: 'PROPFIND', path: '/dav/m/new.doc', headers: DEPTH_0, wants: [404] },
      { method: 'PUT', path: '/dav/m/new.doc', body: '', wants: [201, 204] },
      {
        method: 'LOCK',
        path: '/dav/m/new.doc',
        headers: { ...DEPTH_0, Timeout: 'Second-3600' },
        body: lockBody(),
        wants: [200],
        finds: [/<D:timeout>Second-3600</],
      },
      { method: 'HEAD', path: '/dav/m/new.doc', wants: [200] },
      {
        method: 'PUT',
        path: '/dav/m/new.doc',
        headers: { If: '(<{token}>)' },
        body: 'words',
        wants: [200, 201, 204],
      },
      {
        method: 'PROPPATCH',
        path: '/dav/m/new.doc',
        headers: { If: '(<{token}>)' },
        body: '<?xml version="1.0" encoding="utf-8" ?><D:propertyupdate xmlns:D="DAV:" xmlns:Z="urn:schemas-microsoft-com:"><D:set><D:prop><Z:Win32CreationTime>Thu, 01 Jan 2026 00:00:00 GMT</Z:Win32CreationTime><Z:Win32FileAttributes>00000020</Z:Win32FileAttributes></D:prop></D:set></D:propertyupdate>',
        wants: [207],
        finds: ['HTTP/1.1 200 OK'],
      },
      { method: 'UNLOCK', path: '/dav/m/new.doc', headers: { 'Lock-Token': '<{token}>' }, wants: [204] },
      { method: 'GET', path: '/dav/m/new.doc', headers: { translate: 'f' }, wants: [200], finds: ['words'] },
    ],
  },
  {
    client: 'macOS Finder',
    agent: 'WebDAVFS/3.0.0 (03008000) Darwin/24.0.0 (arm64)',
    does: 'mounts, and copies a file in',
    knowledge: 'described',
    steps: [
      { method: 'OPTIONS', path: '/dav/', wants: [200], sees: { dav: /\b2\b/ } },
      {
        method: 'PROPFIND',
        path: '/dav/m/',
        headers: DEPTH_0,
        body: propfind('quota-available-bytes', 'quota-used-bytes', 'getlastmodified'),
        wants: [207],
      },
      { method: 'PROPFIND', path: '/dav/m/._new.key', headers: DEPTH_0, wants: [404] },
      { method: 'PUT', path: '/dav/m/new.key', body: '', wants: [201] },
      {
        method: 'LOCK',
        path: '/dav/m/new.key',
        headers: { ...DEPTH_0, Timeout: 'Second-600' },
        body: lockBody('exclusive', '<D:href>http://www.apple.com/webdav_fs/</D:href>'),
        wants: [200],
        finds: ['http://www.apple.com/webdav_fs/'],
      },
      {
        method: 'PUT',
        path: '/dav/m/new.key',
        headers: { If: '(<{token}>)', 'X-Expected-Entity-Length': '6' },
        body: 'slides',
        wants: [200, 201, 204],
      },
      {
        method: 'PROPFIND',
        path: '/dav/m/new.key',
        headers: DEPTH_0,
        wants: [207],
        finds: ['<D:getcontentlength>6<'],
      },
      { method: 'UNLOCK', path: '/dav/m/new.key', headers: { 'Lock-Token': '<{token}>' }, wants: [204] },
      { method: 'PUT', path: '/dav/m/._new.key', body: 'fork', wants: [201] },
    ],
  },
  {
    client: 'davfs2',
    agent: 'davfs2/1.6.1 neon/0.32.5',
    does: 'mounts, and writes a file',
    knowledge: 'recorded',
    steps: [
      { method: 'OPTIONS', path: '/dav/', wants: [200], sees: { dav: /\b2\b/ } },
      {
        method: 'PROPFIND',
        path: '/dav/',
        headers: { ...DEPTH_1, 'Content-Type': 'application/xml' },
        body: neonPropfind('resourcetype', 'getcontentlength', 'getetag', 'getlastmodified'),
        wants: [207],
        finds: ['/dav/m/', COLLECTION],
      },
      {
        method: 'PROPFIND',
        path: '/dav/',
        headers: DEPTH_0,
        body: '<?xml version="1.0" encoding="utf-8"?>\n<propfind xmlns="DAV:"><prop>\n<quota-available-bytes xmlns="DAV:"/>\n<quota-used-bytes xmlns="DAV:"/>\n</prop></propfind>\n',
        wants: [207],
      },
      {
        method: 'LOCK',
        path: '/dav/m/new.txt',
        headers: { ...DEPTH_0, Timeout: 'Second-1800' },
        body: neonLock('<owner>admin</owner>\n'),
        wants: [201],
        finds: ['<D:owner>admin</D:owner>', '<D:timeout>Second-1800<'],
      },
      { method: 'HEAD', path: '/dav/m/new.txt', wants: [200], sees: { etag: /^"/ } },
      {
        method: 'PUT',
        path: '/dav/m/new.txt',
        headers: { If: '<{url}/dav/m/new.txt> (<{token}>)' },
        body: 'hello\n',
        wants: [204],
      },
      { method: 'UNLOCK', path: '/dav/m/new.txt', headers: { 'Lock-Token': '<{token}>' }, wants: [204] },
    ],
  },
  {
    client: 'cadaver',
    agent: 'cadaver/0.24 neon/0.32.5',
    does: 'lists a folder, locks a file in it and writes that',
    knowledge: 'recorded',
    steps: [
      { method: 'OPTIONS', path: '/dav/', wants: [200], sees: { dav: /\b1\b/ } },
      {
        method: 'PROPFIND',
        path: '/dav/m/',
        headers: DEPTH_1,
        body: neonPropfind(
          'getcontentlength',
          'getlastmodified',
          'resourcetype',
          'checked-in',
          'checked-out',
        ),
        wants: [207],
        finds: [COLLECTION, 'HTTP/1.1 404 Not Found'],
      },
      { method: 'PUT', path: '/dav/m/a.txt', body: 'from cadaver', wants: [201] },
      { method: 'LOCK', path: '/dav/m/a.txt', headers: DEPTH_0, body: neonLock(), wants: [200] },
      {
        method: 'PUT',
        path: '/dav/m/a.txt',
        headers: { If: '<{url}/dav/m/a.txt> (<{token}>)' },
        body: 'from cadaver',
        wants: [204],
      },
      { method: 'UNLOCK', path: '/dav/m/a.txt', headers: { 'Lock-Token': '<{token}>' }, wants: [204] },
      { method: 'GET', path: '/dav/m/a.txt', wants: [200], finds: ['from cadaver'] },
      { method: 'DELETE', path: '/dav/m/a.txt', wants: [204] },
    ],
  },
  {
    client: 'rclone',
    agent: 'rclone/',
    does: 'copies a file into a new folder, moves it, reads a part, deletes the folder',
    knowledge: 'recorded',
    steps: [
      { method: 'PROPFIND', path: '/dav/m/up/a%23b.txt', headers: DEPTH_1, wants: [404] },
      { method: 'MKCOL', path: '/dav/m/up/', wants: [201] },
      { method: 'PUT', path: '/dav/m/up/a%23b.txt', body: 'content', wants: [201] },
      {
        method: 'PROPFIND',
        path: '/dav/m/up/a%23b.txt',
        headers: DEPTH_1,
        wants: [207],
        finds: ['/dav/m/up/a%23b.txt', '<D:getcontentlength>7<'],
      },
      { method: 'MKCOL', path: '/dav/m/up/', wants: [405] },
      {
        method: 'MOVE',
        path: '/dav/m/up/a%23b.txt',
        headers: { Destination: '{url}/dav/m/up/c.txt', Overwrite: 'F' },
        wants: [201],
      },
      {
        method: 'GET',
        path: '/dav/m/up/c.txt',
        headers: { ...DEPTH_0, Range: 'bytes=2-4' },
        wants: [206],
        finds: ['nte'],
      },
      { method: 'PROPFIND', path: '/dav/m/up', headers: DEPTH_1, wants: [207], finds: ['/dav/m/up/'] },
      { method: 'DELETE', path: '/dav/m/up/', wants: [204] },
    ],
  },
  {
    client: 'Infuse',
    agent: 'Infuse/8.1 (iPhone; iOS 18.0)',
    does: 'tells folders from files by their live properties',
    knowledge: 'described',
    steps: [
      { method: 'OPTIONS', path: '/dav/', wants: [200] },
      {
        method: 'PROPFIND',
        path: '/dav/m/',
        headers: DEPTH_1,
        body: USUAL_PROPS,
        wants: [207],
        finds: [
          /<D:getcontentlength>0<.*<D:collection\/>/,
          'httpd/unix-directory',
          '<D:getcontentlength>10<',
        ],
      },
    ],
  },
  player('Kodi', 'Kodi/21.0 (Linux; Android 12) Android/12 Sys_CPU/arm64', [
    {
      method: 'HEAD',
      path: '/dav/m/film.mkv',
      wants: [200],
      sees: { 'content-length': /^10$/, 'accept-ranges': /bytes/ },
    },
  ]),
  player('VLC', 'VLC/3.0.21 LibVLC/3.0.21'),
  player('nPlayer', 'nPlayer/3.12'),
  {
    client: 'RaiDrive',
    agent: 'RaiDrive/2024.9',
    does: 'writes a file: first an empty one, then the content',
    knowledge: 'described',
    steps: [
      {
        method: 'PROPFIND',
        path: '/dav/m/',
        headers: DEPTH_1,
        body: ALLPROP,
        wants: [207],
        finds: [COLLECTION],
      },
      { method: 'PROPFIND', path: '/dav/m/new.zip', headers: DEPTH_0, wants: [404] },
      { method: 'PUT', path: '/dav/m/new.zip', body: '', wants: [201] },
      { method: 'PUT', path: '/dav/m/new.zip', body: 'archive', wants: [200, 201, 204] },
      {
        method: 'PROPFIND',
        path: '/dav/m/new.zip',
        headers: DEPTH_0,
        wants: [207],
        finds: ['<D:getcontentlength>7<'],
      },
    ],
  },
  {
    client: 'CloudDrive2',
    agent: 'CloudDrive2/0.8',
    does: 'mounts the root, and lists it',
    knowledge: 'described',
    steps: [
      { method: 'PROPFIND', path: '/dav', headers: DEPTH_0, wants: [207], finds: [COLLECTION] },
      {
        method: 'PROPFIND',
        path: '/dav/',
        headers: DEPTH_1,
        body: ALLPROP,
        wants: [207],
        finds: ['/dav/m/'],
      },
    ],
  },
  {
    client: 'Zotero',
    agent: 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Zotero/7.0',
    does: 'tests its folder, then stores an attachment',
    knowledge: 'described',
    steps: [
      { method: 'OPTIONS', path: '/dav/m/zotero/', wants: [200], sees: { dav: /1/ } },
      { method: 'PROPFIND', path: '/dav/m/zotero/', headers: DEPTH_0, wants: [404] },
      { method: 'MKCOL', path: '/dav/m/zotero', wants: [201] },
      {
        method: 'PROPFIND',
        path: '/dav/m/zotero/',
        headers: DEPTH_0,
        body: propfind('getcontentlength'),
        wants: [207],
      },
      { method: 'GET', path: '/dav/m/zotero/nonexistent.prop', wants: [404] },
      { method: 'PUT', path: '/dav/m/zotero/zotero-test-file.prop', body: ' ', wants: [200, 201, 204] },
      { method: 'GET', path: '/dav/m/zotero/zotero-test-file.prop', wants: [200], finds: [' '] },
      { method: 'DELETE', path: '/dav/m/zotero/zotero-test-file.prop', wants: [200, 204] },
      { method: 'PUT', path: '/dav/m/zotero/ABCD2345.zip', body: 'zip', wants: [200, 201, 204] },
      { method: 'DELETE', path: '/dav/m/zotero/ABCD2345.prop', wants: [404] },
    ],
  },
  {
    client: 'Joplin',
    agent: 'Joplin/1.0',
    does: 'makes its folders again and again, and replaces a note by a move',
    knowledge: 'described',
    steps: [
      { method: 'MKCOL', path: '/dav/m/joplin', wants: [201] },
      { method: 'MKCOL', path: '/dav/m/joplin', wants: [405] },
      { method: 'PUT', path: '/dav/m/joplin/n.md', body: 'note', wants: [201] },
      {
        method: 'PROPFIND',
        path: '/dav/m/joplin/n.md',
        headers: DEPTH_0,
        body: propfind('getlastmodified', 'resourcetype', 'getetag'),
        wants: [207],
      },
      { method: 'PUT', path: '/dav/m/joplin/n.tmp', body: 'a longer note', wants: [201] },
      {
        method: 'MOVE',
        path: '/dav/m/joplin/n.tmp',
        headers: { Destination: '{url}/dav/m/joplin/n.md', Overwrite: 'T' },
        wants: [204],
      },
      {
        method: 'GET',
        path: '/dav/m/joplin/n.md',
        wants: [200],
        finds: ['a longer note'],
        sees: { etag: /^"/ },
      },
      { method: 'GET', path: '/dav/m/joplin/n.md', headers: { 'If-None-Match': '{etag}' }, wants: [304] },
    ],
  },
];
