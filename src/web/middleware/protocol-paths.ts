/**
 * Which paths belong to the protocol library, and by which methods. What is not in this list never reaches it, so that
 * a path of the library which the list leaves out does not exist.
 */
import type { IncomingMessage } from 'node:http';
import { SIGNALS_METADATA_PATH } from '../../signals/scopes.ts';
import type { WebContext, WebMiddleware } from '../web-state.ts';
import { showError } from './errors.ts';
import { isOwnEndpoint } from './own-endpoints.ts';

const FETCHED = ['GET', 'HEAD', 'OPTIONS'];
const POSTED = ['POST', 'OPTIONS'];

/** The methods of each endpoint, as `Allow` names them. OPTIONS stands where a browser may ask before it asks. */
export const PROTOCOL_ENDPOINTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['/.well-known/oauth-authorization-server', FETCHED],
  ['/.well-known/openid-configuration', FETCHED],
  ['/auth', ['GET', 'HEAD', 'POST']],
  ['/device/auth', POSTED],
  ['/jwks', FETCHED],
  ['/me', ['GET', 'HEAD', 'POST', 'OPTIONS']],
  ['/par', POSTED],
  ['/token', POSTED],
  ['/token/introspection', POSTED],
  ['/token/revocation', POSTED],
]);
/** Octets. What is sent there are names, codes and tokens, and at most the proof of a client and a description of what is asked. */
const MAX_TOKEN_FORM = 16_384;
/** Octets that a form may have. A device may describe itself in three texts of 4,096 octets, each of which is escaped as three. */
const MAX_FORMS: ReadonlyMap<string, number> = new Map([
  ['/device/auth', 45_056],
  ['/token', MAX_TOKEN_FORM],
  ['/token/introspection', MAX_TOKEN_FORM],
  ['/token/revocation', MAX_TOKEN_FORM],
]);
const INTROSPECTION = '/token/introspection';
const JSON_TYPE = 'application/json';
/** RFC 9701 section 4. */
const SIGNED_ANSWER = 'application/token-introspection+jwt';
/** A request for sign-in that goes on after a page of ours. */
const RESUMED = /^\/auth\/[^/]+$/;
/** Paths below these, and below the endpoints, are no pages either. */
const FOLDERS = ['/.well-known/', '/session/'];
/** But this one: where password managers look for the page (W3C: A Well-Known URL for Changing Passwords). */
export const CHANGE_PASSWORD_PATH = '/.well-known/change-password';
/** Where password managers look for the pages of passkeys (W3C: A Well-Known URL for Relying Party Passkey Endpoints). */
export const PASSKEY_ENDPOINTS_PATH = '/.well-known/passkey-endpoints';
/** Documents of ours beside the library's. */
const OUR_DOCUMENTS: ReadonlySet<string> = new Set([
  CHANGE_PASSWORD_PATH,
  PASSKEY_ENDPOINTS_PATH,
  SIGNALS_METADATA_PATH,
]);
/** Where people are sent, and see pages. Everything else is for programs. */
const FOR_PEOPLE = /^\/(auth|session)(\/|$)/;

/** Nearly all that devices ask is for one of these, as it is written here. */
const OF_PROGRAMS: ReadonlySet<string> = new Set(
  [...PROTOCOL_ENDPOINTS.keys()].filter((endpoint) => !FOR_PEOPLE.test(endpoint)),
);

/** Whether what is answered there is read by a program. */
function isForPrograms(path: string): boolean {
  return (
    OF_PROGRAMS.has(path) ||
    isOwnEndpoint(path) ||
    (isProtocolPath(path) && !FOR_PEOPLE.test(protocolPathOf(path)))
  );
}

/** The same of a request, wherever it stands on its way. */
export function isFromProgram({ url = '' }: IncomingMessage): boolean {
  const end = url.indexOf('?');
  return isForPrograms(end < 0 ? url : url.slice(0, end));
}

export function isProtocolPath(path: string): boolean {
  const plain = protocolPathOf(path);
  if (OUR_DOCUMENTS.has(plain)) return false;
  if (PROTOCOL_ENDPOINTS.has(plain) || FOLDERS.some((folder) => plain.startsWith(folder))) return true;
  for (const endpoint of PROTOCOL_ENDPOINTS.keys()) if (plain.startsWith(`${endpoint}/`)) return true;
  return false;
}

/** Whether the answer there is JSON whatever the request says that it takes; of an introspection it may be a JWT. */
export function hearsJson(path: string): boolean {
  return path === '/token' || path === '/device/auth';
}

/** Goes around the library: what it must not see, and what it says too much. */
export function protocolGuard(): WebMiddleware {
  return async function guardProtocol(ctx, next) {
    const path = protocolPathOf(ctx.path);
    if (!FOR_PEOPLE.test(path)) takeForProgram(ctx, path);
    const methods = RESUMED.test(path) ? ['GET', 'HEAD'] : PROTOCOL_ENDPOINTS.get(path);
    if (!methods) return showError(ctx, 'not-found');
    if (!methods.includes(ctx.method)) return refuseMethod(ctx, path, methods);
    if (isTooLong(ctx, path)) return refuseUnread(ctx, path);
    if (ctx.method === 'OPTIONS' && !isPreflight(ctx)) return tellMethods(ctx, path, methods);
    // What is resumed has its parameters in the store. The library fails over a client that the address names.
    if (path.startsWith('/auth/')) ctx.querystring = '';
    await next();
    if (ctx.body === '') ctx.remove('Content-Type');
  };
}

/** By what it says of itself; a sender that does not say it is cut off by the library, at 56 KB. */
function isTooLong(ctx: WebContext, path: string): boolean {
  return Number(ctx.get('Content-Length')) > (MAX_FORMS.get(path) ?? Number.POSITIVE_INFINITY);
}

/** To read a long form, and to hash a long code, would cost the others more than the answer. */
function refuseUnread(ctx: WebContext, path: string): void {
  ctx.state.route = path;
  ctx.set('Connection', 'close');
  showError(ctx, 'too-large');
}

/**
 * Programs hear JSON whatever they say that they take (RFC 6749 section 5.2): common ones, Java's among them, name HTML
 * first without being able to read it. An API that prefers a signed answer to its question about a token hears that.
 */
function takeForProgram(ctx: WebContext, path: string): void {
  ctx.state.forProgram = true;
  const wantsSigned = path === INTROSPECTION && ctx.accepts([JSON_TYPE, SIGNED_ANSWER]) === SIGNED_ANSWER;
  ctx.req.headers.accept = wantsSigned ? `${SIGNED_ANSWER}, ${JSON_TYPE};q=0.5` : JSON_TYPE;
}

/** A path as the library compares it: in any case, with one slash at the end or none, and nothing decoded. */
export function protocolPathOf(path: string): string {
  const plain = /[A-Z]/.test(path) ? path.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : path;
  return plain.length > 1 && plain.endsWith('/') ? plain.slice(0, -1) : plain;
}

/** Fetch standard, section 4.8. */
function isPreflight(ctx: WebContext): boolean {
  return ctx.get('Origin') !== '' && ctx.get('Access-Control-Request-Method') !== '';
}

/** RFC 9110 section 9.3.7. */
function tellMethods(ctx: WebContext, path: string, methods: readonly string[]): void {
  ctx.state.route = path;
  ctx.set('Allow', methods.join(', '));
  ctx.status = 204;
}

/** RFC 9110 section 15.5.6. */
function refuseMethod(ctx: WebContext, path: string, methods: readonly string[]): void {
  ctx.state.route = PROTOCOL_ENDPOINTS.has(path) ? path : '/auth/:uid';
  ctx.set('Allow', methods.join(', '));
  showError(ctx, 'method-not-allowed');
}
