/** `/account/security/two-step/phone`: a backup phone, whose number is kept once a code has come back from it. */
import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import type { AddPhone, PendingPhone } from '../../mfa/add-phone.ts';
import { requesterOf } from '../../net/requester.ts';
import { answerAt, forgetTyped, keepTyped, toldOf, typedOf } from '../form-answers.ts';
import { clearStep, readStep, setStep } from '../middleware/cookies.ts';
import { optional, readForm, text, textOf } from '../middleware/form.ts';
import type { AddPhoneView } from '../pages/two-step.ts';
import { readerOf } from '../reader.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { backToTwoStep, TWO_STEP } from './two-step.ts';
import { changesFactors, type TwoStepPages } from './two-step-pages.ts';
import { placeOf, throttled } from './visit.ts';

const PATH = `${TWO_STEP}/phone`;
const CONFIRM = `${PATH}/confirm`;
const PENDING = 'pending-phone';
const MAX_TYPED = 40;

type Page = (ctx: WebContext, browser: Session, phone: AddPhone) => void | Promise<void>;

export function addPhoneRoutes(routes: TwoStepPages): Router<WebState> {
  const bound = boundTo(routes);
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
    page((ctx, browser) => show(routes, ctx, browser, undefined)),
  );
  router.post(PATH, page(bound(begin)));
  router.get(CONFIRM, page(bound(showConfirm)));
  router.post(
    CONFIRM,
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
  const outcome = await phone.begin(browser, typed, requesterOf(ctx).address);
  const again = (problem: AddPhoneView['problem']) => answerAt(ctx, PATH, { problem }, { phone: typed });
  switch (outcome.outcome) {
    case 'malformed':
      return again({ kind: 'fields', fields: { phone: 'not-a-number' } });
    case 'country':
      return again({ kind: 'fields', fields: { phone: 'not-served' } });
    case 'wait':
      return again(throttled(ctx, outcome.milliseconds, outcome.limit, { account: browser.accountId }));
    case 'sent':
      keepTyped(ctx, PATH, { phone: typed });
      setStep(ctx, 'phoneCode', routes.tickets.issue(PENDING, browser.uid, outcome.pending));
      return seeOther(ctx, CONFIRM);
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
  if (!pending) return answerAt(ctx, PATH, { problem: { kind: 'expired-form' } });
  const again = (problem: AddPhoneView['problem']) => {
    setStep(ctx, 'phoneCode', sealed ?? '');
    answerAt(ctx, CONFIRM, { problem });
  };
  const outcome = await phone.add(browser, pending, code, placeOf(ctx));
  switch (outcome) {
    case 'added':
      clearStep(ctx, 'phoneCode');
      forgetTyped(ctx);
      ctx.state.audit('factor-added', { account: browser.accountId, reason: 'phone' });
      return backToTwoStep(routes, ctx, browser, readerOf(ctx).t('security.notice.phone'));
    case 'malformed':
      return again({ kind: 'fields', fields: { code: 'not-six' } });
    case 'wrong':
    case 'too-many-tries':
      return again({ kind: outcome });
    default:
      return seeOther(ctx, TWO_STEP);
  }
}

/** However often it is looked at, no text is sent. */
function showConfirm(routes: TwoStepPages, ctx: WebContext, browser: Session): void {
  const pending = readStep(ctx, 'phoneCode');
  const phone = routes.tickets.read<PendingPhone>(PENDING, browser.uid, pending);
  if (!phone || pending === undefined) return seeOther(ctx, PATH);
  show(routes, ctx, browser, { number: phone.number, pending });
}

function show(
  { textsInOutbox }: TwoStepPages,
  ctx: WebContext,
  browser: Session,
  sent: AddPhoneView['sent'],
): void {
  const { status, ...told } = toldOf<Pick<AddPhoneView, 'problem'>>(ctx);
  const view: AddPhoneView = {
    page: 'add-phone',
    ...accountParts(ctx, browser, 'security'),
    typed: typedOf(ctx)['phone'] ?? '',
    sent,
    outboxLink: textsInOutbox,
    ...told,
  };
  renderPage(ctx, view, status);
}
