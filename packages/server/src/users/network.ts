import { isIPv6 } from 'node:net';

/**
 * The network that an address counts for: an IPv6 address its /64, which one customer holds whole, anything else itself.
 */
export function networkOf(address: string): string {
  const bare = address.replace(/%.*$/, '');
  if (!isIPv6(bare)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = bare.split('::');
  const groups = (part: string): string[] => part.split(':').filter((group) => group !== '');
  const [left, right] = [groups(head), groups(tail ?? '')];
  const tailLength = right.length + (bare.includes('.') ? 1 : 0); // a dotted end stands for two groups
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - tailLength) }, () => '0');
  const all = tail === undefined ? left : [...left, ...zeros, ...right];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
