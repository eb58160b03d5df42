import type { IncomingMessage } from 'node:http';
import { plainAddress } from './network.ts';
import { RequestValue } from './request-value.ts';

/** Where a client is, as far as its address tells. */
export interface ClientPlace {
  readonly address: string;
  /**
   * The address is the client's own, and it asks by itself. `false` where an unnamed proxy passed the request on, and
   * where a website made the browser of a visitor ask.
   */
  readonly isCertain: boolean;
}

/** Who sends a request, as far as the request tells: read once, and taken as it is everywhere else. */
export interface Requester extends ClientPlace {
  /** Of at most 400 characters of ASCII: what else a header may hold is not how a program names itself. */
  readonly userAgent: string;
  /** A page of some site made a browser ask: the request carries `Origin` (Fetch standard, section 3.2). */
  readonly isFromWebsite: boolean;
}

/** Set on a request by `safeRequest` alone: a proxy that is not named has passed it on. */
export const UNNAMED_PROXY_HEADER = 'x-forwarded-unnamed';

/** What is kept of it with each session, device and event. */
const MAX_USER_AGENT = 400;

interface Request {
  readonly ip: string;
  get(header: string): string;
}

const requesters = new RequestValue<Requester>();

/** Who sends this request, for pages, the protocol and its fast paths alike. */
export function requesterOf(request: Request & { readonly req: IncomingMessage }): Requester {
  const known = requesters.get(request.req);
  if (known) return known;
  const requester = readRequester(request);
  requesters.set(request.req, requester);
  return requester;
}

/** The same in front of every framework, of a request that has come through `safeRequest`. */
export function senderOf(req: IncomingMessage): Requester {
  const get = (name: string) => String(req.headers[name] ?? '');
  return requesterOf({ req, ip: get('x-forwarded-for') || (req.socket.remoteAddress ?? ''), get });
}

/** @param request one that has come through `safeRequest`: its address is past the trusted proxies */
export function readRequester(request: Request): Requester {
  return {
    address: plainAddress(request.ip),
    isCertain: request.get(UNNAMED_PROXY_HEADER) === '',
    userAgent: request
      .get('user-agent')
      .slice(0, MAX_USER_AGENT)
      .replace(/[^\x20-\x7e]/g, '?'),
    isFromWebsite: request.get('origin') !== '',
  };
}

/**
 * Of a device that asks for a code. Any website can make its visitor's browser ask for one, which then seems to come
 * from the visitor's home.
 */
export function devicePlace({ address, isCertain, isFromWebsite }: Requester): ClientPlace {
  return { address, isCertain: isCertain && !isFromWebsite };
}
