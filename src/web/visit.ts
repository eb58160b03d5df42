import type { SignedIn } from '../accounts/browser-sign-in.ts';
import type { Visit } from '../accounts/visit.ts';
import { knownBrowser, readSession, setKnownBrowser, setSession } from './cookies.ts';
import { seeOther } from './render.ts';
import type { WebContext } from './web-state.ts';

/** Who is at the door, as sign-in and sign-up want to know it. */
export function visitOf(ctx: WebContext): Visit {
  return {
    address: ctx.state.address,
    userAgent: ctx.get('user-agent'),
    knownBrowser: knownBrowser(ctx),
    sessionId: readSession(ctx),
  };
}

/** Gives the browser its cookies and sends it on. */
export function welcomeIn(ctx: WebContext, signedIn: SignedIn, returnTo: string): void {
  setSession(ctx, signedIn.sessionId, signedIn.maxAge);
  setKnownBrowser(ctx, signedIn.knownBrowser);
  seeOther(ctx, returnTo);
}
