/** `/sign-in`, and `/sign-in/code` for the code that was mailed. */

import { Router } from '@koa/router';
import { normalizeEmail } from '../../accounts/email.ts';
import { isBlank } from '../../accounts/visible-text.ts';
import type { AppSignIn } from '../../apps/app-sign-in.ts';
import type { SignIn } from '../../sessions/sign-in.ts';
import type { SignInByMail } from '../../sessions/sign-in-by-mail.ts';
import { saidTo } from '../../words/worded.ts';
import { answerAt, toldOf, typedOf } from '../form-answers.ts';
import { clearStep, readStep, setStep } from '../middleware/cookies.ts';
import { optional, readForm, sixDigits, text, ticked } from '../middleware/form.ts';
import type { ConfirmSignInView, SignInView } from '../pages/accounts.ts';
import { linkTo } from '../pages/labels.ts';
import type { UpstreamButton } from '../pages/upstream.ts';
import { readerOf } from '../reader.ts';
import { renderPage, seeOther, signedInAs } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { isLinkingDevice, ownPath } from './return-to.ts';
import { continueSignIn, queryOf, throttled, visitOf } from './visit.ts';
import { waitingApp } from './waiting-app.ts';

const PATH = '/sign-in';
const CODE = `${PATH}/code`;
/** What is shown again in the field, at most. */
const MAX_TYPED = 254;
const SIGN_IN = { email: text, password: text, return_to: optional, both_steps: ticked };

interface SignInRoutes {
  issuer: string;
  signIn: SignIn;
  byMail: SignInByMail;
  upstreams: { readonly all: readonly UpstreamButton[] };
  /** Whether browsers know passkeys of this server. */
  passkeys: boolean;
  /** Whether owners sign in by passwords here. */
  takesPasswords: boolean;
  /** Whether the page offers to create an account. */
  signUpOpen: boolean;
  /** Mail is in the outbox of this server: development without a mail server. */
  outbox: boolean;
  /** Finds the request of an app that waits for this sign-in. */
  appSignIn?: Pick<AppSignIn, 'find'>;
}

export function signInRoutes(routes: SignInRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  router.get(PATH, bound(showSignIn));
  router.post(PATH, bound(signIn));
  router.get(CODE, bound(showCode));
  router.get(`${PATH}/confirm`, (ctx) => seeOther(ctx, CODE));
  router.post(`${PATH}/confirm`, bound(confirm));
  return router;
}

/** Who is signed in goes on, unless the address says `again`: then they are to prove who they are once more. */
async function showSignIn(routes: SignInRoutes, ctx: WebContext): Promise<void> {
  const returnTo = ownPath(queryOf(ctx, 'return_to'), routes.issuer);
  if (ctx.state.browser && queryOf(ctx, 'again') === undefined) {
    seeOther(ctx, returnTo);
    return;
  }
  const bothSteps = queryOf(ctx, 'both_steps') !== undefined;
  const waiting = await waitingApp(ctx, routes.appSignIn, returnTo);
  const email = typedOf(ctx)['email'] ?? normalizeEmail(waiting?.loginHint ?? '');
  const { status, ...told } = toldOf<Pick<SignInView, 'problem' | 'notice'>>(ctx);
  const app = waiting && saidTo(readerOf(ctx), waiting.app.name);
  const view = signInView(routes, ctx, { returnTo, bothSteps, email, app, ...told });
  renderPage(ctx, view, status);
}

async function signIn(routes: SignInRoutes, ctx: WebContext): Promise<void> {
  const { email, password, return_to, both_steps: bothSteps } = readForm(ctx, SIGN_IN);
  const returnTo = ownPath(return_to, routes.issuer);
  const both_steps = bothSteps ? 'yes' : undefined;
  const again = (problem: SignInView['problem']) =>
    answerAt(
      ctx,
      linkTo(PATH, { return_to: returnTo, again: againOf(ctx), both_steps }),
      { problem },
      { email: email.slice(0, MAX_TYPED) },
    );
  const missing = {
    ...(isBlank(email) && { email: 'missing' as const }),
    ...(password === '' && { password: 'missing' as const }),
  };
  if (Object.keys(missing).length > 0) return again({ kind: 'fields', fields: missing });

  const outcome = await routes.signIn.signIn({ email, password, returnTo, bothSteps, visit: visitOf(ctx) });
  if (outcome.outcome === 'signed-in' || outcome.outcome === 'second-step')
    return continueSignIn(ctx, outcome, returnTo);
  const who = { email: normalizeEmail(email) ?? email };
  if (outcome.outcome !== 'wait') ctx.state.audit('sign-in-refused', { ...who, reason: outcome.outcome });
  switch (outcome.outcome) {
    case 'wrong':
      return again({ kind: 'wrong' });
    case 'wait':
      return again(throttled(ctx, outcome.milliseconds, outcome.limit, who));
    case 'confirm-by-mail':
      return atCode(routes, ctx, outcome.ticket, undefined);
  }
}

async function confirm(routes: SignInRoutes, ctx: WebContext): Promise<void> {
  const { ticket, code } = readForm(ctx, { ticket: text, code: sixDigits });
  if (code === undefined) {
    return atCode(routes, ctx, ticket, { kind: 'fields', fields: { code: 'malformed' } });
  }
  const outcome = await routes.byMail.confirm(ticket, code, visitOf(ctx));
  switch (outcome.outcome) {
    case 'signed-in':
    case 'second-step':
      clearStep(ctx, 'signInCode');
      return continueSignIn(ctx, outcome, ownPath(outcome.returnTo, routes.issuer));
    case 'no-ticket':
      return beginAgain(ctx);
    default:
      ctx.state.audit('sign-in-code-refused', { reason: outcome.outcome });
      return atCode(routes, ctx, ticket, { kind: outcome.outcome });
  }
}

function beginAgain(ctx: WebContext): void {
  clearStep(ctx, 'signInCode');
  seeOther(ctx, PATH);
}

/** To the page of the code, which asks for that of this ticket from now on: another tab may have begun anew. */
function atCode(
  { byMail }: SignInRoutes,
  ctx: WebContext,
  sealed: string,
  problem: ConfirmSignInView['problem'],
): void {
  if (!byMail.readTicket(sealed)) return beginAgain(ctx);
  setStep(ctx, 'signInCode', sealed);
  const page = linkTo(CODE, { again: againOf(ctx) });
  if (problem) answerAt(ctx, page, { problem });
  else seeOther(ctx, page);
}

/** However often it is looked at, nothing is mailed. Who has signed in meanwhile, in another tab, goes on. */
function showCode({ byMail, issuer, outbox }: SignInRoutes, ctx: WebContext): void {
  const sealed = readStep(ctx, 'signInCode') ?? '';
  const ticket = byMail.readTicket(sealed);
  if (ctx.state.browser && queryOf(ctx, 'again') === undefined)
    return seeOther(ctx, ownPath(ticket?.returnTo, issuer));
  if (!ticket) return seeOther(ctx, PATH);
  const { status, ...told } = toldOf<Pick<ConfirmSignInView, 'problem'>>(ctx);
  const view: ConfirmSignInView = {
    page: 'confirm-sign-in',
    csrf: ctx.state.csrf,
    signedInAs: signedInAs(ctx),
    ticket: sealed,
    email: ticket.email,
    returnTo: ownPath(ticket.returnTo, issuer),
    outboxLink: outbox,
    ...told,
  };
  renderPage(ctx, view, status);
}

/** Who is signed in and proves it once more is not sent on from the pages that ask for it. */
function againOf(ctx: WebContext): 'yes' | undefined {
  return ctx.state.browser ? 'yes' : undefined;
}

/** The page with its form; `notice` where something else led here. */
function signInView(
  {
    signUpOpen,
    takesPasswords,
    passkeys,
    upstreams,
  }: Pick<SignInRoutes, 'signUpOpen' | 'takesPasswords' | 'passkeys' | 'upstreams'>,
  ctx: WebContext,
  {
    returnTo,
    ...rest
  }: { returnTo: string } & Pick<SignInView, 'email' | 'problem' | 'notice' | 'bothSteps' | 'app'>,
): SignInView {
  return {
    page: 'sign-in',
    csrf: ctx.state.csrf,
    signedInAs: signedInAs(ctx),
    signUpOpen,
    withoutPasswords: !takesPasswords,
    passkeys,
    upstreams: upstreams.all.map(({ id, name }) => ({ id, name })),
    returnTo,
    linkingDevice: isLinkingDevice(returnTo),
    ...rest,
  };
}
