/** Names that only a machine itself or its own network resolves. A name without a dot is one of them. */
const LOCAL_NAME = /^[^.]*$|(?:^|\.)(?:localhost|local|internal|lan|home\.arpa)$/;

/** First address and prefix length of the IPv4 ranges that lead into a machine or its network (RFC 6890). */
const PRIVATE_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
];

/**
 * Whether a URL names this machine or a host of a private network by its words alone: nothing is resolved. `URL` has brought every
 * spelling of an IPv4 address (`0x7f.1`, `2130706433`) into the dotted form before.
 */
export function isPrivateHost(url: URL): boolean {
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  if (host.startsWith('[')) return !isPublicV6(host.slice(1, -1));
  const address = parseV4(host);
  if (address === undefined) return LOCAL_NAME.test(host);
  return PRIVATE_V4.some(
    ([first, bits]) => address >>> (32 - bits) === (parseV4(first) ?? 0) >>> (32 - bits),
  );
}

function parseV4(host: string): number | undefined {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(host)) return undefined;
  return host.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/**
 * Global unicast is 2000::/3 (RFC 4291 §2.4); everything else is refused. So is 2002::/16, which leads to an IPv4 address
 * (RFC 3056), and 64:ff9b::/96 lies outside anyway.
 */
function isPublicV6(host: string): boolean {
  const first = Number.parseInt(host.split(':')[0] || '0', 16);
  return first >>> 13 === 1 && first !== 0x2002;
}
