/** `/sign-up`, and `/sign-up/code` for the code that was mailed. */
import { Router } from '@koa/router';
import { normalizeEmail } from '../../accounts/email.ts';
import { requesterOf } from '../../net/requester.ts';
import type { SignUp, SignUpMode } from '../../sessions/sign-up.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import { answerAt, forgetTyped, keepTyped, toldOf, typedOf } from '../form-answers.ts';
import { clearStep, readStep, setStep } from '../middleware/cookies.ts';
import { optional, readForm, sixDigits, text } from '../middleware/form.ts';
import { allowOwnScripts } from '../middleware/security-headers.ts';
import type { ConfirmEmailView, SignUpView } from '../pages/accounts.ts';
import { linkTo } from '../pages/labels.ts';
import { readerOf } from '../reader.ts';
import { renderPage, seeOther, signedInAs } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { isLinkingDevice, ownPath } from './return-to.ts';
import { goOnSignedIn, queryOf, throttled, visitOf } from './visit.ts';

interface SignUpRoutes {
  issuer: string;
  signUp: SignUp;
  /** By which who is invited creates an account where no passwords are taken. */
  upstreams: { readonly all: readonly Pick<Upstream, 'id' | 'name' | 'signUp'>[] };
  /** Whether owners sign in by passwords here. */
  takesPasswords: boolean;
  /** Mail is in the outbox of this server: development without a mail server. */
  outbox: boolean;
}

const PATH = '/sign-up';
const CODE = `${PATH}/code`;
/** What is shown again in a field, at most. */
const MAX_TYPED = 254;
const SIGN_UP = { name: text, email: text, password: text, return_to: optional, invitation: optional };

export function signUpRoutes(routes: SignUpRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  router.get(PATH, bound(showSignUp));
  router.post(PATH, bound(start));
  router.get(CODE, bound(showCode));
  router.get(`${PATH}/confirm`, (ctx) => seeOther(ctx, CODE));
  router.post(`${PATH}/confirm`, bound(confirm));
  router.get(`${PATH}/resend`, (ctx) => seeOther(ctx, CODE));
  router.post(`${PATH}/resend`, bound(resend));
  return router;
}

async function showSignUp(routes: SignUpRoutes, ctx: WebContext): Promise<void> {
  const returnTo = ownPath(queryOf(ctx, 'return_to'), routes.issuer);
  if (ctx.state.browser) {
    seeOther(ctx, returnTo);
    return;
  }
  const token = queryOf(ctx, 'invitation');
  const { status, ...told } = toldOf<Pick<SignUpView, 'problem' | 'strength'>>(ctx);
  allowOwnScripts(ctx);
  renderPage(ctx, await signUpView(routes, ctx, { returnTo, token, ...typedOf(ctx), ...told }), status);
}

async function start(routes: SignUpRoutes, ctx: WebContext): Promise<void> {
  const { name, email, password, return_to, invitation: token } = readForm(ctx, SIGN_UP);
  const returnTo = ownPath(return_to, routes.issuer);
  const typed = { name: name.slice(0, MAX_TYPED), email: email.slice(0, MAX_TYPED) };
  const again = (told: Pick<SignUpView, 'problem' | 'strength'> & { status?: number }) =>
    answerAt(ctx, linkTo(PATH, { return_to: returnTo, invitation: token }), told, typed);
  const outcome = await routes.signUp.start(
    { name, email, password, language: readerOf(ctx).language },
    returnTo,
    requesterOf(ctx).address,
    token,
  );
  const who = { email: normalizeEmail(email) ?? email };
  if (outcome.outcome === 'mailed') ctx.state.audit('sign-up-begun', who);
  if (outcome.outcome === 'closed') ctx.state.audit('sign-up-refused', { ...who, reason: 'closed' });
  switch (outcome.outcome) {
    case 'closed':
      return again({ status: 403 });
    case 'errors':
      return again({ problem: { kind: 'fields', fields: outcome.errors }, strength: outcome.strength });
    case 'wait':
      return again({ problem: throttled(ctx, outcome.milliseconds, outcome.limit, who) });
    case 'mailed':
      keepTyped(ctx, PATH, typed);
      setStep(ctx, 'signUpCode', outcome.ticket);
      return seeOther(ctx, CODE);
  }
}

async function resend(routes: SignUpRoutes, ctx: WebContext): Promise<void> {
  const { ticket } = readForm(ctx, { ticket: text });
  const outcome = await routes.signUp.resend(ticket, requesterOf(ctx).address);
  switch (outcome.outcome) {
    case 'gone':
      return beginAgain(ctx);
    case 'wait':
      return atCode(routes, ctx, ticket, { problem: throttled(ctx, outcome.milliseconds, outcome.limit) });
    case 'mailed':
      return atCode(routes, ctx, ticket, { notice: readerOf(ctx).t('accounts.sent-new-code') });
  }
}

async function confirm(routes: SignUpRoutes, ctx: WebContext): Promise<void> {
  const { ticket, code } = readForm(ctx, { ticket: text, code: sixDigits });
  if (code === undefined) {
    return atCode(routes, ctx, ticket, { problem: { kind: 'fields', fields: { code: 'malformed' } } });
  }
  const outcome = await routes.signUp.confirm(ticket, code, visitOf(ctx));
  switch (outcome.outcome) {
    case 'signed-in':
      clearStep(ctx, 'signUpCode');
      forgetTyped(ctx);
      ctx.state.audit('account-created', { account: outcome.browser.accountId });
      return goOnSignedIn(ctx, outcome, ownPath(outcome.returnTo, routes.issuer));
    case 'gone':
    case 'closed':
      return beginAgain(ctx);
    case 'taken':
      return atTaken(ctx, outcome.returnTo);
    default:
      ctx.state.audit('sign-up-code-refused', { reason: outcome.outcome });
      return atCode(routes, ctx, ticket, { problem: { kind: outcome.outcome } });
  }
}

function beginAgain(ctx: WebContext): void {
  clearStep(ctx, 'signUpCode');
  seeOther(ctx, PATH);
}

/** A visitor who got this far reads the mailbox, so they may know. */
function atTaken(ctx: WebContext, returnTo: string): void {
  clearStep(ctx, 'signUpCode');
  const notice = readerOf(ctx).t('accounts.taken');
  answerAt(ctx, linkTo('/sign-in', { return_to: returnTo }), { notice, status: 409 });
}

/** To the page of the code, which asks for that of this ticket from now on: another tab may have begun anew. */
function atCode(
  { signUp }: SignUpRoutes,
  ctx: WebContext,
  sealed: string,
  told: Pick<ConfirmEmailView, 'problem' | 'notice'>,
): void {
  if (!signUp.readTicket(sealed)) return beginAgain(ctx);
  setStep(ctx, 'signUpCode', sealed);
  answerAt(ctx, CODE, told);
}

/** However often it is looked at, nothing is mailed. */
function showCode({ signUp, issuer, outbox }: SignUpRoutes, ctx: WebContext): void {
  const sealed = readStep(ctx, 'signUpCode') ?? '';
  const ticket = signUp.readTicket(sealed);
  if (ctx.state.browser) return seeOther(ctx, ownPath(ticket?.returnTo, issuer));
  if (!ticket) return seeOther(ctx, PATH);
  const { status, ...told } = toldOf<Pick<ConfirmEmailView, 'problem' | 'notice'>>(ctx);
  const view: ConfirmEmailView = {
    page: 'confirm-email',
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

async function signUpView(
  { signUp, upstreams, takesPasswords }: SignUpRoutes,
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
  const providers = upstreams.all.filter((upstream) => upstream.signUp !== 'closed');
  return {
    page: 'sign-up',
    csrf: ctx.state.csrf,
    signedInAs: signedInAs(ctx),
    open: open && (takesPasswords || providers.length > 0),
    why: open ? undefined : whyClosed(signUp.mode, token),
    ...(!takesPasswords && {
      withoutPasswords: true,
      upstreams: providers.map(({ id, name }) => ({ id, name })),
    }),
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
