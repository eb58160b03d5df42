/**
 * `/device` and all below it: the owner enters the code that a device shows, sees what is asking, and decides
 * (RFC 8628 sections 3.3 and 5.4). Nothing is ever linked without a click on the confirm page.
 */
import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import type { DeviceLinking, PendingLink } from '../../devices/device-linking.ts';
import type { EnteredCodeStore } from '../../devices/entered-code-store.ts';
import type { LinkRisk } from '../../devices/link-risk.ts';
import type { LinkRisks } from '../../devices/link-risks.ts';
import { displayUserCode, normalizeUserCode } from '../../devices/user-code.ts';
import type { Refusals } from '../../events/refusals.ts';
import type { CodeLimits, Guess } from '../code-limits.ts';
import type { LinkTickets } from '../link-tickets.ts';
import { clearSession } from '../middleware/cookies.ts';
import { showError } from '../middleware/errors.ts';
import { oneOf, optional, readForm, text } from '../middleware/form.ts';
import type { StepUp } from '../middleware/step-up.ts';
import type { DeviceCodeView, DeviceConfirmView } from '../pages/device.ts';
import { codeView, confirmView, type Result, resultView } from '../pages/device-views.ts';
import { linkTo } from '../pages/labels.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { placeOf, queryOf, throttled } from './visit.ts';

interface DeviceRoutes {
  readonly linking: DeviceLinking;
  readonly limits: CodeLimits;
  /** Codes that "It wasn't me" denies. */
  readonly entered: Pick<EnteredCodeStore, 'record'>;
  readonly tickets: LinkTickets;
  readonly now: () => number;
  /** Linking takes a fresh proof of who the owner is (ASVS 7.5.3). */
  readonly stepUp: Pick<StepUp, 'before' | 'justBefore'>;
  readonly refusals: Refusals;
  readonly risks: Pick<LinkRisks, 'assess' | 'recordApproval'>;
}

/** What is shown again in the field, at most. */
const MAX_TYPED = 100;

export function deviceRoutes(routes: DeviceRoutes): Router<WebState> {
  const router = new Router<WebState>();
  const whenSignedIn = (page: SignedInPage) => (ctx: WebContext) => {
    const { browser } = ctx.state;
    return browser ? page(ctx, browser) : signInFirst(ctx);
  };
  router.get(
    '/device',
    whenSignedIn((ctx, browser) => {
      const code = queryOf(ctx, 'user_code');
      if (code === undefined) return renderPage(ctx, codeView(ctx, {}));
      // A link of another site must not spend the owner's guesses: there the owner presses Continue.
      if (ctx.get('Sec-Fetch-Site') === 'cross-site')
        return renderPage(ctx, codeView(ctx, { userCode: code.slice(0, MAX_TYPED) }));
      return enterCode(routes, ctx, browser, code);
    }),
  );
  router.post(
    '/device',
    whenSignedIn((ctx, browser) =>
      enterCode(routes, ctx, browser, readForm(ctx, { user_code: text }).user_code),
    ),
  );
  router.post(
    '/device/confirm',
    whenSignedIn((ctx, browser) => decide(routes, ctx, browser)),
  );
  router.get(
    '/device/linked',
    whenSignedIn((ctx, browser) => showLinked(routes, ctx, browser)),
  );
  router.get('/device/denied', whenSignedIn(showResult({ outcome: 'denied' })));
  router.get('/device/gone', whenSignedIn(showResult({ outcome: 'failed' })));
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

/** The device asked for a fresher proof than this browser's; the code comes back with the owner. */
function signInAgain(ctx: WebContext, userCode: string): void {
  const returnTo = linkTo('/device', { user_code: displayUserCode(userCode) });
  seeOther(ctx, linkTo('/sign-in', { return_to: returnTo, again: 'yes' }));
}

/** Typed or scanned, the way is the same, and a right code only leads to the confirm page. */
async function enterCode(
  routes: DeviceRoutes,
  ctx: WebContext,
  browser: Session,
  typed: string,
): Promise<void> {
  if (typed.trim() === '') {
    return showCodePage(ctx, typed, { kind: 'fields', fields: { user_code: 'missing' } });
  }
  const guess = await evaluate(routes, ctx, browser, typed);
  if (guess.outcome === 'wait') {
    if (guess.limit.startsWith('CODE_ACCOUNT'))
      routes.refusals.record(browser.accountId, 'codes-refused', placeOf(ctx));
    return showCodePage(ctx, typed, throttled(ctx, guess.milliseconds, guess.limit));
  }
  ctx.state.audit(guess.outcome === 'right' ? 'user-code-accepted' : 'user-code-refused');
  if (guess.outcome === 'wrong') return showCodePage(ctx, typed, { kind: 'wrong' });
  await routes.entered.record(browser.accountId, guess.value.userCode);
  if (browser.authTime < guess.value.provedSince) return signInAgain(ctx, guess.value.userCode);
  return showConfirmPage(routes, ctx, browser, guess.value);
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
  return limits.guess(browser, ctx.state.requester.address, () => linking.find(userCode));
}

function showCodePage(ctx: WebContext, typed: string, problem: NonNullable<DeviceCodeView['problem']>): void {
  const view = codeView(ctx, { userCode: typed.slice(0, MAX_TYPED), problem });
  renderPage(ctx, view, problem.kind === 'throttled' ? 429 : 400);
}

async function showConfirmPage(
  { tickets, now, risks }: DeviceRoutes,
  ctx: WebContext,
  browser: Session,
  link: PendingLink,
  problem?: DeviceConfirmView['problem'],
): Promise<void> {
  const risk = await risks.assess(link, browser, ctx.state.requester);
  if (risk.check === 'refuse') ctx.state.audit('device-refused', { client: link.app.id, reason: 'burst' });
  const ticket = tickets.entered(browser, link.userCode, link.device);
  const details = { ticket, now: new Date(now()), problem };
  renderPage(ctx, confirmView(ctx, browser, link, risk, details), problem ? 400 : 200);
}

/** The ticket shows that the code was entered, and its device shown, in this very browser. */
async function decide(routes: DeviceRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const { ticket, decision } = readForm(ctx, { ticket: optional, decision: oneOf('approve', 'deny') });
  if (decision === undefined) return showError(ctx, 'bad-request');
  const entered = routes.tickets.readEntered(browser, ticket);
  if (!entered) return seeOther(ctx, '/device/gone');
  if (decision === 'deny') return deny(routes, ctx, entered.userCode);
  const link = await routes.linking.find(entered.userCode);
  return link ? check(routes, ctx, browser, link) : seeOther(ctx, '/device/gone');
}

async function deny({ linking }: DeviceRoutes, ctx: WebContext, userCode: string): Promise<void> {
  const outcome = await linking.deny(userCode);
  if (outcome === 'denied') ctx.state.audit('device-denied');
  return seeOther(ctx, `/device/${outcome}`);
}

/** What the page asked for is asked for again here: the circumstances may have changed, and forms can be forged. */
async function check(
  routes: DeviceRoutes,
  ctx: WebContext,
  browser: Session,
  link: PendingLink,
): Promise<void> {
  const risk = await routes.risks.assess(link, browser, ctx.state.requester);
  const { check: needed } = risk;
  const { user_code: typed, number } = readForm(ctx, { user_code: text, number: optional });
  if (needed === 'refuse') return showConfirmPage(routes, ctx, browser, link);
  if (needed !== 'click' && normalizeUserCode(typed) !== link.userCode) {
    const fields = { user_code: typed.trim() === '' ? 'missing' : 'other' } as const;
    return showConfirmPage(routes, ctx, browser, link, { kind: 'fields', fields });
  }
  if (link.numberMatch && number === undefined) {
    return showConfirmPage(routes, ctx, browser, link, { kind: 'fields', fields: { number: 'missing' } });
  }
  if (link.numberMatch && number !== String(link.numberMatch.number)) return deny(routes, ctx, link.userCode);
  const stepUp = needed === 'fresh-proof' ? 'justBefore' : 'before';
  const approval = routes.stepUp[stepUp]('link-device', (_, proved) =>
    approve(routes, ctx, proved, link, risk),
  );
  return approval(ctx, browser);
}

async function approve(
  { linking, tickets, risks }: DeviceRoutes,
  ctx: WebContext,
  browser: Session,
  link: PendingLink,
  risk: LinkRisk,
): Promise<void> {
  await risks.recordApproval(link, browser, risk);
  const outcome = await linking.approve(link.userCode, browser);
  if (outcome === 'approved') {
    ctx.state.audit('device-approved');
    const linked = tickets.linked(browser, link.device);
    return seeOther(ctx, linkTo('/device/linked', { device: linked }));
  }
  if (outcome === 'gone') return seeOther(ctx, '/device/gone');
  if (outcome === 'full') {
    ctx.state.audit('device-refused', { client: link.app.id, reason: 'full' });
    return seeOther(ctx, '/device/full');
  }
  if (outcome === 'sign-in-again') return signInAgain(ctx, link.userCode);
  clearSession(ctx);
  seeOther(ctx, linkTo('/sign-in', { return_to: '/device' }));
}

/** Only what this browser has just linked is called linked. */
function showLinked({ tickets }: DeviceRoutes, ctx: WebContext, browser: Session): void {
  const device = tickets.readLinked(browser, queryOf(ctx, 'device'));
  if (device) renderPage(ctx, resultView(ctx, { outcome: 'linked', device }));
  else seeOther(ctx, '/device');
}

function showResult(result: Result): SignedInPage {
  return (ctx) => renderPage(ctx, resultView(ctx, result));
}
