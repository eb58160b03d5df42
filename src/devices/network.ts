import { isIP, isIPv6 } from 'node:net';

/**
 * Networks as an owner understands them: what shares an IPv4 /24 or an IPv6 /48 is one home or office, and all
 * loopback and private addresses are one, since behind them is the same house.
 */
export type NetworkRelation = 'same' | 'different' | 'unknown';

/** Names the network of an address, for comparing and for counting. */
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  if (isPrivateAddress(plain)) return 'private';
  if (!isIPv6(plain)) return isIP(plain) ? `${plain.split('.').slice(0, 3).join('.')}.0/24` : 'unknown';
  return `${expandIPv6(plain).slice(0, 3).join(':')}::/48`;
}

/** Different address families cannot be compared: a home has both. */
export function compareNetworks(one: string, other: string): NetworkRelation {
  const [a, b] = [networkOf(one), networkOf(other)];
  if (a === 'unknown' || b === 'unknown') return 'unknown';
  if (a === b) return 'same';
  if (a === 'private' || b === 'private') return 'different';
  return a.includes(':') === b.includes(':') ? 'different' : 'unknown';
}

/** Without a zone, and IPv4 in IPv6 clothes as IPv4. */
export function plainAddress(address: string): string {
  const bare = address.replace(/%.*$/, '').toLowerCase();
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare)?.[1] ?? bare;
}

function isPrivateAddress(address: string): boolean {
  if (isIPv6(address)) return address === '::1' || /^(f[cd]|fe[89ab])/.test(address);
  return /^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address);
}

function expandIPv6(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const before = head.split(':').filter(Boolean);
  const after = (tail ?? '').split(':').filter(Boolean);
  const zeros =
    tail === undefined ? [] : Array<string>(Math.max(8 - before.length - after.length, 0)).fill('0');
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16).toString(16));
}
