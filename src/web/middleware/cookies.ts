/**
 * Our cookies. Over https their names begin with `__Host-`, which makes browsers refuse one that was set for
 * another path, for a whole domain, or over plain http.
 */
import type { WebContext } from '../web-state.ts';

const DAY_MS = 24 * 3_600_000;
const RESET_MS = 10 * 60_000;
const GO_ON_MS = 3_600_000;
const KNOWN_BROWSER_MS = 180 * DAY_MS;
const SECOND_STEP_MS = 10 * 60_000;
const TRUSTED_BROWSER_MS = 30 * DAY_MS;
const TYPED_MS = 10 * 60_000;
const STEP_MS = 10 * 60_000;
const LANGUAGE_MS = 365 * DAY_MS;
/** Sealed: letters, digits and a few signs, of a size that every proxy passes. */
const TICKET = /^[\w.-]{1,2500}$/;

const NAMES = {
  session: 'latchkey_session',
  visitor: 'latchkey_visitor',
  knownBrowser: 'latchkey_known_browser',
  secondStep: 'latchkey_second_step',
  trustedBrowser: 'latchkey_trusted_browser',
  reset: 'latchkey_reset',
  goOn: 'latchkey_go_on',
  typed: 'latchkey_typed',
  signUpCode: 'latchkey_sign_up_code',
  signInCode: 'latchkey_sign_in_code',
  emailCode: 'latchkey_email_code',
  passwordCode: 'latchkey_password_code',
  passwordPass: 'latchkey_password_pass',
  phoneCode: 'latchkey_phone_code',
  appSetup: 'latchkey_app_setup',
  upstreamCode: 'latchkey_upstream_code',
  upstreamSetup: 'latchkey_upstream',
  upstreamPass: 'latchkey_upstream_held',
  upstreamFoundPass: 'latchkey_upstream_found',
  language: 'latchkey_language',
  timeZone: 'latchkey_tz',
  console: 'latchkey_admin',
} as const;

const INTERACTION = 'latchkey_interaction';

type CookieKind = keyof typeof NAMES;

/** What waits for a code, or is half done, each with a page of its own. */
type StepKind = Extract<CookieKind, `${string}Code` | `${string}Pass` | `${string}Setup`>;

/** The cookies that the protocol library reads and writes, that of the session as we do; it ties two of them to a path, so they cannot be `__Host-`. */
export function protocolCookies(issuer: string): { session: string; interaction: string; resume: string } {
  const secure = issuer.startsWith('https:');
  const tied = (name: string) => (secure ? `__Secure-${name}` : name);
  return {
    session: nameOf('session', secure),
    interaction: tied(INTERACTION),
    resume: tied('latchkey_resume'),
  };
}

/** Which waiting request of an app this browser has brought. */
export function readInteraction(ctx: WebContext): string | undefined {
  return ctx.cookies.get(ctx.secure ? `__Secure-${INTERACTION}` : INTERACTION, { signed: false });
}

/**
 * Signs this browser in, as far as its cookie goes.
 * @param maxAge milliseconds; without it the cookie goes when the browser is closed
 */
export function setSession(ctx: WebContext, sessionId: string, maxAge?: number): void {
  write(ctx, 'session', sessionId, maxAge);
}

export function clearSession(ctx: WebContext): void {
  write(ctx, 'session', null);
}

export function readSession(ctx: WebContext): string | undefined {
  return read(ctx, 'session');
}

/** Opens the operator console, beside the session of the same browser; it goes when the browser is closed. */
export function setConsole(ctx: WebContext, id: string | null): void {
  write(ctx, 'console', id);
}

export function readConsole(ctx: WebContext): string | undefined {
  return read(ctx, 'console');
}

/** The random value that ties forms to the browser they were sent to. */
export function setVisitor(ctx: WebContext, visitor: string): void {
  write(ctx, 'visitor', visitor);
}

export function readVisitor(ctx: WebContext): string | undefined {
  return read(ctx, 'visitor');
}

/** Remembers for 180 days to which accounts owners have signed in with this browser. */
export function setKnownBrowser(ctx: WebContext, value: string): void {
  write(ctx, 'knownBrowser', value, KNOWN_BROWSER_MS);
}

export function knownBrowser(ctx: WebContext): string | undefined {
  return read(ctx, 'knownBrowser');
}

/** The same, of a request that no framework has read yet. @param cookies its header */
export function knownBrowserIn(cookies: string | undefined, secure: boolean): string | undefined {
  const name = `${nameOf('knownBrowser', secure)}=`;
  const cookie = cookies?.split(/; ?/).find((one) => one.startsWith(name));
  return cookie?.slice(name.length);
}

/** The ticket between the two steps of a sign-in: the browser that gave the password keeps it, for 10 minutes. */
export function setSecondStep(ctx: WebContext, ticket: string): void {
  write(ctx, 'secondStep', ticket, SECOND_STEP_MS);
}

export function clearSecondStep(ctx: WebContext): void {
  write(ctx, 'secondStep', null);
}

export function secondStepOf(ctx: WebContext): string | undefined {
  return read(ctx, 'secondStep');
}

/** Where the owner does not want to be asked for codes, for 30 days. */
export function setTrustedBrowser(ctx: WebContext, value: string): void {
  write(ctx, 'trustedBrowser', value, TRUSTED_BROWSER_MS);
}

export function trustedBrowser(ctx: WebContext): string | undefined {
  return read(ctx, 'trustedBrowser');
}

/** The token of a link for a forgotten password, for as long as the link works. */
export function setReset(ctx: WebContext, token: string): void {
  write(ctx, 'reset', token, RESET_MS);
}

export function readReset(ctx: WebContext): string | undefined {
  return read(ctx, 'reset');
}

export function clearReset(ctx: WebContext): void {
  write(ctx, 'reset', null);
}

/** Where the owner was going when they had to set up a second step first, for an hour. */
export function setGoOn(ctx: WebContext, path: string): void {
  write(ctx, 'goOn', Buffer.from(path).toString('base64url'), GO_ON_MS);
}

/** As the browser says: to be checked before it is followed. */
export function goOnOf(ctx: WebContext): string | undefined {
  const kept = read(ctx, 'goOn');
  return kept === undefined ? undefined : Buffer.from(kept, 'base64url').toString();
}

export function clearGoOn(ctx: WebContext): void {
  write(ctx, 'goOn', null);
}

/** What was typed into the form that was posted last, sealed, for ten minutes; `null`: nothing. */
export function writeTyped(ctx: WebContext, sealed: string | null): void {
  write(ctx, 'typed', sealed, TYPED_MS);
}

export function readTyped(ctx: WebContext): string | undefined {
  return read(ctx, 'typed');
}

/**
 * The sealed ticket of what waits for a code or is half done, for as long as the code works. Forms bring tickets back:
 * what cannot be one is not kept, and its page begins again.
 */
export function setStep(ctx: WebContext, kind: StepKind, ticket: string): void {
  if (TICKET.test(ticket)) write(ctx, kind, ticket, STEP_MS);
}

export function readStep(ctx: WebContext, kind: StepKind): string | undefined {
  return read(ctx, kind);
}

export function clearStep(ctx: WebContext, kind: StepKind): void {
  write(ctx, kind, null);
}

/** In which language this browser's reader wants its pages, for a year. */
export function setLanguage(ctx: WebContext, tag: string): void {
  write(ctx, 'language', tag, LANGUAGE_MS);
}

/** As the browser says: to be checked. */
export function readLanguage(ctx: WebContext): string | undefined {
  return read(ctx, 'language');
}

/** As a script of ours has found it in the browser (`time.js`): to be checked. */
export function readTimeZone(ctx: WebContext): string | undefined {
  return read(ctx, 'timeZone')?.replaceAll('%2F', '/');
}

function nameOf(kind: CookieKind, secure: boolean): string {
  return secure ? `__Host-${NAMES[kind]}` : NAMES[kind];
}

function read(ctx: WebContext, kind: CookieKind): string | undefined {
  return ctx.cookies.get(nameOf(kind, ctx.secure), { signed: false }) || undefined;
}

/** `ctx.secure` is true exactly where ISSUER is https: requests are made safe before they come here. */
function write(ctx: WebContext, kind: CookieKind, value: string | null, maxAge?: number): void {
  ctx.cookies.set(nameOf(kind, ctx.secure), value, {
    httpOnly: true,
    secure: ctx.secure,
    sameSite: 'lax',
    path: '/',
    signed: false,
    overwrite: true,
    ...(maxAge === undefined ? {} : { maxAge }),
  });
}
