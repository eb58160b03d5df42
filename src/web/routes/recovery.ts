/** `/sign-in/second-step/recovery`: for an owner who has lost the second step and every backup of it. */
import { Router } from '@koa/router';
import type { Recovery } from '../../sessions/recovery.ts';
import type { PendingSecondStep, SecondStep } from '../../sessions/second-step.ts';
import { answerAt, toldOf } from '../form-answers.ts';
import { clearSecondStep, secondStepOf } from '../middleware/cookies.ts';
import { readForm, sixDigits } from '../middleware/form.ts';
import { linkTo } from '../pages/labels.ts';
import type { RecoveryView } from '../pages/recovery.ts';
import { renderPage, seeOther, signedInAs } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { choiceOf } from './prove-second.ts';
import { goOnSignedIn, queryOf, throttled, visitOf } from './visit.ts';

interface RecoveryRoutes {
  readonly secondStep: SecondStep;
  readonly recovery: Recovery;
  /** Whether browsers know passkeys of this server. */
  readonly passkeys: boolean;
  /** Mail is in the outbox of this server. */
  readonly outbox: boolean;
}

type Page = (ctx: WebContext, pending: PendingSecondStep) => Promise<void>;

const PATH = '/sign-in/second-step/recovery';
/** What an owner without a second step sees next. */
const AFTERWARDS = '/account/security/two-step';

export function recoveryRoutes(routes: RecoveryRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  const page = (show: Page) => afterPassword(routes, show);
  router.get(PATH, page(bound(render)));
  router.post(PATH, page(bound(ask)));
  for (const step of ['code', 'remove']) router.get(`${PATH}/${step}`, (ctx) => seeOther(ctx, PATH));
  router.post(`${PATH}/code`, page(bound(sendCode)));
  router.post(`${PATH}/remove`, page(bound(remove)));
  return router;
}

/** For a browser that gave the right password within ten minutes, and was not signed out of everything since. */
function afterPassword({ secondStep }: RecoveryRoutes, page: Page): (ctx: WebContext) => Promise<void> {
  return async function showAfterPassword(ctx) {
    const pending = await secondStep.find(secondStepOf(ctx));
    if (pending && pending.factors.length > 0) return page(ctx, pending);
    clearSecondStep(ctx);
    seeOther(ctx, '/sign-in');
  };
}

async function ask({ recovery }: RecoveryRoutes, ctx: WebContext, pending: PendingSecondStep): Promise<void> {
  const asked = await recovery.ask(pending, visitOf(ctx));
  if (asked) ctx.state.audit('recovery-asked', { account: pending.account.id });
  seeOther(ctx, PATH);
}

async function sendCode(routes: RecoveryRoutes, ctx: WebContext, pending: PendingSecondStep): Promise<void> {
  const sent = await routes.recovery.sendCode(pending);
  if (sent.outcome !== 'wait')
    return seeOther(ctx, sent.outcome === 'mailed' ? linkTo(PATH, { sent: 'yes' }) : PATH);
  const problem = throttled(ctx, sent.milliseconds, sent.limit, { account: pending.account.id });
  answerAt(ctx, PATH, { problem });
}

async function remove(routes: RecoveryRoutes, ctx: WebContext, pending: PendingSecondStep): Promise<void> {
  const again = (problem: RecoveryView['problem']) =>
    answerAt(ctx, linkTo(PATH, { sent: 'yes' }), { problem });
  const { code } = readForm(ctx, { code: sixDigits });
  if (code === undefined) return again({ kind: 'fields', fields: { code: 'malformed' } });
  const outcome = await routes.recovery.finish(pending, code, visitOf(ctx));
  const account = pending.account.id;
  switch (outcome.outcome) {
    case 'done':
      clearSecondStep(ctx);
      ctx.state.audit('recovery-done', { account });
      return goOnSignedIn(ctx, outcome, AFTERWARDS);
    case 'gone':
      return seeOther(ctx, PATH);
    default:
      ctx.state.audit('second-step-refused', { account, reason: 'recovery' });
      return again({ kind: outcome.outcome });
  }
}

async function render(
  { recovery, passkeys, outbox }: RecoveryRoutes,
  ctx: WebContext,
  pending: PendingSecondStep,
): Promise<void> {
  const sent = queryOf(ctx, 'sent') !== undefined;
  const { status, ...told } = toldOf<Pick<RecoveryView, 'problem'>>(ctx);
  const found = await recovery.state(pending);
  const request = found.state === 'none' ? undefined : found.request;
  const view: RecoveryView = {
    page: 'recovery',
    csrf: ctx.state.csrf,
    signedInAs: signedInAs(ctx),
    email: pending.account.profile.email,
    state: found.state === 'none' ? 'ask' : found.state === 'open' && sent ? 'code' : found.state,
    waitSeconds: Math.round(recovery.wait / 1000),
    opensAt: request && new Date(request.opensAt),
    until: request && new Date(request.until),
    ways: choiceOf(pending.factors, passkeys, undefined).kinds,
    outboxLink: outbox,
    ...told,
  };
  renderPage(ctx, view, status);
}
