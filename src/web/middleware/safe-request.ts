/**
 * Makes a request safe before any framework reads it. Frameworks build addresses from what a request says of
 * itself (its target, Host, X-Forwarded-*); here all of that is replaced by what ISSUER says, so that they may
 * trust it, and the client's address is computed once for all later code.
 */
import type { IncomingMessage, RequestListener } from 'node:http';
import { traceClient } from '../../net/client-address.ts';
import type { Ranges } from '../../net/ranges.ts';
import { UNNAMED_PROXY_HEADER } from '../../net/requester.ts';
import { isOperation } from './operations.ts';
import { answerInJson } from './plain-answer.ts';

export interface SafeRequestSettings {
  readonly issuer: string;
  /** Whose X-Forwarded-For is believed; see `parseTrustedProxies`. */
  readonly trustedProxies: Ranges;
  /** Hears of each request that a proxy passed on which is not trusted, by the address of that proxy. */
  readonly onUnnamedProxy: (proxy: string) => void;
  /** Hears of each request of a trusted proxy that does not say who asks, but those for its own needs. */
  readonly onSilentProxy: (proxy: string) => void;
  /** Development: a page of this server plays a device, and its requests count as those of one, not as a website's. */
  readonly playsDevices?: boolean;
}

/** Other headers by which proxies and frameworks move a request elsewhere. */
const MISLEADING = new Set(['forwarded', 'x-real-ip', 'x-original-url', 'x-rewrite-url', 'x-original-host']);

/** What most ask for, about which there is nothing to decide. */
const PLAIN_TARGET = /^(?:\/[\w-]+)+$/;

/** In JSON: browsers send no such thing. */
const UNREADABLE = { error: 'invalid_request', error_description: 'That request cannot be read' };

/** Hands every request on safe; what cannot be made so is answered with 400. */
export function safeRequest(settings: SafeRequestSettings, handler: RequestListener): RequestListener {
  const { host, protocol, port } = new URL(settings.issuer);
  const ours = {
    host,
    'x-forwarded-host': host,
    'x-forwarded-proto': protocol.slice(0, -1),
    'x-forwarded-port': port || (protocol === 'https:' ? '443' : '80'),
  };
  return function handleSafely(request, response) {
    const target = safeTarget(request.url ?? '');
    if (target === undefined || hasTwoHosts(request)) {
      return answerInJson(response, 400, UNREADABLE, { Connection: 'close' });
    }
    const { remoteAddress } = request.socket;
    const traced = traceClient(remoteAddress, request.headers, settings.trustedProxies);
    const { address, unnamedProxy } = traced;
    if (unnamedProxy) settings.onUnnamedProxy(address);
    if (traced.silentProxy && !isOperation(target)) settings.onSilentProxy(address);
    request.url = target;
    const { headers } = request;
    for (const name in headers) {
      if (name.startsWith('x-forwarded-') || MISLEADING.has(name)) delete headers[name];
    }
    Object.assign(headers, ours);
    headers['x-forwarded-for'] = address;
    if (unnamedProxy) headers[UNNAMED_PROXY_HEADER] = 'yes';
    // No website can send it: a browser writes the origin of the page that asks (Fetch standard, section 3.2).
    if (settings.playsDevices && request.headers.origin === settings.issuer) delete request.headers.origin;
    handler(request, response);
  };
}

/**
 * The path and query of a request target (RFC 9112 section 3.2): of the absolute form, whatever authority it
 * names, what follows it. `undefined` for targets that two readers could take for different things.
 */
export function safeTarget(target: string): string | undefined {
  if (PLAIN_TARGET.test(target)) return target;
  const absolute = /^https?:\/\/[^/?#\\]*/i.exec(target);
  const rest = absolute ? target.slice(absolute[0].length) : target;
  const origin = absolute && !rest.startsWith('/') ? `/${rest}` : rest;
  const [path = ''] = origin.split('?', 1);
  const isPlain = path.startsWith('/') && !path.startsWith('//') && !path.includes('\\');
  // Clients take dot segments away before they ask (RFC 3986 section 5.2.4), however they are written.
  const isDirect = !/\/(\.|%2e){1,2}(\/|$)/i.test(path);
  const isWhole = !/%(?![0-9a-f]{2})/i.test(path) && !/[^\x21-\x7e]|#/.test(origin);
  return isPlain && isDirect && isWhole ? origin : undefined;
}

/** Node keeps the first of two Host headers and drops the other without a word. */
function hasTwoHosts({ rawHeaders }: IncomingMessage): boolean {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count > 1;
}
