/** `/sign-in/second-step`: between the right password and the signed-in browser. */
import { Router } from '@koa/router';
import type { Passkey } from '../../mfa/factor.ts';
import type { PasskeyCheck } from '../../mfa/passkey-check.ts';
import type { PendingSecondStep, SecondStep } from '../../sessions/second-step.ts';
import { clearSecondStep, secondStepOf, setTrustedBrowser } from '../middleware/cookies.ts';
import { form, optional, readForm, ticked } from '../middleware/form.ts';
import { allowOwnScripts } from '../middleware/security-headers.ts';
import { linkTo } from '../pages/labels.ts';
import type { SecondStepView } from '../pages/second-step.ts';
import { renderPage, seeOther, signedInAs } from '../render.ts';
import { factorAnswerOf, malformedAnswer } from '../second-step-answer.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { choiceOf } from './prove-second.ts';
import { ownPath } from './return-to.ts';
import { goOnSignedIn, queryOf, throttled, visitOf } from './visit.ts';

interface SecondStepRoutes {
  readonly issuer: string;
  readonly secondStep: SecondStep;
  readonly passkeys: PasskeyCheck;
  /** Text messages are in the outbox of this server. */
  readonly outbox: boolean;
}

const PATH = '/sign-in/second-step';

export function secondStepRoutes(routes: SecondStepRoutes): Router<WebState> {
  const router = new Router<WebState>();
  router.get(PATH, (ctx) => show(routes, ctx));
  router.post(PATH, (ctx) => confirm(routes, ctx));
  router.get(`${PATH}/text`, (ctx) => seeOther(ctx, PATH));
  router.post(`${PATH}/text`, (ctx) => sendText(routes, ctx));
  return router;
}

async function show(routes: SecondStepRoutes, ctx: WebContext): Promise<void> {
  const pending = await routes.secondStep.find(secondStepOf(ctx));
  if (!pending) return beginAgain(ctx);
  const sent = queryOf(ctx, 'sent') !== undefined;
  const wanted = queryOf(ctx, 'with');
  await render(routes, ctx, pending, wanted, {
    sent,
    notice: sent ? 'We have sent a code to your phone.' : undefined,
  });
}

async function confirm(routes: SecondStepRoutes, ctx: WebContext): Promise<void> {
  const { with: kind, trust } = readForm(ctx, { with: optional, trust: ticked });
  const answer = factorAnswerOf(form(ctx), '');
  const pending = await routes.secondStep.find(secondStepOf(ctx));
  if (!pending || !answer) return beginAgain(ctx);
  const outcome = await routes.secondStep.confirm(secondStepOf(ctx), answer, visitOf(ctx), trust);
  const who = { account: pending.account.id };
  const again = (problem: SecondStepView['problem'], status = 400) =>
    render(routes, ctx, pending, kind, { problem, sent: kind === 'phone' }, status);
  switch (outcome.outcome) {
    case 'signed-in':
      clearSecondStep(ctx);
      if (outcome.trustedBrowser !== undefined) setTrustedBrowser(ctx, outcome.trustedBrowser);
      return goOnSignedIn(ctx, outcome, ownPath(outcome.returnTo, routes.issuer));
    case 'gone':
      return beginAgain(ctx);
    case 'wait':
      return again(throttled(ctx, outcome.milliseconds, outcome.limit, who), 429);
    case 'malformed':
      return again(malformedAnswer(kind));
    default:
      ctx.state.audit('second-step-refused', { ...who, reason: outcome.outcome });
      return again({ kind: outcome.outcome === 'too-many-tries' ? 'too-many-tries' : 'wrong' });
  }
}

/** The code goes out when its owner asks for it, not when the page is opened. */
async function sendText(routes: SecondStepRoutes, ctx: WebContext): Promise<void> {
  const pending = await routes.secondStep.find(secondStepOf(ctx));
  if (!pending) return beginAgain(ctx);
  const sent = await routes.secondStep.sendText(pending, visitOf(ctx));
  if (sent.outcome === 'no-phone') return seeOther(ctx, PATH);
  if (sent.outcome === 'sent') return seeOther(ctx, linkTo(PATH, { with: 'phone', sent: 'yes' }));
  const problem = throttled(ctx, sent.milliseconds, sent.limit, { account: pending.account.id });
  await render(routes, ctx, pending, 'phone', { problem }, 429);
}

/** The ticket is too old, or the owner has signed out of everything. */
function beginAgain(ctx: WebContext): void {
  clearSecondStep(ctx);
  seeOther(ctx, '/sign-in');
}

async function render(
  { passkeys, outbox }: SecondStepRoutes,
  ctx: WebContext,
  { account, factors }: PendingSecondStep,
  wanted: string | undefined,
  rest: Pick<SecondStepView, 'problem' | 'notice' | 'sent'>,
  status = 200,
): Promise<void> {
  const { kinds, chosen, phone } = choiceOf(factors, passkeys.possible, wanted);
  const keys = factors.filter((factor): factor is Passkey => factor.kind === 'passkey');
  const asked = chosen === 'passkey' ? await passkeys.ask({ id: account.id, passkeys: keys }) : undefined;
  if (asked) allowOwnScripts(ctx);
  const view: SecondStepView = {
    page: 'second-step',
    csrf: ctx.state.csrf,
    signedInAs: signedInAs(ctx),
    email: account.profile.email,
    chosen,
    others: kinds.filter((kind) => kind !== chosen),
    phone,
    outboxLink: outbox,
    passkey: asked && { options: JSON.stringify(asked.options), challenge: asked.challenge },
    ...rest,
  };
  renderPage(ctx, view, status);
}
