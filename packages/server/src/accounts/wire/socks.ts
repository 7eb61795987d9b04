import { lookup } from 'node:dns/promises';
import { isIP, isIPv4 } from 'node:net';
import { proxyRefusal } from '../transport-errors.ts';
import type { Line } from './line.ts';

const VERSION = 5;
const NO_LOGIN = 0;
const PASSWORD = 2;
const LOGIN_VERSION = 1;
const CONNECT = 1;
const ADDRESS = { ipv4: 1, name: 3, ipv6: 4 };
/** Bytes of a reply around its address: version, answer, reserved, kind of address, and the port. */
const REPLY_FRAME = 6;

/**
 * Asks a SOCKS5 proxy to connect to a host (RFC 1928, RFC 1929). After it the line leads there.
 *
 * @param proxy `socks5h:` leaves names to the proxy, `socks5:` sends it addresses
 * @throws StorageError for a login that the proxy doesn't take; Error for all else it says
 */
export async function socksThrough(
  line: Line,
  proxy: URL,
  to: { readonly host: string; readonly port: number },
): Promise<void> {
  const login = loginOf(proxy);
  const methods = login === undefined ? [NO_LOGIN] : [NO_LOGIN, PASSWORD];
  const [version, method] = await say(line, [VERSION, methods.length, ...methods], 2);
  if (version !== VERSION) throw new Error('the proxy does not speak SOCKS5');
  if (method === PASSWORD && login !== undefined) {
    const [, refused] = await say(line, login, 2);
    if (refused !== 0) throw proxyRefusal(407);
  } else if (method !== NO_LOGIN) throw proxyRefusal(407);
  const host =
    proxy.protocol === 'socks5:' && isIP(to.host) === 0 ? (await lookup(to.host)).address : to.host;
  const ask = [VERSION, CONNECT, 0, ...addressOf(host), to.port >> 8, to.port & 0xff];
  const reply = await line.converse(Buffer.from(ask), (got) => got.length >= replyBytes(got));
  if (reply[1] !== 0) throw new Error(`the proxy could not connect (${reply[1]})`);
}

function say(line: Line, bytes: readonly number[], replyLength: number): Promise<Buffer> {
  return line.converse(Buffer.from(bytes), (got) => got.length >= replyLength);
}

/** A message with user name and password; undefined where the proxy's URL has none. */
function loginOf({ username, password }: URL): readonly number[] | undefined {
  if (username === '' && password === '') return undefined;
  return [LOGIN_VERSION, ...counted(decodeURIComponent(username)), ...counted(decodeURIComponent(password))];
}

function counted(text: string): readonly number[] {
  const bytes = Buffer.from(text);
  if (bytes.length > 255) throw new Error('a name is too long for SOCKS5');
  return [bytes.length, ...bytes];
}

function addressOf(host: string): readonly number[] {
  if (isIPv4(host)) return [ADDRESS.ipv4, ...host.split('.').map(Number)];
  if (isIP(host) === 6) return [ADDRESS.ipv6, ...ipv6Bytes(host)];
  return [ADDRESS.name, ...counted(host)];
}

/** The sixteen bytes of an address; `URL` has brought it into one form. */
function ipv6Bytes(host: string): readonly number[] {
  const plain = new URL(`http://[${host.split('%')[0]}]`).hostname.slice(1, -1);
  const [head = '', tail] = plain.split('::');
  const words = (part: string): number[] => (part === '' ? [] : part.split(':').map((w) => parseInt(w, 16)));
  const before = words(head);
  const after = words(tail ?? '');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return [...before, ...zeros, ...after].flatMap((word) => [word >> 8, word & 0xff]);
}

/** How long a reply is, as far as its beginning tells. */
function replyBytes(got: Buffer): number {
  const [, , , kind, length = 0] = got;
  if (kind === ADDRESS.ipv4) return REPLY_FRAME + 4;
  if (kind === ADDRESS.ipv6) return REPLY_FRAME + 16;
  return kind === ADDRESS.name ? REPLY_FRAME + 1 + length : REPLY_FRAME;
}
