/**
 * `/interaction/<uid>`: an app asks somebody to sign in, and its owner decides what it may know. The protocol
 * library sends the browser here, and takes it back from where these pages let it go on.
 */
import { Router } from '@koa/router';
import type { SignedInBrowser } from '../../accounts/browser-store.ts';
import type { AppSignIn, GoOn, WaitingSignIn } from '../../apps/app-sign-in.ts';
import { consentView, continueView } from '../app-views.ts';
import { clearSession, readInteraction } from '../cookies.ts';
import { showError } from '../errors.ts';
import { form } from '../form.ts';
import { renderPage, seeOther } from '../render.ts';
import { formSourceOf } from '../security-headers.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { linkTo } from '../words.ts';
import { placeOf } from './visit.ts';

export function interactionRoutes({ appSignIn }: { appSignIn: AppSignIn }): Router<WebState> {
  const router = new Router<WebState>();
  router.get('/interaction/:uid', (ctx) => show(appSignIn, ctx, ctx.params['uid'] ?? ''));
  router.post('/interaction/:uid', (ctx) => decide(appSignIn, ctx, ctx.params['uid'] ?? ''));
  return router;
}

async function show(appSignIn: AppSignIn, ctx: WebContext, uid: string): Promise<void> {
  const { browser } = ctx.state;
  const waiting = await waitingIn(appSignIn, ctx, uid);
  if (!waiting) return showError(ctx, 'sign-in-gone');
  if (!browser) return signIn(ctx, waiting);
  if (waiting.step === 'consent' && waiting.browser === browser.uid)
    return showConsent(ctx, browser, waiting);
  const next = await appSignIn.signedIn(uid, browser);
  if (next === 'gone') return showError(ctx, 'sign-in-gone');
  if (next === 'again') return signIn(ctx, waiting, 'yes');
  renderPage(ctx, continueView(waiting.app.name, next.path));
}

/** Only the browser that the app has sent here may answer: the cookie was set when it came. */
async function waitingIn(
  appSignIn: AppSignIn,
  ctx: WebContext,
  uid: string,
): Promise<WaitingSignIn | undefined> {
  return readInteraction(ctx) === uid ? appSignIn.find(uid, ctx.state.browser) : undefined;
}

/** @param again the app wants a proof that is fresher than this browser's */
function signIn(ctx: WebContext, { uid, bothSteps }: WaitingSignIn, again?: 'yes'): void {
  const both_steps = bothSteps ? 'yes' : undefined;
  seeOther(ctx, linkTo('/sign-in', { return_to: `/interaction/${uid}`, again, both_steps }));
}

/** The answer to the form leads to the app: that one address the policy of this page lets it go to. */
function showConsent(ctx: WebContext, browser: SignedInBrowser, waiting: WaitingSignIn): void {
  ctx.state.formTarget = formSourceOf(waiting.redirectUri);
  renderPage(ctx, consentView(ctx, browser, waiting));
}

async function decide(appSignIn: AppSignIn, ctx: WebContext, uid: string): Promise<void> {
  const { decision, csrf: _csrf, ...fields } = form(ctx);
  const { browser } = ctx.state;
  const waiting = await waitingIn(appSignIn, ctx, uid);
  if (!waiting) return showError(ctx, 'sign-in-gone');
  if (!browser || waiting.browser !== browser.uid) return seeOther(ctx, `/interaction/${uid}`);
  if (decision === 'deny') {
    ctx.state.note('app-denied');
    return goOn(ctx, waiting, await appSignIn.deny(uid));
  }
  if (decision !== 'allow') return showError(ctx, 'bad-request');
  const allowed = waiting.scopes.map(({ scope }) => scope).filter((scope) => `allow:${scope}` in fields);
  const next = await appSignIn.allow(uid, browser, allowed, placeOf(ctx));
  if (next !== 'signed-out') {
    if (next !== 'gone') ctx.state.note('app-allowed');
    return goOn(ctx, waiting, next);
  }
  clearSession(ctx);
  signIn(ctx, waiting);
}

function goOn(ctx: WebContext, waiting: WaitingSignIn, next: GoOn | 'gone'): void {
  if (next === 'gone') return showError(ctx, 'sign-in-gone');
  if (formSourceOf(waiting.redirectUri)) return seeOther(ctx, next.path);
  renderPage(ctx, continueView(waiting.app.name, next.path));
}
