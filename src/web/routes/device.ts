/**
 * `/device` and all below it: the owner enters the code that a device shows, sees what is asking, and decides
 * (RFC 8628 sections 3.3 and 5.4). Nothing is ever linked without a click on the confirm page.
 */
import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import { isBlank } from '../../accounts/visible-text.ts';
import type { PendingLink } from '../../devices/device-linking.ts';
import { displayUserCode, missingLetters, normalizeUserCode } from '../../devices/user-code.ts';
import { requesterOf } from '../../net/requester.ts';
import type { Guess } from '../code-limits.ts';
import { answerAt, toldOf, typedOf } from '../form-answers.ts';
import { readForm, text } from '../middleware/form.ts';
import { allowOwnScripts } from '../middleware/security-headers.ts';
import type { DeviceCodeView, DeviceConfirmView } from '../pages/device.ts';
import { codeView, confirmView, type Result, resultView, shownDevice } from '../pages/device-views.ts';
import { linkTo } from '../pages/labels.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import {
  atConfirm,
  CONFIRM,
  type ConfirmProblem,
  type DeviceRoutes,
  decide,
  GONE,
  gone,
  signInAgain,
  WAITING,
} from './device-decision.ts';
import { placeOf, queryOf, throttled } from './visit.ts';

/** What is shown again in the field, at most. */
const MAX_TYPED = 100;

export function deviceRoutes(routes: DeviceRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  const whenSignedIn = (page: SignedInPage) => (ctx: WebContext) => {
    const { browser } = ctx.state;
    return browser ? page(ctx, browser) : signInFirst(ctx);
  };
  router.get(
    '/device',
    whenSignedIn((ctx, browser) => {
      const code = queryOf(ctx, 'user_code');
      if (code === undefined) return showCodePage(ctx);
      // A link of another site must not spend the owner's guesses: there the owner presses Continue.
      if (ctx.get('Sec-Fetch-Site') === 'cross-site')
        return showCodeField(ctx, { userCode: code.slice(0, MAX_TYPED) });
      return enterCode(routes, ctx, browser, code);
    }),
  );
  router.post(
    '/device',
    whenSignedIn((ctx, browser) =>
      enterCode(routes, ctx, browser, readForm(ctx, { user_code: text }).user_code),
    ),
  );
  router.get(CONFIRM, whenSignedIn(bound(showEntered)));
  router.post(CONFIRM, whenSignedIn(bound(decide)));
  router.get('/device/denied', whenSignedIn(showResult({ outcome: 'denied' })));
  router.get(GONE, whenSignedIn(bound(showGone)));
  router.get('/device/full', whenSignedIn(showResult({ outcome: 'full' })));
  return router;
}

type SignedInPage = (ctx: WebContext, browser: Session) => void | Promise<void>;

/** The code that came with the address goes along, so that signing in does not lose it. */
function signInFirst(ctx: WebContext): void {
  const code = normalizeUserCode(queryOf(ctx, 'user_code') ?? '');
  const returnTo = linkTo('/device', { user_code: code && displayUserCode(code) });
  seeOther(ctx, linkTo('/sign-in', { return_to: returnTo }));
}

/** Typed or scanned, the way is the same, and a right code only leads to the confirm page. */
async function enterCode(
  routes: DeviceRoutes,
  ctx: WebContext,
  browser: Session,
  typed: string,
): Promise<void> {
  if (isBlank(typed)) {
    return refuseCode(ctx, typed, { kind: 'fields', fields: { user_code: 'missing' } });
  }
  const missing = missingLetters(typed);
  if (missing > 0) return refuseCode(ctx, typed, { kind: 'too-short', missing });
  const guess = await evaluate(routes, ctx, browser, typed);
  if (guess.outcome === 'wait') {
    if (guess.limit.startsWith('CODE_ACCOUNT'))
      routes.refusals.record(browser.accountId, 'codes-refused', placeOf(ctx));
    return refuseCode(ctx, typed, throttled(ctx, guess.milliseconds, guess.limit));
  }
  ctx.state.audit(guess.outcome === 'right' ? 'user-code-accepted' : 'user-code-refused');
  if (guess.outcome === 'wrong') return refuseCode(ctx, typed, { kind: 'wrong' });
  await routes.entered.record(browser.accountId, guess.value.userCode);
  if (browser.authTime < guess.value.provedSince) return signInAgain(ctx, guess.value.userCode);
  if (ctx.method === 'GET') return showConfirmPage(routes, ctx, browser, guess.value);
  atConfirm(routes, ctx, browser, guess.value);
}

/** What cannot be a code is not a guess, and costs nothing. */
async function evaluate(
  { linking, limits }: DeviceRoutes,
  ctx: WebContext,
  browser: Session,
  typed: string,
): Promise<Guess<PendingLink>> {
  const userCode = normalizeUserCode(typed);
  if (userCode === undefined) return { outcome: 'wrong' };
  return limits.guess(browser, requesterOf(ctx).address, () => linking.find(userCode));
}

type CodeProblem = NonNullable<DeviceCodeView['problem']>;
/** A scanned code is no form that was posted: its address says what came of it. */
function refuseCode(ctx: WebContext, typed: string, problem: CodeProblem): void {
  const userCode = typed.slice(0, MAX_TYPED);
  if (ctx.method === 'POST') return answerAt(ctx, '/device', { problem }, { user_code: userCode });
  showCodeField(ctx, { userCode, problem }, problem.kind === 'throttled' ? 429 : 400);
}

function showCodePage(ctx: WebContext): void {
  const { status, ...told } = toldOf<{ problem: CodeProblem }>(ctx);
  showCodeField(ctx, { userCode: typedOf(ctx)['user_code'], ...told }, status);
}

/** Its script shows the code in two groups while it is typed. */
function showCodeField(ctx: WebContext, details: Parameters<typeof codeView>[1], status?: number): void {
  allowOwnScripts(ctx);
  renderPage(ctx, codeView(ctx, details), status);
}

async function showEntered(routes: DeviceRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const entered = routes.tickets.readEntered(browser, queryOf(ctx, 'entered'));
  if (!entered) return seeOther(ctx, '/device');
  const link = await routes.linking.find(entered.userCode);
  if (!link) return gone(routes, ctx, browser, entered, false);
  if (browser.authTime < link.provedSince) return signInAgain(ctx, link.userCode);
  const { problem } = toldOf<{ problem: ConfirmProblem }>(ctx);
  return showConfirmPage(routes, ctx, browser, link, problem);
}

async function showConfirmPage(
  { tickets, now, risks }: DeviceRoutes,
  ctx: WebContext,
  browser: Session,
  link: PendingLink,
  problem?: DeviceConfirmView['problem'],
): Promise<void> {
  const risk = await risks.assess(link, browser, requesterOf(ctx));
  if (risk.check === 'refuse') ctx.state.audit('device-refused', { client: link.app.id, reason: 'burst' });
  const ticket = tickets.entered(browser, link.userCode, link.device);
  const details = { action: '/device/confirm', ticket, now: new Date(now()), problem };
  renderPage(ctx, confirmView(ctx, browser, link, risk, details), problem ? 400 : 200);
}

/** Where it was this owner who has answered, before or on another page, they are told what they said. */
async function showGone(routes: DeviceRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const entered = routes.tickets.readEntered(browser, queryOf(ctx, 'entered'));
  const own = entered && (await routes.linking.decisionOf(entered.userCode, browser));
  const isLate = queryOf(ctx, 'answered') === 'yes';
  if (!own) return showResult({ outcome: 'failed' })(ctx, browser);
  if (own.decision === 'denied') return showResult({ outcome: 'denied', isLate })(ctx, browser);
  const { device } = entered;
  const at = linkTo(WAITING, { device: routes.tickets.waiting(browser, { id: own.id, device }) });
  return showResult({ outcome: 'linked', device: shownDevice(device), at, isLate })(ctx, browser);
}

function showResult(result: Result): SignedInPage {
  return (ctx) => renderPage(ctx, resultView(ctx, result));
}
