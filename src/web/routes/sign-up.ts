/** `/sign-up`, `/sign-up/confirm` and `/sign-up/resend`. */
import { Router } from '@koa/router';
import { normalizeEmail } from '../../accounts/email.ts';
import type { SignUp, SignUpMode } from '../../sessions/sign-up.ts';
import { optional, readForm, sixDigits, text } from '../middleware/form.ts';
import type { ConfirmEmailView, SignUpView } from '../pages/accounts.ts';
import { renderPage, seeOther, signedInAs } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { isLinkingDevice, ownPath } from './return-to.ts';
import { signInView } from './sign-in.ts';
import { goOnSignedIn, queryOf, throttled, visitOf } from './visit.ts';

interface SignUpRoutes {
  issuer: string;
  signUp: SignUp;
  /** Whether browsers know passkeys of this server. */
  passkeys: boolean;
  /** Mail is in the outbox of this server: development without a mail server. */
  outbox: boolean;
}

/** What is shown again in a field, at most. */
const MAX_TYPED = 254;
const SIGN_UP = { name: text, email: text, password: text, return_to: optional, invitation: optional };

export function signUpRoutes(routes: SignUpRoutes): Router<WebState> {
  const router = new Router<WebState>();
  router.get('/sign-up', (ctx) => showSignUp(routes, ctx));
  router.post('/sign-up', (ctx) => start(routes, ctx));
  router.get('/sign-up/confirm', (ctx) => seeOther(ctx, '/sign-up'));
  router.post('/sign-up/confirm', (ctx) => confirm(routes, ctx));
  router.get('/sign-up/resend', (ctx) => seeOther(ctx, '/sign-up'));
  router.post('/sign-up/resend', (ctx) => resend(routes, ctx));
  return router;
}

async function showSignUp(routes: SignUpRoutes, ctx: WebContext): Promise<void> {
  const returnTo = ownPath(queryOf(ctx, 'return_to'), routes.issuer);
  if (ctx.state.browser) {
    seeOther(ctx, returnTo);
    return;
  }
  const token = queryOf(ctx, 'invitation');
  renderPage(ctx, await signUpView(routes, ctx, { returnTo, token }));
}

async function start(routes: SignUpRoutes, ctx: WebContext): Promise<void> {
  const { name, email, password, return_to, invitation: token } = readForm(ctx, SIGN_UP);
  const returnTo = ownPath(return_to, routes.issuer);
  const typed = { name: name.slice(0, MAX_TYPED), email: email.slice(0, MAX_TYPED) };
  const again = async (problem: SignUpView['problem'], status: number, strength?: number) =>
    renderPage(ctx, await signUpView(routes, ctx, { returnTo, token, ...typed, problem, strength }), status);
  const outcome = await routes.signUp.start(
    { name, email, password },
    returnTo,
    ctx.state.requester.address,
    token,
  );
  const who = { email: normalizeEmail(email) ?? email };
  if (outcome.outcome === 'mailed') ctx.state.audit('sign-up-begun', who);
  if (outcome.outcome === 'closed') ctx.state.audit('sign-up-refused', { ...who, reason: 'closed' });
  switch (outcome.outcome) {
    case 'closed':
      return again(undefined, 403);
    case 'errors':
      return again({ kind: 'fields', fields: outcome.errors }, 400, outcome.strength);
    case 'wait':
      return again(throttled(ctx, outcome.milliseconds, outcome.limit, who), 429);
    case 'mailed':
      return showConfirm(routes, ctx, outcome.ticket, {});
  }
}

async function resend(routes: SignUpRoutes, ctx: WebContext): Promise<void> {
  const { ticket } = readForm(ctx, { ticket: text });
  const outcome = await routes.signUp.resend(ticket, ctx.state.requester.address);
  switch (outcome.outcome) {
    case 'gone':
      return seeOther(ctx, '/sign-up');
    case 'wait':
      return showConfirm(
        routes,
        ctx,
        ticket,
        { problem: throttled(ctx, outcome.milliseconds, outcome.limit) },
        429,
      );
    case 'mailed':
      return showConfirm(routes, ctx, ticket, { notice: 'We have sent a new code.' });
  }
}

async function confirm(routes: SignUpRoutes, ctx: WebContext): Promise<void> {
  const { ticket, code } = readForm(ctx, { ticket: text, code: sixDigits });
  if (code === undefined) {
    const problem = { kind: 'fields', fields: { code: 'malformed' } } as const;
    return showConfirm(routes, ctx, ticket, { problem }, 400);
  }
  const outcome = await routes.signUp.confirm(ticket, code, visitOf(ctx));
  switch (outcome.outcome) {
    case 'signed-in':
      ctx.state.audit('account-created', { account: outcome.browser.accountId });
      return goOnSignedIn(ctx, outcome, ownPath(outcome.returnTo, routes.issuer));
    case 'gone':
    case 'closed':
      return seeOther(ctx, '/sign-up');
    case 'taken':
      return showTaken(routes, ctx, outcome.returnTo);
    default:
      ctx.state.audit('sign-up-code-refused', { reason: outcome.outcome });
      return showConfirm(routes, ctx, ticket, { problem: { kind: outcome.outcome } }, 400);
  }
}

/** A visitor who got this far reads the mailbox, so they may know. */
function showTaken({ issuer, passkeys }: SignUpRoutes, ctx: WebContext, returnTo: string): void {
  const notice = 'There is an account with this email already. Sign in to it.';
  const view = signInView({ signUpOpen: true, passkeys }, ctx, {
    returnTo: ownPath(returnTo, issuer),
    notice,
  });
  renderPage(ctx, view, 409);
}

function showConfirm(
  { signUp, outbox }: SignUpRoutes,
  ctx: WebContext,
  sealed: string,
  rest: Pick<ConfirmEmailView, 'problem' | 'notice'>,
  status = 200,
): void {
  const ticket = signUp.readTicket(sealed);
  if (!ticket) {
    seeOther(ctx, '/sign-up');
    return;
  }
  const view: ConfirmEmailView = {
    page: 'confirm-email',
    csrf: ctx.state.csrf,
    signedInAs: signedInAs(ctx),
    ticket: sealed,
    email: ticket.email,
    outboxLink: outbox,
    ...rest,
  };
  renderPage(ctx, view, status);
}

async function signUpView(
  { signUp }: SignUpRoutes,
  ctx: WebContext,
  {
    returnTo,
    token,
    ...rest
  }: { returnTo: string; token: string | undefined } & Pick<
    SignUpView,
    'name' | 'email' | 'problem' | 'strength'
  >,
): Promise<SignUpView> {
  const { open, invitation } = await signUp.gate(token);
  return {
    page: 'sign-up',
    csrf: ctx.state.csrf,
    signedInAs: signedInAs(ctx),
    open,
    why: whyClosed(signUp.mode, token),
    ...(invitation && { invitation: token, invitedEmail: invitation.email }),
    returnTo,
    linkingDevice: isLinkingDevice(returnTo),
    ...rest,
    name: rest.name ?? invitation?.name,
  };
}

function whyClosed(mode: SignUpMode, token: string | undefined): SignUpView['why'] {
  if (token) return 'invitation-gone';
  return mode === 'invite' ? 'by-invitation' : undefined;
}
