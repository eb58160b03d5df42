/** `/account/security/two-step/phone`: a backup phone, whose number is kept once a code has come back from it. */
import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import type { AddPhone, PendingPhone } from '../../mfa/add-phone.ts';
import { optional, readForm, text, textOf } from '../middleware/form.ts';
import type { AddPhoneView } from '../pages/two-step.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { backToTwoStep, TWO_STEP } from './two-step.ts';
import { changesFactors, type TwoStepPages } from './two-step-pages.ts';
import { placeOf, throttled } from './visit.ts';

const PATH = `${TWO_STEP}/phone`;
const PENDING = 'pending-phone';
const MAX_TYPED = 40;

type Page = (ctx: WebContext, browser: Session, phone: AddPhone) => void | Promise<void>;

export function addPhoneRoutes(routes: TwoStepPages): Router<WebState> {
  const router = new Router<WebState>();
  const { addPhone } = routes.services;
  const page = (handle: Page) =>
    signedIn(
      routes.stepUp.before('change-factors', (ctx, browser) =>
        addPhone ? handle(ctx, browser, addPhone) : seeOther(ctx, TWO_STEP),
      ),
    );
  router.get(
    PATH,
    page((ctx, browser) => show(routes, ctx, browser, {})),
  );
  router.post(
    PATH,
    page((ctx, browser, phone) => begin(routes, ctx, browser, phone)),
  );
  router.get(
    `${PATH}/confirm`,
    signedIn((ctx) => seeOther(ctx, PATH)),
  );
  router.post(
    `${PATH}/confirm`,
    signedIn(
      changesFactors(routes, (ctx, browser) =>
        addPhone ? confirm(routes, ctx, browser, addPhone) : seeOther(ctx, TWO_STEP),
      ),
    ),
  );
  return router;
}

async function begin(
  routes: TwoStepPages,
  ctx: WebContext,
  browser: Session,
  phone: AddPhone,
): Promise<void> {
  const { phone: typed } = readForm(ctx, { phone: textOf(MAX_TYPED) });
  const outcome = await phone.begin(browser, typed, ctx.state.requester.address);
  switch (outcome.outcome) {
    case 'malformed':
      return show(routes, ctx, browser, {
        typed,
        problem: { kind: 'fields', fields: { phone: 'not-a-number' } },
      });
    case 'country':
      return show(routes, ctx, browser, {
        typed,
        problem: { kind: 'fields', fields: { phone: 'not-served' } },
      });
    case 'wait': {
      const problem = throttled(ctx, outcome.milliseconds, outcome.limit, { account: browser.accountId });
      return show(routes, ctx, browser, { typed, problem });
    }
    case 'sent':
      return show(routes, ctx, browser, { pending: outcome.pending });
  }
}

async function confirm(
  routes: TwoStepPages,
  ctx: WebContext,
  browser: Session,
  phone: AddPhone,
): Promise<void> {
  const { pending: sealed, code } = readForm(ctx, { pending: optional, code: text });
  const pending = routes.tickets.read<PendingPhone>(PENDING, browser.uid, sealed);
  if (!pending) return show(routes, ctx, browser, { problem: { kind: 'expired-form' } });
  const outcome = await phone.add(browser, pending, code, placeOf(ctx));
  switch (outcome) {
    case 'added':
      ctx.state.audit('factor-added', { account: browser.accountId, reason: 'phone' });
      return backToTwoStep(routes, ctx, browser, 'Your backup phone is added.');
    case 'malformed':
      return show(routes, ctx, browser, {
        pending,
        problem: { kind: 'fields', fields: { code: 'not-six' } },
      });
    case 'wrong':
    case 'too-many-tries':
      return show(routes, ctx, browser, { pending, problem: { kind: outcome } });
    default:
      return seeOther(ctx, TWO_STEP);
  }
}

function show(
  { tickets, outbox }: TwoStepPages,
  ctx: WebContext,
  browser: Session,
  {
    typed = '',
    pending,
    problem,
  }: { typed?: string; pending?: PendingPhone; problem?: AddPhoneView['problem'] },
): void {
  const view: AddPhoneView = {
    page: 'add-phone',
    ...accountParts(ctx, browser, 'security'),
    typed,
    sent: pending && { number: pending.number, pending: tickets.issue(PENDING, browser.uid, pending) },
    outboxLink: outbox,
    problem,
  };
  renderPage(ctx, view, problem?.kind === 'throttled' ? 429 : problem ? 400 : 200);
}
