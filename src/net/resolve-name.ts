/** All addresses of a name, in two ways: see `Egress`. */
import { lookup, Resolver } from 'node:dns/promises';
import type { ResolvedAddress } from './egress-call.ts';

export type Resolve = (host: string) => Promise<readonly ResolvedAddress[]>;

/** Milliseconds, and tries, for each name server. */
const ASKING = { timeout: 5000, tries: 2 };
/** RFC 6761 section 6.3: no name server is asked for these. */
const LOCALHOST = /^(?:.+\.)?localhost\.?$/i;
const LOOPBACK: readonly ResolvedAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/**
 * As the machine resolves names, `/etc/hosts` included. It holds one of the few threads on which passwords are hashed
 * and tokens signed, for as long as a name server takes: for names that the operator has written alone.
 */
export const resolveBySystem: Resolve = (host) => lookup(host, { all: true });

/**
 * By the name servers of the machine and nothing else. However slow they are, no thread is held.
 * @param servers other ones, as `Resolver.setServers` has them
 * @throws what they say, where there is an address of neither family
 */
export function resolveByNameServers(servers?: readonly string[]): Resolve {
  return async (host) => {
    if (LOCALHOST.test(host)) return LOOPBACK;
    // A new one each time, since it reads once which name servers there are.
    const resolver = new Resolver(ASKING);
    if (servers) resolver.setServers(servers);
    const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    if (four.status === 'rejected' && six.status === 'rejected') throw four.reason;
    return [...addressesOf(four, 4), ...addressesOf(six, 6)];
  };
}

function addressesOf(answer: PromiseSettledResult<string[]>, family: number): ResolvedAddress[] {
  return answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : [];
}
