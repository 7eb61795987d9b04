import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** The proxies in front of the gateway whose word about the client is believed. */
export interface TrustedProxies {
  includes(address: string): boolean;
}

/**
 * Reads a list of addresses and CIDR ranges, separated by commas or blanks. An empty list trusts nobody.
 *
 * @throws RangeError naming the entry that is neither.
 */
export function parseTrustedProxies(list: string): TrustedProxies {
  const blocks = new BlockList();
  for (const entry of list.split(/[\s,]+/).filter((part) => part !== '')) addBlock(blocks, entry);
  return {
    includes: (address) => {
      const version = isIP(address);
      return version !== 0 && blocks.check(address, version === 4 ? 'ipv4' : 'ipv6');
    },
  };
}

function addBlock(blocks: BlockList, entry: string): void {
  const [address = '', prefix, ...rest] = entry.split('/');
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  const bits = prefix === undefined ? longest : Number(prefix);
  const valid = /^\d+$/.test(prefix ?? '0') && bits <= longest && rest.length === 0;
  if (version === 0 || !valid)
    throw new RangeError(`"${entry}" is not an address or a range such as 10.0.0.0/8`);
  blocks.addSubnet(address, bits, version === 4 ? 'ipv4' : 'ipv6');
}

/** What decides about a client's address. */
export interface Peer {
  /** The other end of the socket; undefined once it is closed. */
  readonly remoteAddress: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/**
 * The address of the client itself. Headers count only when the peer is a trusted proxy: then it is the right-most address in
 * `X-Forwarded-For` that is not a trusted proxy, since whatever stands left of it was written by the client.
 * `X-Real-IP` is read when there is no such list. An entry that is no address ends the search at the last proxy that is known.
 */
export function clientAddress(peer: Peer, trusted: TrustedProxies): string {
  const socket = plainAddress(peer.remoteAddress ?? '') ?? 'unknown';
  if (!trusted.includes(socket)) return socket;
  const forwarded = single(peer.headers['x-forwarded-for']);
  if (forwarded === undefined) return plainAddress(single(peer.headers['x-real-ip']) ?? '') ?? socket;
  let nearest = socket;
  for (const hop of forwarded.split(',').toReversed()) {
    const address = plainAddress(hop.trim());
    if (address === undefined) return nearest;
    if (!trusted.includes(address)) return address;
    nearest = address;
  }
  return nearest;
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}

/** An address without brackets, port, zone or the IPv4-in-IPv6 form; undefined when it is none. */
function plainAddress(text: string): string | undefined {
  const bare =
    /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text;
  const address = bare.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
  return isIP(address) === 0 ? undefined : address.toLowerCase();
}

/**
 * One spelling for each address: without brackets, port or zone, IPv4 in its own form however it was wrapped into IPv6, IPv6 in lower
 * case and shortened (RFC 5952). Undefined for what is no address.
 */
export function canonicalAddress(text: string): string | undefined {
  const plain = plainAddress(text.trim());
  if (plain === undefined || isIP(plain) === 4) return plain;
  const short = URL.parse(`http://[${plain}]/`)?.hostname.replace(/^\[|\]$/g, '') ?? plain;
  const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(short);
  if (mapped === null) return short;
  const [high, low] = [Number.parseInt(mapped[1] ?? '', 16), Number.parseInt(mapped[2] ?? '', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** What home and office networks use behind a shared public address (RFC 1918, RFC 4193, link-local) and loopback. */
const LOCAL = {
  ipv4: subnets('ipv4', ['10.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16']),
  ipv6: subnets('ipv6', ['::1/128', 'fc00::/7', 'fe80::/10']),
};

function subnets(family: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/**
 * Whether an address is one of the machine or of its local network. Those that carriers and overlay networks share (100.64.0.0/10) are not:
 * who has one may be anywhere.
 */
export function isLocalAddress(text: string): boolean {
  const address = canonicalAddress(text);
  if (address === undefined) return false;
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
  return LOCAL[family].check(address, family);
}

/** Whether an address is the machine's own, for itself alone. */
export function isLoopback(text: string): boolean {
  const address = canonicalAddress(text);
  return address === '::1' || address?.startsWith('127.') === true;
}

/**
 * The client's address where it can be told: undefined when the nearest peer passes a request on for somebody else without being trusted to
 * say for whom. Any reverse proxy that was not configured looks like that, and its address must not be taken for the client's.
 */
export function knownClientAddress(peer: Peer, trusted: TrustedProxies): string | undefined {
  const socket = plainAddress(peer.remoteAddress ?? '');
  if (socket === undefined) return undefined;
  const list = single(peer.headers['x-forwarded-for']);
  const named = list ?? single(peer.headers['x-real-ip']);
  if (!trusted.includes(socket)) {
    return named === undefined && peer.headers['forwarded'] === undefined
      ? canonicalAddress(socket)
      : undefined;
  }
  if (named?.split(',').some((hop) => plainAddress(hop.trim()) === undefined) === true) return undefined;
  return canonicalAddress(clientAddress(peer, trusted));
}

/** Whether the client reached the gateway by https, as far as a trusted proxy or the socket tells. */
export function cameByHttps(peer: Peer & { readonly encrypted: boolean }, trusted: TrustedProxies): boolean {
  const socket = plainAddress(peer.remoteAddress ?? '') ?? '';
  const proto = trusted.includes(socket) ? first(peer.headers['x-forwarded-proto']) : undefined;
  return proto === 'https' || (proto !== 'http' && peer.encrypted);
}

/**
 * The origin under which the client reached the gateway, for URLs in answers: from `Host` and the socket, or from
 * `X-Forwarded-Proto` and `X-Forwarded-Host` when the peer is a trusted proxy. '' when the request names no usable host.
 */
export function requestOrigin(peer: Peer & { readonly encrypted: boolean }, trusted: TrustedProxies): string {
  const socket = plainAddress(peer.remoteAddress ?? '') ?? '';
  const believed = trusted.includes(socket);
  const proto = believed ? first(peer.headers['x-forwarded-proto']) : undefined;
  const scheme = proto === 'https' || proto === 'http' ? proto : peer.encrypted ? 'https' : 'http';
  const host = (believed ? first(peer.headers['x-forwarded-host']) : undefined) ?? peer.headers.host ?? '';
  return /^[\w.-]+(?::\d{1,5})?$|^\[[\da-f:.]+\](?::\d{1,5})?$/i.test(host) ? `${scheme}://${host}` : '';
}

function first(header: string | string[] | undefined): string | undefined {
  return single(header)?.split(',')[0]?.trim().toLowerCase();
}
