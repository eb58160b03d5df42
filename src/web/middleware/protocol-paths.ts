/**
 * Which paths belong to the protocol library. All others are ours, so that a path of the library which this list
 * leaves out is a page that does not exist.
 */
import type { WebContext, WebMiddleware } from '../web-state.ts';

/** Of the library, each at a path of its own. */
export const PROTOCOL_ENDPOINTS: ReadonlySet<string> = new Set([
  '/auth',
  '/device/auth',
  '/jwks',
  '/me',
  '/token',
  '/token/introspection',
  '/token/revocation',
]);
const FOLDERS = ['/.well-known/', '/auth/', '/session/'];

/** Endpoints at which no browser has business; the library invites all of them (OWASP ASVS 3.4.2). */
const NO_BROWSERS = new Set(['/device/auth', '/token/introspection']);

export function isProtocolPath(path: string): boolean {
  const plain = asLibraryReads(path);
  return PROTOCOL_ENDPOINTS.has(plain) || FOLDERS.some((folder) => plain.startsWith(folder));
}

/** Goes around the library: what it must not see, and what it says too much. */
export function protocolGuard(): WebMiddleware {
  return async function guardProtocol(ctx, next) {
    const path = asLibraryReads(ctx.path);
    if (path === '/device/auth' && ctx.method !== 'POST') return refuseMethod(ctx);
    // What is resumed has its parameters in the store. The library fails over a client that the address names.
    if (path.startsWith('/auth/')) ctx.querystring = '';
    try {
      await next();
    } finally {
      if (NO_BROWSERS.has(path)) removeCors(ctx);
    }
  };
}

/** The library compares paths in any case and with one slash at the end, and decodes nothing. */
function asLibraryReads(path: string): string {
  const plain = /[A-Z]/.test(path) ? path.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : path;
  return plain.length > 1 && plain.endsWith('/') ? plain.slice(0, -1) : plain;
}

function refuseMethod(ctx: WebContext): void {
  ctx.set('Allow', 'POST, OPTIONS');
  ctx.state.route = '/device/auth';
  if (ctx.method === 'OPTIONS') {
    ctx.status = 204;
    return;
  }
  ctx.status = 405;
  ctx.body = { error: 'method_not_allowed', error_description: 'Use POST', request_id: ctx.state.requestId };
}

function removeCors(ctx: WebContext): void {
  for (const name of ctx.res.getHeaderNames()) {
    if (name.startsWith('access-control-')) ctx.remove(name);
  }
}
