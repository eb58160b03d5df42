/** `/sign-in/second-step`: between the right password and the signed-in browser. */
import { Router } from '@koa/router';
import type { AppSignIn } from '../../apps/app-sign-in.ts';
import type { Passkey } from '../../mfa/factor.ts';
import type { PasskeyCheck } from '../../mfa/passkey-check.ts';
import type { PendingSecondStep, SecondStep } from '../../sessions/second-step.ts';
import { answerAt, toldOf } from '../form-answers.ts';
import { clearSecondStep, secondStepOf, setTrustedBrowser } from '../middleware/cookies.ts';
import { form, optional, readForm, ticked } from '../middleware/form.ts';
import { allowOwnScripts } from '../middleware/security-headers.ts';
import { linkTo } from '../pages/labels.ts';
import type { SecondStepView } from '../pages/second-step.ts';
import { readerOf } from '../reader.ts';
import { renderPage, seeOther, signedInAs } from '../render.ts';
import { factorAnswerOf } from '../second-step-answer.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { choiceOf } from './prove-second.ts';
import { ownPath } from './return-to.ts';
import { secondStepRefusal } from './second-step-refusal.ts';
import { goOnSignedIn, queryOf, throttled, visitOf } from './visit.ts';
import { waitingApp } from './waiting-app.ts';

interface SecondStepRoutes {
  readonly issuer: string;
  readonly secondStep: SecondStep;
  /** Finds the request of an app that waits for this sign-in. */
  readonly appSignIn: Pick<AppSignIn, 'find'>;
  readonly passkeys: PasskeyCheck;
  /** Text messages are in the outbox of this server: development without a gateway. */
  readonly textsInOutbox: boolean;
}

const PATH = '/sign-in/second-step';
const CONFIRM = { with: optional, trust: ticked, return_to: optional };

export function secondStepRoutes(routes: SecondStepRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  router.get(PATH, bound(show));
  router.post(PATH, bound(confirm));
  router.get(`${PATH}/text`, (ctx) => seeOther(ctx, PATH));
  router.post(`${PATH}/text`, bound(sendText));
  return router;
}

async function show(routes: SecondStepRoutes, ctx: WebContext): Promise<void> {
  const pending = await routes.secondStep.find(secondStepOf(ctx));
  const returnTo = queryOf(ctx, 'return_to');
  if (!pending) return beginAgain(ctx, returnTo);
  if (returnTo) await waitingApp(ctx, routes.appSignIn, returnTo);
  const { status, ...told } = toldOf<Pick<SecondStepView, 'problem'>>(ctx);
  const sent = queryOf(ctx, 'sent') !== undefined;
  const notice = sent && !told.problem ? readerOf(ctx).t('accounts.sent-text') : undefined;
  const page = { wanted: queryOf(ctx, 'with'), returnTo: returnTo && ownPath(returnTo, routes.issuer) };
  await render(routes, ctx, pending, page, { sent, notice, ...told }, status);
}

async function confirm(routes: SecondStepRoutes, ctx: WebContext): Promise<void> {
  const { with: kind, trust, return_to } = readForm(ctx, CONFIRM);
  const answer = factorAnswerOf(form(ctx), '');
  const pending = await routes.secondStep.find(secondStepOf(ctx));
  if (!pending || !answer) return beginAgain(ctx, return_to);
  const outcome = await routes.secondStep.confirm(secondStepOf(ctx), answer, visitOf(ctx), trust);
  const sent = kind === 'phone' ? 'yes' : undefined;
  const again = (problem: SecondStepView['problem']) =>
    answerAt(ctx, linkTo(PATH, { with: kind, sent, return_to }), { problem });
  switch (outcome.outcome) {
    case 'signed-in':
      clearSecondStep(ctx);
      if (outcome.trustedBrowser !== undefined) setTrustedBrowser(ctx, outcome.trustedBrowser);
      return goOnSignedIn(ctx, outcome, ownPath(return_to ?? outcome.returnTo, routes.issuer));
    case 'gone':
      return beginAgain(ctx, return_to);
    default:
      return again(secondStepRefusal(ctx, outcome, kind, pending.account.id));
  }
}

/** The code goes out when its owner asks for it, not when the page is opened. */
async function sendText(routes: SecondStepRoutes, ctx: WebContext): Promise<void> {
  const { return_to } = readForm(ctx, { return_to: optional });
  const pending = await routes.secondStep.find(secondStepOf(ctx));
  if (!pending) return beginAgain(ctx, return_to);
  const sent = await routes.secondStep.sendText(pending, visitOf(ctx));
  if (sent.outcome === 'no-phone') return seeOther(ctx, linkTo(PATH, { return_to }));
  if (sent.outcome === 'sent') return seeOther(ctx, linkTo(PATH, { with: 'phone', sent: 'yes', return_to }));
  const problem = throttled(ctx, sent.milliseconds, sent.limit, { account: pending.account.id });
  answerAt(ctx, linkTo(PATH, { with: 'phone', return_to }), { problem });
}

/**
 * The ticket is too old, or the owner has signed out of everything. Or they have signed in meanwhile, in another tab:
 * then the page that this leads to sends this one on to where it was going.
 */
function beginAgain(ctx: WebContext, returnTo: string | undefined): void {
  clearSecondStep(ctx);
  seeOther(ctx, linkTo('/sign-in', { return_to: returnTo }));
}

async function render(
  { passkeys, textsInOutbox }: SecondStepRoutes,
  ctx: WebContext,
  { account, factors }: PendingSecondStep,
  { wanted, returnTo }: { wanted: string | undefined; returnTo: string | undefined },
  rest: Pick<SecondStepView, 'problem' | 'notice' | 'sent'>,
  status: number,
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
    returnTo,
    chosen,
    others: kinds.filter((kind) => kind !== chosen),
    phone,
    outboxLink: textsInOutbox,
    passkey: asked && { options: JSON.stringify(asked.options), challenge: asked.challenge },
    ...rest,
  };
  renderPage(ctx, view, status);
}
