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
