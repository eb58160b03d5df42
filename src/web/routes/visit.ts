import type { SecurityDetails } from '../../audit/security-log.ts';
import { type EventPlace, eventPlace } from '../../events/event.ts';
import type { LimitName } from '../../limits/limits.ts';
import { requesterOf } from '../../net/requester.ts';
import type { Visit } from '../../net/visit.ts';
import type { CreatedSession, SessionCreationOutcome } from '../../sessions/session-creation.ts';
import {
  knownBrowser,
  setKnownBrowser,
  setSecondStep,
  setSession,
  trustedBrowser,
} from '../middleware/cookies.ts';
import { linkTo } from '../pages/labels.ts';
import { seeOther } from '../render.ts';
import type { WebContext } from '../web-state.ts';

/** What a request tells of the browser it comes from. */
export function visitOf(ctx: WebContext): Visit {
  return {
    ...eventPlace(requesterOf(ctx)),
    knownBrowser: knownBrowser(ctx),
    trustedBrowser: trustedBrowser(ctx),
    sessionId: ctx.state.browser?.sessionId,
  };
}

/** From where a request came, for what the owner is told of it. */
export function placeOf(ctx: WebContext): EventPlace {
  return eventPlace(requesterOf(ctx));
}

/** The last step of every way in: the cookies, and on to where the browser was going. */
export function goOnSignedIn(ctx: WebContext, created: CreatedSession, returnTo: string): void {
  setSession(ctx, created.browser.sessionId);
  setKnownBrowser(ctx, created.knownBrowser);
  ctx.state.browser = created.browser;
  ctx.state.audit('signed-in', { amr: created.browser.amr });
  seeOther(ctx, returnTo);
}

/** After a right first step of any way in: on, or to the second step where the account asks for one. */
export function continueSignIn(
  ctx: WebContext,
  creation: Exclude<SessionCreationOutcome, { outcome: 'refused' }>,
  returnTo: string,
): void {
  if (creation.outcome === 'signed-in') return goOnSignedIn(ctx, creation, returnTo);
  setSecondStep(ctx, creation.ticket);
  ctx.state.audit('second-step-asked');
  // In the address, so that this tab goes on where it was going, though another one is signed in first.
  seeOther(
    ctx,
    linkTo('/sign-in/second-step', { return_to: returnTo === '/account' ? undefined : returnTo }),
  );
}

/** The limit that was met, for the page; the answer says it to programs as well. */
export function throttled(
  ctx: WebContext,
  milliseconds: number,
  limit?: LimitName,
  who?: SecurityDetails,
): { kind: 'throttled'; waitSeconds: number } {
  ctx.state.audit('limit-met', { ...who, limit });
  const waitSeconds = Math.ceil(milliseconds / 1000);
  ctx.set('Retry-After', String(waitSeconds));
  return { kind: 'throttled', waitSeconds };
}

export function queryOf(ctx: WebContext, name: string): string | undefined {
  const value = ctx.query[name];
  return Array.isArray(value) ? value[0] : value;
}

/** What stands in the path, in the place of that name. */
export function paramOf(ctx: WebContext, name: string): string {
  return (ctx as { params?: Record<string, string> }).params?.[name] ?? '';
}
