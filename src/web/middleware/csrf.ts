/**
 * Forged requests: every form carries a token that only this server can make for this browser and the person
 * who is signed in with it. Browsers that say where a request comes from are believed as well.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { linkTo } from '../pages/labels.ts';
import { seeOther } from '../render.ts';
import type { WebContext, WebMiddleware } from '../web-state.ts';
import { readVisitor, setVisitor } from './cookies.ts';
import { showError } from './errors.ts';
import { form } from './form.ts';

/** HMACs under a key of each kind; the first master secret writes, all are accepted. */
export interface Macs {
  mac(kind: string, text: string): string;
  macs(kind: string, text: string): readonly string[];
}

const KIND = 'form';
const WAYS_IN = /^\/sign-(in|up)(\/|$)/;
const VISITOR_BYTES = 16;
const VISITOR = /^[A-Za-z0-9_-]{22}$/;

/**
 * Gives `ctx.state.csrf` its value, and refuses a POST whose token is not this browser's. Comes after the form
 * has been parsed and the signed-in browser loaded.
 */
export function csrf(macs: Macs, issuer: string): WebMiddleware {
  return async function checkForm(ctx, next) {
    offerToken(ctx, macs);
    if (ctx.method === 'POST' && !(isFromOurPages(ctx, issuer) && hasToken(ctx, macs, uidOf(ctx)))) {
      if (isOfFormerVisitor(ctx, macs, issuer)) return goOn(ctx);
      if (isSignedOut(ctx, issuer)) return next();
      ctx.state.audit('form-refused');
      return showError(ctx, 'form-expired');
    }
    return next();
  };
}

/** The visitor cookie is set when the token is first read, which is when a page with a form is made. */
function offerToken(ctx: WebContext, macs: Macs): void {
  let token: string | undefined;
  Object.defineProperty(ctx.state, 'csrf', {
    enumerable: true,
    get: () => {
      token ??= macs.mac(KIND, subjectOf(visitorOf(ctx) ?? newVisitor(ctx), uidOf(ctx)));
      return token;
    },
  });
}

/** The form of a way in, sent to this very browser before its owner signed in, in another tab. */
function isOfFormerVisitor(ctx: WebContext, macs: Macs, issuer: string): boolean {
  return WAYS_IN.test(ctx.path) && isFromOurPages(ctx, issuer) && hasToken(ctx, macs, '');
}

/** An owner who signed out in another tab, or long ago, does so again: there is nothing to forge. */
function isSignedOut(ctx: WebContext, issuer: string): boolean {
  return ctx.path === '/sign-out' && !ctx.state.browser && isFromOurPages(ctx, issuer);
}

/** What the form was for is there already: on to where it would have led. Nothing else of it is read. */
function goOn(ctx: WebContext): void {
  seeOther(ctx, linkTo('/sign-in', { return_to: form(ctx)['return_to'] }));
}

function hasToken(ctx: WebContext, macs: Macs, uid: string): boolean {
  const visitor = visitorOf(ctx);
  const given = form(ctx)['csrf'];
  if (!visitor || !given) return false;
  const good = macs.macs(KIND, subjectOf(visitor, uid)).map((token) => isSame(token, given));
  return good.includes(true);
}

/** Fetch Metadata, and Origin, where the browser sends them. Origin is `null` under our own Referrer-Policy. */
function isFromOurPages(ctx: WebContext, issuer: string): boolean {
  const site = ctx.get('Sec-Fetch-Site');
  const origin = ctx.get('Origin');
  return ['', 'same-origin', 'none'].includes(site) && ['', 'null', issuer].includes(origin);
}

/** A token dies with the sign-in it was made under. */
function subjectOf(visitor: string, uid: string): string {
  return `${visitor}:${uid}`;
}

function uidOf({ state }: WebContext): string {
  return state.browser?.uid ?? '';
}

function visitorOf(ctx: WebContext): string | undefined {
  const visitor = readVisitor(ctx);
  return visitor !== undefined && VISITOR.test(visitor) ? visitor : undefined;
}

function newVisitor(ctx: WebContext): string {
  const visitor = randomBytes(VISITOR_BYTES).toString('base64url');
  setVisitor(ctx, visitor);
  return visitor;
}

function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
