/** `/sign-in` and `/sign-in/confirm`. */
import { Router } from '@koa/router';
import { normalizeEmail } from '../../accounts/email.ts';
import type { AppSignIn, WaitingSignIn } from '../../apps/app-sign-in.ts';
import type { SignIn } from '../../sessions/sign-in.ts';
import type { SignInByMail } from '../../sessions/sign-in-by-mail.ts';
import { optional, readForm, sixDigits, text, ticked } from '../middleware/form.ts';
import type { ConfirmSignInView, SignInView } from '../pages/accounts.ts';
import { renderPage, seeOther, signedInAs } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { interactionIn, isLinkingDevice, ownPath } from './return-to.ts';
import { continueSignIn, queryOf, throttled, visitOf } from './visit.ts';

const SIGN_IN = { email: text, password: text, return_to: optional, both_steps: ticked };

interface SignInRoutes {
  issuer: string;
  signIn: SignIn;
  byMail: SignInByMail;
  /** Whether browsers know passkeys of this server. */
  passkeys: boolean;
  /** Whether the page offers to create an account. */
  signUpOpen: boolean;
  /** Mail is in the outbox of this server: development without a mail server. */
  outbox: boolean;
  /** Finds the request of an app that waits for this sign-in. */
  appSignIn?: Pick<AppSignIn, 'find'>;
}

export function signInRoutes(routes: SignInRoutes): Router<WebState> {
  const router = new Router<WebState>();
  router.get('/sign-in', (ctx) => showSignIn(routes, ctx));
  router.post('/sign-in', (ctx) => signIn(routes, ctx));
  router.get('/sign-in/confirm', (ctx) => seeOther(ctx, '/sign-in'));
  router.post('/sign-in/confirm', (ctx) => confirm(routes, ctx));
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
  const waiting = await waitingApp(routes, returnTo);
  const email = normalizeEmail(waiting?.loginHint ?? '');
  renderPage(ctx, signInView(routes, ctx, { returnTo, bothSteps, email, app: waiting?.app.name }));
}

/** The app that has sent the browser here, so that the page can say for what the owner signs in. */
async function waitingApp({ appSignIn }: SignInRoutes, returnTo: string): Promise<WaitingSignIn | undefined> {
  const uid = interactionIn(returnTo);
  return uid === undefined ? undefined : appSignIn?.find(uid, undefined);
}

async function signIn(routes: SignInRoutes, ctx: WebContext): Promise<void> {
  const { email, password, return_to, both_steps: bothSteps } = readForm(ctx, SIGN_IN);
  const returnTo = ownPath(return_to, routes.issuer);
  const again = async (problem: SignInView['problem'], status: number) => {
    const app = (await waitingApp(routes, returnTo))?.app.name;
    const typed = { returnTo, bothSteps, email: email.slice(0, 254), app };
    renderPage(ctx, signInView(routes, ctx, { ...typed, problem }), status);
  };
  const missing = {
    ...(email.trim() === '' && { email: 'missing' as const }),
    ...(password === '' && { password: 'missing' as const }),
  };
  if (Object.keys(missing).length > 0) return again({ kind: 'fields', fields: missing }, 400);

  const outcome = await routes.signIn.signIn({ email, password, returnTo, bothSteps, visit: visitOf(ctx) });
  if (outcome.outcome === 'signed-in' || outcome.outcome === 'second-step')
    return continueSignIn(ctx, outcome, returnTo);
  const who = { email: normalizeEmail(email) ?? email };
  if (outcome.outcome !== 'wait') ctx.state.audit('sign-in-refused', { ...who, reason: outcome.outcome });
  switch (outcome.outcome) {
    case 'wrong':
      return again({ kind: 'wrong' }, 400);
    case 'wait':
      return again(throttled(ctx, outcome.milliseconds, outcome.limit, who), 429);
    case 'confirm-by-mail':
      return showConfirm(routes, ctx, outcome.ticket, undefined);
  }
}

async function confirm(routes: SignInRoutes, ctx: WebContext): Promise<void> {
  const { ticket, code } = readForm(ctx, { ticket: text, code: sixDigits });
  if (code === undefined) {
    return showConfirm(routes, ctx, ticket, { kind: 'fields', fields: { code: 'malformed' } });
  }
  const outcome = await routes.byMail.confirm(ticket, code, visitOf(ctx));
  switch (outcome.outcome) {
    case 'signed-in':
    case 'second-step':
      return continueSignIn(ctx, outcome, ownPath(outcome.returnTo, routes.issuer));
    case 'no-ticket':
      return seeOther(ctx, '/sign-in');
    default:
      ctx.state.audit('sign-in-code-refused', { reason: outcome.outcome });
      return showConfirm(routes, ctx, ticket, { kind: outcome.outcome });
  }
}

function showConfirm(
  { byMail, outbox }: SignInRoutes,
  ctx: WebContext,
  sealed: string,
  problem: ConfirmSignInView['problem'],
): void {
  const ticket = byMail.readTicket(sealed);
  if (!ticket) {
    seeOther(ctx, '/sign-in');
    return;
  }
  const { csrf } = ctx.state;
  const view: ConfirmSignInView = {
    page: 'confirm-sign-in',
    csrf,
    signedInAs: signedInAs(ctx),
    ticket: sealed,
    email: ticket.email,
    outboxLink: outbox,
    problem,
  };
  renderPage(ctx, view, problem ? 400 : 200);
}

/** The page with its form; `notice` where something else led here. */
export function signInView(
  { signUpOpen, passkeys }: Pick<SignInRoutes, 'signUpOpen' | 'passkeys'>,
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
    passkeys,
    returnTo,
    linkingDevice: isLinkingDevice(returnTo),
    ...rest,
  };
}
