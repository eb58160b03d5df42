import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { plainAddress } from './network.ts';
import type { Ranges } from './ranges.ts';

/** Longest chain of proxies that is followed. */
const MAX_HOPS = 32;

/** With any of these, or one that begins with `x-forwarded-`, a request says that a proxy has passed it on. */
const TRACES = ['forwarded', 'x-real-ip', 'via'];

interface TracedClient {
  readonly address: string;
  /**
   * A proxy that TRUSTED_PROXIES does not name has passed the request on, by the request's own word: the address is
   * that proxy's, or that of a client that lies. Which of the two, and who stands behind it, cannot be told.
   */
  readonly unnamedProxy: boolean;
  /** A proxy that is trusted asks, and does not say for whom: the address is that proxy's. */
  readonly silentProxy: boolean;
}

/**
 * The address of the client: the last one in the chain that no trusted proxy of ours vouches for by being
 * itself trusted. X-Forwarded-For is read from the right, and only as far as trusted proxies have written it;
 * what a client puts to the left of that is hearsay.
 */
export function traceClient(
  remote: string | undefined,
  headers: IncomingHttpHeaders,
  trusted: Ranges,
): TracedClient {
  let address = remote === undefined ? 'unknown' : plainAddress(remote);
  if (!trusted.includes(address)) return { address, unnamedProxy: hasTraces(headers), silentProxy: false };
  const hops = hopsOf(headers);
  for (const [index, hop] of hops.entries()) {
    const next = addressOf(hop);
    if (next === undefined) break;
    address = next;
    if (!trusted.includes(address)) {
      return { address, unnamedProxy: index + 1 < hops.length, silentProxy: false };
    }
  }
  return { address, unnamedProxy: false, silentProxy: hops.length === 0 };
}

/** Nearest first. */
function hopsOf(headers: IncomingHttpHeaders): string[] {
  const text = String(headers['x-forwarded-for'] ?? '');
  return text === '' ? [] : text.split(',').slice(-MAX_HOPS).reverse();
}

function hasTraces(headers: IncomingHttpHeaders): boolean {
  for (const name in headers) {
    if ((name.startsWith('x-forwarded-') || TRACES.includes(name)) && headers[name]) return true;
  }
  return false;
}

/** Some proxies write ports and brackets. */
function addressOf(hop: string): string | undefined {
  const text = hop.trim();
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([^:]+):\d+$/.exec(text)?.[1] ?? text;
  const address = plainAddress(bare);
  return isIP(address) ? address : undefined;
}
