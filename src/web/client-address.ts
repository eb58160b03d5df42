import { type BlockList, isIP, isIPv6 } from 'node:net';
import { plainAddress } from '../devices/network.ts';

/** Longest chain of proxies that is followed. */
const MOST_HOPS = 32;

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
