/** Which page may read which answer. The library answers every page until it knows the client, and some for good. */
import type { ClientMetadata, KoaContextWithOIDC } from 'oidc-provider';
import { CORS_ORIGINS } from './clients.ts';
import { Origins } from './origins.ts';

type Next = () => Promise<unknown>;

/** A client of the library, as far as it is read here. */
interface Client {
  readonly redirectUris?: readonly string[] | undefined;
  readonly [CORS_ORIGINS]?: unknown;
}

interface Context {
  get(header: string): string;
  set(header: string, value: string): void;
}

/** Documents for everybody. */
const OPEN: ReadonlySet<string> = new Set(['discovery', 'jwks']);
/** Asked by apps that run in a browser. */
const OF_APPS: ReadonlySet<string> = new Set([
  'pushed_authorization_request',
  'revocation',
  'token',
  'userinfo',
]);
const OF_DEVICES = 'device_authorization';
/** What pages read besides the body: how to prove who one is, and when to come again. */
const EXPOSED = 'WWW-Authenticate, Retry-After';

export class Cors {
  readonly #clients: () => readonly ClientMetadata[];
  #of: { clients: readonly ClientMetadata[]; origins: Origins } | undefined;
  readonly #others: () => Promise<boolean>;

  /**
   * @param clients the same array for as long as they are the same
   * @param others whether there are clients beside these, or may be
   */
  constructor(clients: () => readonly ClientMetadata[], others = async () => false) {
    this.#others = others;
    this.#clients = clients;
  }

  get #all(): Origins {
    const clients = this.#clients();
    if (this.#of?.clients !== clients) {
      const origins = clients.map(({ redirect_uris: redirectUris, [CORS_ORIGINS]: listed }) => ({
        redirectUris,
        listed: listOf(listed),
      }));
      this.#of = { clients, origins: new Origins(origins) };
    }
    return this.#of.origins;
  }

  /** Middleware of the library: takes back what it says too much. */
  restrict() {
    return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
      await next();
      // The question that goes ahead of a request has a route of its own, named after it.
      const route = ctx.oidc?.route?.replace(/^cors\./, '') ?? '';
      if (OPEN.has(route)) return;
      // It names no client. What is asked after it is answered to the pages of its client alone.
      if (ctx.method === 'OPTIONS' && OF_APPS.has(route) && (await this.#others())) return;
      if (!this.#mayRead(route, ctx.get('Origin'), ctx.oidc?.client)) withdraw(ctx);
      else if (ctx.method !== 'OPTIONS') ctx.set('Access-Control-Expose-Headers', EXPOSED);
    };
  }

  /** What an answer in front of the library says to the page that asked, as the library would. */
  invite(ctx: Context, route: string, client: Client): void {
    const origin = ctx.get('Origin');
    if (!this.#mayRead(route, origin, client)) return;
    ctx.set('Access-Control-Allow-Origin', origin);
    ctx.set('Access-Control-Expose-Headers', EXPOSED);
  }

  /** As long as no client is known, a page that some client is answered to hears what is wrong. */
  #mayRead(route: string, origin: string, client: Client | undefined): boolean {
    if (origin === '') return false;
    const origins = client ? originsOf(client) : this.#all;
    return OF_APPS.has(route) ? origins.serves(origin) : route === OF_DEVICES && origins.lists(origin);
  }
}

/** Whether a page of this origin may ask in the name of a client; any other one is refused. */
export function mayAskFor(client: Client, origin: string): boolean {
  return originsOf(client).serves(origin);
}

function originsOf(client: Client): Origins {
  return new Origins([{ redirectUris: client.redirectUris, listed: listOf(client[CORS_ORIGINS]) }]);
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function withdraw({ res }: KoaContextWithOIDC): void {
  for (const name of res.getHeaderNames()) if (name.startsWith('access-control-')) res.removeHeader(name);
}
