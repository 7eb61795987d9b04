import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { createMemoryDriver, type MemoryTree } from '../../../drivers/memory/index.ts';
import { followedView } from '../../../resources/followed-view.ts';
import { createLocks } from '../../../resources/locks.ts';
import { createProperties } from '../../../resources/properties.ts';
import { systemRandom } from '../../../runtime/system.ts';
import { openMemoryStore } from '../../../store/open.ts';
import type { Store } from '../../../store/port.ts';
import type { User } from '../../../users/user.ts';
import type { Mount } from '../../../vfs/mount.ts';
import { treeOf } from '../../../vfs/testing/fake-storage.ts';
import { layeredMount, type Shape, shapeOf, viewFor } from '../../../vfs/testing/real-tree.ts';
import { createView } from '../../../vfs/user-view.ts';
import { type FakeClock, fakeClock } from '../../../../testing/fake-clock.ts';
import { userRow } from '../../../../testing/store-contract.ts';
import { admin, type FixtureOptions, startDoors } from '../../testing/fixture.ts';
import { createWebdavDoor } from '../webdav-door.ts';

/** An answer, read whole. */
export interface DavAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

export interface DavCall {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Who asks; the admin unless said otherwise, nobody for ''. */
  readonly as?: string;
}

/** The WebDAV door over storages in memory, with locks and properties in a store. */
export interface DavDoors {
  readonly url: string;
  readonly clock: FakeClock;
  readonly store: Store;
  readonly users: Readonly<Record<string, User>>;
  /** Sends one request; the path is sent as `fetch` makes it of what is given. */
  call(method: string, path: string, call?: DavCall): Promise<DavAnswer>;
  /** Sends bytes as they are, and gives the answer's status line. */
  raw(request: string): Promise<string>;
  /** The tree as listings show it: folders are objects, files their sizes. */
  shape(): Promise<Shape>;
  close(): Promise<void>;
}

/**
 * @param mounts storages in memory by mount path
 * @param people users beside `admin`, with what differs from it; all have the password `right`
 */
export async function startDav(
  mounts: Readonly<Record<string, MemoryTree | Mount>>,
  people: Readonly<Record<string, Partial<User>>> = {},
  options: FixtureOptions = {},
): Promise<DavDoors> {
  const store = await openMemoryStore();
  const clock = fakeClock();
  const users: Record<string, User> = {};
  for (const [username, changes] of Object.entries({ admin: {}, ...people })) {
    const { id } = await store.users.insert(userRow({ username }));
    users[username] = { ...admin, ...changes, id, username };
  }
  const { vfs } = treeOf(
    Object.entries(mounts).map(([path, content]) =>
      isMount(content) ? content : layeredMount(path, createMemoryDriver(content)),
    ),
  );
  const resources = {
    locks: createLocks({ table: store.locks, clock, random: systemRandom() }),
    properties: createProperties(store.properties),
  };
  const doors = await startDoors({
    ...options,
    users: Object.values(users),
    viewOf: (rights) => followedView(createView(vfs, rights), rights.basePath, resources),
  });
  const door = createWebdavDoor({ ...doors.context, resources });
  const server = http.createServer((req, res) => void door(req, res));
  server.on('checkContinue', (req, res) => void door(req, res));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    clock,
    store,
    users,
    call: async (method, path, { headers = {}, body, as = 'admin' } = {}) => {
      const authorization = as === '' ? {} : { Authorization: `Basic ${btoa(`${as}:right`)}` };
      const res = await fetch(url + path, {
        method,
        headers: { ...authorization, ...headers },
        redirect: 'manual',
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
      });
      return { status: res.status, text: await res.text(), headers: res.headers };
    },
    raw: (request) => exchange(port, request),
    shape: () => shapeOf(viewFor(vfs)),
    close: async () => {
      server.closeAllConnections();
      server.close();
      doors.close();
      await store.close();
    },
  };
}

function isMount(content: MemoryTree | Mount): content is Mount {
  return typeof content['driver'] === 'object' && 'record' in content;
}

async function exchange(port: number, request: string): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  socket.write(Buffer.from(request, 'latin1'));
  let text = '';
  for await (const chunk of socket) {
    text += String(chunk);
    if (text.includes('\r\n')) break;
  }
  socket.destroy();
  return text.slice(0, text.indexOf('\r\n'));
}

/** `Authorization` of a user of the fixture, for raw requests. */
export const AUTH = `Authorization: Basic ${btoa('admin:right')}`;

/** The statuses that a multistatus tells by property, as `name: status`. */
export function propStatuses(xml: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const [, props = '', status] of xml.matchAll(
    /<D:propstat><D:prop>(.*?)<\/D:prop><D:status>HTTP\/1\.1 (\d+)/gs,
  )) {
    for (const [, name = ''] of props.matchAll(/<(?:\w+:)?([\w-]+)/g)) found[name] ??= Number(status);
  }
  return found;
}

/** The hrefs of a multistatus, in order. */
export function hrefsOf(xml: string): string[] {
  return [...xml.matchAll(/<D:response><D:href>([^<]*)</g)].map((match) => match[1] ?? '');
}

/** A body of LOCK. */
export function lockBody(scope: 'exclusive' | 'shared' = 'exclusive', owner = 'me'): string {
  return `<?xml version="1.0"?><D:lockinfo xmlns:D="DAV:"><D:lockscope><D:${scope}/></D:lockscope><D:locktype><D:write/></D:locktype><D:owner>${owner}</D:owner></D:lockinfo>`;
}

/** The token that a LOCK was answered with. */
export function tokenOf({ headers }: DavAnswer): string {
  return (headers.get('lock-token') ?? '').replace(/^<|>$/g, '');
}
