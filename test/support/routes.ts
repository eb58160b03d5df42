/**
 * Every route of the server, so that what must hold for all of them is tested for all of them: those of our pages
 * as the routers know them, those of the protocol, and the few that are neither.
 */
import type { Router } from '@koa/router';
import { PROTOCOL_ENDPOINTS } from '../../src/web/middleware/protocol-paths.ts';
import type { WebState } from '../../src/web/web-state.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `:name` where a part of the path is a parameter. */
  readonly path: string;
  readonly kind: 'page' | 'protocol' | 'operations' | 'static';
}

/** The routes of our pages, a line each for every method but HEAD, which goes with GET. */
export function pagesOf(routers: readonly Router<WebState>[]): Route[] {
  return routers.flatMap(({ stack }) =>
    stack.flatMap(({ methods, path }) =>
      methods.flatMap((method): Route[] =>
        method === 'GET' || method === 'POST' ? [{ method, path: String(path), kind: 'page' }] : [],
      ),
    ),
  );
}

const POSTED = [
  '/device/auth',
  '/par',
  '/token',
  '/token/introspection',
  '/token/revocation',
  '/me',
  '/auth',
];
const FETCHED = ['/me', '/jwks', '/auth', '/.well-known/openid-configuration'];
const LEFT_OVER = ['/.well-known/oauth-authorization-server', '/auth/:uid', '/session/end'];

export const PROTOCOL_ROUTES: readonly Route[] = [
  ...POSTED.map((path): Route => ({ method: 'POST', path, kind: 'protocol' })),
  ...[...new Set([...FETCHED, ...LEFT_OVER, ...gettable()])].map(
    (path): Route => ({ method: 'GET', path, kind: 'protocol' }),
  ),
];

export const OTHER_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/healthz', kind: 'operations' },
  { method: 'GET', path: '/readyz', kind: 'operations' },
  { method: 'GET', path: '/metrics', kind: 'operations' },
  { method: 'POST', path: '/voice-code/verify', kind: 'operations' },
  { method: 'POST', path: '/voice-code/purchase', kind: 'operations' },
  { method: 'GET', path: '/static/latchkey.css', kind: 'static' },
  { method: 'GET', path: '/favicon.ico', kind: 'static' },
  { method: 'GET', path: '/apple-touch-icon.png', kind: 'static' },
];

/** Where the provider `corp` of UPSTREAM_FILE tells that a person has signed out there. */
export const UPSTREAM_ROUTES: readonly Route[] = [
  { method: 'POST', path: '/sign-in/upstream/corp/logout', kind: 'operations' },
];

/** Where receivers of security events call (`SHARED_SIGNALS`). */
export const SIGNAL_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/.well-known/ssf-configuration', kind: 'operations' },
  { method: 'GET', path: '/ssf/streams', kind: 'operations' },
  { method: 'POST', path: '/ssf/streams', kind: 'operations' },
  { method: 'PUT', path: '/ssf/streams', kind: 'operations' },
  { method: 'PATCH', path: '/ssf/streams', kind: 'operations' },
  { method: 'DELETE', path: '/ssf/streams', kind: 'operations' },
  { method: 'GET', path: '/ssf/status', kind: 'operations' },
  { method: 'POST', path: '/ssf/status', kind: 'operations' },
  { method: 'POST', path: '/ssf/verify', kind: 'operations' },
  { method: 'POST', path: '/ssf/poll/:stream', kind: 'operations' },
];

/** Where clients may register themselves (`REGISTRATION`). */
export const REGISTRATION_ROUTES: readonly Route[] = [
  { method: 'POST', path: '/register', kind: 'operations' },
  { method: 'GET', path: '/register/:id', kind: 'operations' },
  { method: 'PUT', path: '/register/:id', kind: 'operations' },
  { method: 'DELETE', path: '/register/:id', kind: 'operations' },
];

/** What the protocol has that is not among those that are posted to. */
function gettable(): string[] {
  return [...PROTOCOL_ENDPOINTS.keys()].filter((path) => !POSTED.includes(path));
}

/** The path with its parameters filled in. */
export function filled({ path }: Route, value: string): string {
  return path.replace(/:\w+/g, encodeURIComponent(value));
}
