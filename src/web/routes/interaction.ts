/**
 * `/interaction/<uid>`: an app asks an owner to sign in, and the owner decides what it may know. The protocol
 * library sends the browser here, and takes it back from where these pages let it go on.
 */

import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import { type AppSignIn, type GoOn, LASTING_SCOPE, type WaitingSignIn } from '../../apps/app-sign-in.ts';
import type { Worded } from '../../words/worded.ts';
import { answerAt, toldOf } from '../form-answers.ts';
import { clearSession, readInteraction } from '../middleware/cookies.ts';
import { showError } from '../middleware/errors.ts';
import { isTicked, optional, readForm } from '../middleware/form.ts';
import type { StepUp } from '../middleware/step-up.ts';
import { consentView, continueView } from '../pages/app-views.ts';
import { linkTo } from '../pages/labels.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import type { CompanionPages } from './companion.ts';
import type { SignedInPage } from './signed-in.ts';
import { placeOf } from './visit.ts';

interface InteractionRoutes {
  readonly appSignIn: AppSignIn;
  /** Giving an app access that lasts takes a fresh proof of who the owner is, as linking a device does. */
  readonly stepUp: Pick<StepUp, 'before'>;
  /** Where a maker's app sets up a device. */
  readonly companions: CompanionPages;
}

export function interactionRoutes(routes: InteractionRoutes): Router<WebState> {
  const router = new Router<WebState>();
  router.get('/interaction/:uid', (ctx) => show(routes, ctx, ctx.params['uid'] ?? ''));
  router.post('/interaction/:uid', (ctx) => decide(routes, ctx, ctx.params['uid'] ?? ''));
  return router;
}

async function show(
  { appSignIn, companions }: InteractionRoutes,
  ctx: WebContext,
  uid: string,
): Promise<void> {
  const { onward } = toldOf<{ onward: Onward }>(ctx);
  if (onward) return renderPage(ctx, continueView(ctx, onward.app, onward.path));
  const { browser } = ctx.state;
  const waiting = await waitingIn(appSignIn, ctx, uid);
  if (!waiting) return showError(ctx, 'sign-in-gone');
  if (!browser) return signIn(ctx, waiting);
  if (waiting.step !== 'sign-in' && waiting.browser === browser.uid)
    return waiting.step === 'link-device'
      ? companions.show(ctx, browser, waiting)
      : renderPage(ctx, consentView(ctx, browser, waiting));
  const next = await appSignIn.signedIn(uid, browser);
  if (next === 'gone') return showError(ctx, 'sign-in-gone');
  if (next === 'again') return signIn(ctx, waiting, 'yes');
  renderPage(ctx, continueView(ctx, waiting.app.name, next.path));
}

/**
 * Only the browser that the app has sent here may answer: the cookie was set when it came. It comes with this path alone,
 * and so not with a proof that was given in place; the form that goes on then was held when its cookie had been seen.
 */
async function waitingIn(
  appSignIn: AppSignIn,
  ctx: WebContext,
  uid: string,
): Promise<WaitingSignIn | undefined> {
  if (readInteraction(ctx) !== uid && !ctx.state.justProved) return undefined;
  const waiting = await appSignIn.find(uid, ctx.state.browser);
  ctx.state.wishes = waiting?.languages;
  return waiting;
}

/** @param again the app wants a proof that is fresher than this browser's */
function signIn(ctx: WebContext, { uid, bothSteps }: WaitingSignIn, again?: 'yes'): void {
  const both_steps = bothSteps ? 'yes' : undefined;
  seeOther(ctx, linkTo('/sign-in', { return_to: `/interaction/${uid}`, again, both_steps }));
}

async function decide(routes: InteractionRoutes, ctx: WebContext, uid: string): Promise<void> {
  const { appSignIn, companions, stepUp } = routes;
  const { decision } = readForm(ctx, { decision: optional });
  const { browser } = ctx.state;
  const waiting = await waitingIn(appSignIn, ctx, uid);
  if (!waiting) return showError(ctx, 'sign-in-gone');
  if (!browser || waiting.browser !== browser.uid) return seeOther(ctx, `/interaction/${uid}`);
  if (decision === 'deny') {
    ctx.state.audit(waiting.step === 'link-device' ? 'device-denied' : 'app-denied');
    return goOn(ctx, waiting, await appSignIn.deny(uid));
  }
  if (waiting.step === 'link-device' && decision === 'approve')
    return companions.approve(ctx, browser, waiting, {
      goOn: (next) => goOn(ctx, waiting, next),
      signInAgain: () => signInAgain(ctx, waiting),
    });
  if (decision !== 'allow' || waiting.step !== 'consent') return showError(ctx, 'bad-request');
  const allowed = waiting.scopes.map(({ scope }) => scope).filter((scope) => isTicked(ctx, 'allow', scope));
  const allowThis: SignedInPage = (_ctx, proved) => allow(appSignIn, ctx, proved, waiting, allowed);
  if (!allowed.includes(LASTING_SCOPE)) return allowThis(ctx, browser);
  return stepUp.before('allow-offline-access', allowThis)(ctx, browser);
}

async function allow(
  appSignIn: AppSignIn,
  ctx: WebContext,
  browser: Session,
  waiting: WaitingSignIn,
  allowed: readonly string[],
): Promise<void> {
  const next = await appSignIn.allow(waiting.uid, browser, allowed, placeOf(ctx));
  if (next !== 'signed-out') {
    if (next !== 'gone') ctx.state.audit('app-allowed');
    return goOn(ctx, waiting, next);
  }
  signInAgain(ctx, waiting);
}

/** The owner has signed out of everything since. */
function signInAgain(ctx: WebContext, waiting: WaitingSignIn): void {
  clearSession(ctx);
  signIn(ctx, waiting);
}

function goOn(ctx: WebContext, waiting: WaitingSignIn, next: GoOn | 'gone'): void {
  if (next === 'gone') return showError(ctx, 'sign-in-gone');
  // A form of ours leads nowhere but here, and an app may send its people on to any site: from this page the browser
  // goes on by itself.
  const onward: Onward = { app: waiting.app.name, path: next.path };
  answerAt(ctx, `/interaction/${waiting.uid}`, { onward });
}

/** The decision is made: from here the browser goes on by itself. */
interface Onward {
  readonly app: Worded;
  readonly path: string;
}
