/**
 * From where pages may read what a client is answered (Fetch standard, section 3.2). A browser says in `Origin` which
 * page asks; a page of another site is answered as if it were nothing to it.
 */
import { LOOPBACK } from './redirect-uri.ts';

/** Of packaged apps, as televisions run them, and of sandboxed frames: it names no one, and any website can send it. */
const NAMELESS = new Set(['null', 'file://']);
/** As browsers write it: a scheme, a host in lower case, a port that is not the scheme's own. */
const ORIGIN = /^([a-z][a-z0-9+.-]*):\/\/(\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(?::\d{1,5})?$/;

/** A client, as far as its origins go. */
interface OriginsOfClient {
  /** Where its people are sent back to. */
  readonly redirectUris?: readonly string[] | undefined;
  /** `cors_origins` of the clients file. */
  readonly listed?: readonly string[] | undefined;
}

/** What is wrong with an origin in the clients file; `undefined` where nothing is. */
export function originError(origin: string): string | undefined {
  if (NAMELESS.has(origin)) return undefined;
  const [, scheme] = ORIGIN.exec(origin) ?? [];
  const url = URL.parse(origin);
  const isWeb = scheme === 'http' || scheme === 'https';
  if (scheme === undefined || !url || (isWeb && url.origin !== origin))
    return 'is no origin as browsers write it: https://tv.example.com, without a slash at the end';
  return scheme === 'http' && !LOOPBACK.has(url.hostname)
    ? 'is plain http: use https, or http on 127.0.0.1'
    : undefined;
}

/** Origins of one client, or of all. */
export class Origins {
  readonly #listed: ReadonlySet<string>;
  readonly #ofAddresses: ReadonlySet<string>;

  constructor(clients: readonly OriginsOfClient[]) {
    this.#listed = new Set(clients.flatMap(({ listed = [] }) => listed));
    this.#ofAddresses = new Set(clients.flatMap(({ redirectUris = [] }) => redirectUris.map(originOf)));
  }

  /** The clients file lists it. */
  lists(origin: string): boolean {
    return this.#listed.has(origin);
  }

  /** It is listed, or people are sent back there: a program on their own machine listens where it can. */
  serves(origin: string): boolean {
    return this.lists(origin) || (ORIGIN.test(origin) && this.#ofAddresses.has(withoutPort(origin)));
  }
}

/** An address of a private scheme has none, which reads `null`, as the origin of any sandboxed frame does. */
function originOf(redirectUri: string): string {
  const origin = URL.parse(redirectUri)?.origin ?? 'null';
  return origin === 'null' ? '' : withoutPort(origin);
}

/** RFC 8252 section 7.3: on http on the owner's own machine, any port is the same. */
function withoutPort(origin: string): string {
  const url = URL.parse(origin);
  return url?.protocol === 'http:' && LOOPBACK.has(url.hostname) ? `http://${url.hostname}` : origin;
}
