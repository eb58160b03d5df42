import { BlockList, isIP, isIPv6 } from 'node:net';
import { plainAddress } from '../devices/network.ts';

/** Longest chain of proxies that is followed. */
const MOST_HOPS = 32;

/**
 * Reads TRUSTED_PROXIES: addresses and ranges such as `10.0.0.0/8` or `fd00::/8`.
 * @throws TypeError naming the entry that is neither
 */
export function parseTrustedProxies(entries: readonly string[]): BlockList {
  const trusted = new BlockList();
  for (const entry of entries) {
    const [address = '', bits, ...rest] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const most = family === 'ipv6' ? 128 : 32;
    const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (!isIP(address) || !(prefix <= most) || rest.length > 0) {
      throw new TypeError(`TRUSTED_PROXIES: ${entry} is neither an address nor a range such as 10.0.0.0/8`);
    }
    trusted.addSubnet(address, prefix, family);
  }
  return trusted;
}

/**
 * The address of the client: the last one in the chain that no trusted proxy of ours vouches for by being
 * itself trusted. X-Forwarded-For is read from the right, and only as far as trusted proxies have written it;
 * what a client puts to the left of that is hearsay.
 */
export function clientAddress(
  remote: string | undefined,
  forwardedFor: string | undefined,
  trusted: BlockList,
): string {
  let client = remote === undefined ? 'unknown' : plainAddress(remote);
  if (!forwardedFor) return client;
  const hops = forwardedFor.split(',').slice(-MOST_HOPS).reverse();
  for (const hop of hops) {
    if (!isTrusted(client, trusted)) return client;
    const address = addressOf(hop);
    if (address === undefined) return client;
    client = address;
  }
  return client;
}

function isTrusted(address: string, trusted: BlockList): boolean {
  return isIP(address) !== 0 && trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** Some proxies write ports and brackets. */
function addressOf(hop: string): string | undefined {
  const text = hop.trim();
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([^:]+):\d+$/.exec(text)?.[1] ?? text;
  const address = plainAddress(bare);
  return isIP(address) ? address : undefined;
}
