import { BlockList, isIP } from 'node:net';

/** Ranges that lead into a machine or its network (RFC 6890), nowhere, or to one of those by translation (RFC 6052, RFC 3056, RFC 4380). */
const PRIVATE = {
  ipv4: [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.88.99.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '224.0.0.0/3',
  ],
  ipv6: [
    '::/96',
    '::ffff:0:0/96',
    '64:ff9b::/96',
    '64:ff9b:1::/48',
    '100::/64',
    '2001::/23',
    '2001:db8::/32',
    '2002::/16',
    'fc00::/7',
    'fe80::/10',
    'fec0::/10',
    'ff00::/8',
  ],
} as const;

const blocks = { ipv4: blockList('ipv4'), ipv6: blockList('ipv6') };

/** Names that only a machine itself or its own network resolves. A name without a dot is one of them. */
const LOCAL_NAME = /^[^.]*$|(?:^|\.)(?:localhost|local|internal|lan|home\.arpa)$/;

/**
 * Whether a URL names this machine or a host of a private network by its words alone: nothing is resolved, so that a public name that
 * leads to such an address is not seen.
 */
export function isPrivateHost(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const version = isIP(host);
  if (version === 0) return LOCAL_NAME.test(host);
  const family = version === 4 ? 'ipv4' : 'ipv6';
  return blocks[family].check(host, family);
}

/** A list for each family: one list would hold IPv4 addresses to be within `::ffff:0:0/96`. */
function blockList(family: keyof typeof PRIVATE): BlockList {
  const list = new BlockList();
  for (const range of PRIVATE[family]) {
    const [address = '', bits] = range.split('/');
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}
