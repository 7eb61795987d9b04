import { type Contender, encoded, type Target } from './contender.ts';
import { processOnPort, watch, type Watched } from './process.ts';

/** A peer as the command line names it: `NAME=URL`, then `,/ours=/theirs` where its paths differ. */
export interface PeerSpec {
  readonly name: string;
  /** Its credentials have been taken out. */
  readonly url: URL;
  readonly user: string;
  readonly password: string;
  readonly map: readonly (readonly [string, string])[];
}

/** @throws Error for a text that is no such thing */
export function parsePeer(text: string): PeerSpec {
  const [head = '', ...maps] = text.split(',');
  const [, name = '', address = ''] = /^([\w.-]+)=(.+)$/.exec(head) ?? [];
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Error(
      `--peer wants NAME=URL[,/ours=/theirs], such as alist=http://admin:secret@127.0.0.1:5246: "${text}"`,
    );
  }
  const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  url.username = '';
  url.password = '';
  const map = maps.map((pair): [string, string] => {
    const [ours = '', theirs = ''] = pair.split('=');
    if (!ours.startsWith('/') || !theirs.startsWith('/'))
      throw new Error(`--peer ${name}: "${pair}" is no /ours=/theirs`);
    return [ours, theirs];
  });
  return { name, url, user, password, map };
}

/** Asks a peer what it speaks: AList's API, else WebDAV, else plain listings over HTTP. @throws when it is not there */
export async function connectPeer(spec: PeerSpec): Promise<Contender> {
  const base = spec.url.href.replace(/\/$/, '');
  const settings = await fetch(`${base}/api/public/settings`).then((answer) => answer.text());
  if (settings.startsWith('{"code":200')) return alistPeer(spec, base);
  const options = await fetch(`${base}/`, { method: 'OPTIONS', headers: basic(spec) });
  await options.body?.cancel();
  return options.headers.has('dav') ? webdavPeer(spec, base) : httpPeer(spec, base);
}

async function alistPeer(spec: PeerSpec, base: string): Promise<Contender> {
  const post = async (path: string, body: object, token = ''): Promise<Response> =>
    fetch(`${base}/api${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: token },
      body: JSON.stringify(body),
    });
  const data = async (answer: Response): Promise<Record<string, unknown>> => {
    const envelope = (await answer.json()) as {
      code: number;
      message: string;
      data: Record<string, unknown>;
    };
    if (envelope.code !== 200) throw new Error(`${spec.name}: ${envelope.message}`);
    return envelope.data;
  };
  const signedIn = await data(await post('/auth/login', { username: spec.user, password: spec.password }));
  const token = String(signedIn['token']);
  const file = async (door: '/p' | '/d', path: string): Promise<Target> => {
    const { sign } = await data(await post('/fs/get', { path: mapped(spec, path) }, token));
    return { url: `${base}${door}${encoded(mapped(spec, path))}?sign=${String(sign)}`, headers: {} };
  };
  return {
    ...common(spec),
    download: (path) => file('/p', path),
    redirect: (path) => file('/d', path),
    list: async (path) => {
      const answer = await post('/fs/list', { path: mapped(spec, path), page: 1, per_page: 0 }, token);
      await answer.arrayBuffer();
    },
    propfind: (path) => propfind(spec, `${base}/dav${encoded(mapped(spec, path))}/`),
  };
}

function webdavPeer(spec: PeerSpec, base: string): Contender {
  const find = (path: string) => propfind(spec, `${base}${encoded(mapped(spec, path))}/`);
  return {
    ...common(spec),
    download: async (path) => ({ url: `${base}${encoded(mapped(spec, path))}`, headers: basic(spec) }),
    list: find,
    propfind: find,
  };
}

function httpPeer(spec: PeerSpec, base: string): Contender {
  return {
    ...common(spec),
    download: async (path) => ({ url: `${base}${encoded(mapped(spec, path))}`, headers: basic(spec) }),
    list: async (path) => {
      const answer = await fetch(`${base}${encoded(mapped(spec, path))}/`, { headers: basic(spec) });
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`${spec.name} answers a listing with ${answer.status}`);
    },
  };
}

function common(spec: PeerSpec): Pick<Contender, 'name' | 'process'> {
  return { name: spec.name, process: watchedAt(spec.url) };
}

/** The peer's process where it runs on this machine and may be looked at. */
function watchedAt(url: URL): Watched | undefined {
  if (!/^(?:localhost|127\.|\[::1\])/.test(url.hostname)) return undefined;
  const pid = processOnPort(Number(url.port) || (url.protocol === 'https:' ? 443 : 80));
  return pid === undefined ? undefined : watch(() => [pid]);
}

/** One PROPFIND of depth 1. @throws when it is not answered with 207 */
export async function propfind(
  spec: Pick<PeerSpec, 'name' | 'user' | 'password'>,
  url: string,
): Promise<void> {
  const answer = await fetch(url, { method: 'PROPFIND', headers: { ...basic(spec), Depth: '1' } });
  await answer.arrayBuffer();
  if (answer.status !== 207) throw new Error(`${spec.name} answers PROPFIND with ${answer.status}`);
}

function basic({ user, password }: Pick<PeerSpec, 'user' | 'password'>): Record<string, string> {
  return user === '' ? {} : { Authorization: `Basic ${btoa(`${user}:${password}`)}` };
}

function mapped({ map }: PeerSpec, path: string): string {
  const [ours, theirs] = map.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`)) ?? ['', ''];
  return `${theirs === '/' ? '' : theirs}${path.slice(ours.length)}`;
}
