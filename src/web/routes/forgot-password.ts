/** `/forgot-password`: a link by mail, and the page behind it. */
import { Router } from '@koa/router';
import { normalizeEmail } from '../../accounts/email.ts';
import { errorOfEmail } from '../../accounts/new-account-form.ts';
import type { PasswordReset, ResetOutcome } from '../../sessions/password-reset.ts';
import { answerAt, toldOf, typedOf } from '../form-answers.ts';
import { clearReset, readReset, setReset } from '../middleware/cookies.ts';
import { readForm, text, textOf } from '../middleware/form.ts';
import { allowOwnScripts } from '../middleware/security-headers.ts';
import type { PageTickets } from '../page-tickets.ts';
import type { ForgotPasswordView } from '../pages/forgot-password.ts';
import type { NewPasswordView } from '../pages/security.ts';
import { renderPage, seeOther, signedInAs } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { linkToPasswordChanged } from './password-change.ts';
import { continueSignIn, throttled, visitOf } from './visit.ts';

interface ForgotPasswordRoutes {
  readonly passwordReset: PasswordReset;
  readonly tickets: PageTickets;
  /** Mail is in the outbox of this server: development without a mail server. */
  readonly outbox: boolean;
}

const HOME = '/forgot-password';
/** Nothing else is written into a cookie. */
const TOKEN = /^[\w-]{43}$/;
/** What is shown again in the field, at most. */
const MAX_TYPED = 254;

export function forgotPasswordRoutes(routes: ForgotPasswordRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  router.get(HOME, bound(show));
  router.post(HOME, bound(ask));
  // The token leaves the address at once, for one that is worth nothing read over a shoulder or found in a history.
  router.get(`${HOME}/link/:token`, (ctx) => {
    const token = String(ctx['params'].token);
    if (TOKEN.test(token)) setReset(ctx, token);
    else clearReset(ctx);
    seeOther(ctx, `${HOME}/new`);
  });
  router.get(`${HOME}/new`, bound(showNew));
  router.post(`${HOME}/new`, bound(finish));
  return router;
}

async function ask(routes: ForgotPasswordRoutes, ctx: WebContext): Promise<void> {
  const { email: typed } = readForm(ctx, { email: textOf(MAX_TYPED) });
  const email = normalizeEmail(typed);
  const error = errorOfEmail(typed);
  if (error || email === undefined) {
    const problem = { kind: 'fields', fields: { email: error ?? 'malformed' } } as const;
    return answerAt(ctx, HOME, { problem }, { email: typed });
  }
  const outcome = await routes.passwordReset.ask(email, visitOf(ctx));
  if (outcome.outcome === 'wait') {
    const problem = throttled(ctx, outcome.milliseconds, outcome.limit, { email });
    return answerAt(ctx, HOME, { problem }, { email: typed });
  }
  ctx.state.audit('reset-asked', { email });
  answerAt(ctx, HOME, { isSent: true, email });
}

/** The form of a visitor whose link works; a GET changes nothing but the browser's own cookie. */
async function showNew(routes: ForgotPasswordRoutes, ctx: WebContext): Promise<void> {
  const known = await routes.passwordReset.look(readReset(ctx) ?? '');
  if (!known) return showGone(routes, ctx);
  const { status, ...told } = toldOf<Pick<NewPasswordView, 'strength' | 'problem'>>(ctx);
  allowOwnScripts(ctx);
  const view: NewPasswordView = {
    page: 'new-password',
    csrf: ctx.state.csrf,
    signedInAs: signedInAs(ctx),
    action: `${HOME}/new`,
    pass: '',
    ...known,
    ...told,
  };
  renderPage(ctx, view, status);
}

async function finish(routes: ForgotPasswordRoutes, ctx: WebContext): Promise<void> {
  const { password } = readForm(ctx, { password: text });
  const outcome = await routes.passwordReset.finish(readReset(ctx) ?? '', password, visitOf(ctx));
  switch (outcome.outcome) {
    case 'gone':
      ctx.state.audit('reset-refused');
      return gone(ctx);
    case 'refused':
      return answerAt(ctx, `${HOME}/new`, {
        strength: outcome.score,
        problem: { kind: 'fields', fields: { password: outcome.error } },
      });
    case 'changed':
      return goOn(routes, ctx, outcome);
  }
}

function goOn(
  { tickets }: ForgotPasswordRoutes,
  ctx: WebContext,
  { account, ended, score, creation }: Extract<ResetOutcome, { outcome: 'changed' }>,
): void {
  clearReset(ctx);
  ctx.state.audit('password-reset', { account });
  if (creation.outcome === 'refused') return seeOther(ctx, '/sign-in');
  const told = { ...ended, strength: score };
  const next =
    creation.outcome === 'signed-in'
      ? linkToPasswordChanged(tickets, creation.browser.uid, told)
      : '/account/security';
  continueSignIn(ctx, creation, next);
}

function gone(ctx: WebContext): void {
  clearReset(ctx);
  answerAt(ctx, HOME, { problem: { kind: 'wrong' } });
}

/** Of a link that was followed: its address says what it is worth, however often it is looked at. */
function showGone(routes: ForgotPasswordRoutes, ctx: WebContext): void {
  clearReset(ctx);
  render(routes, ctx, { problem: { kind: 'wrong' } }, 400);
}

type Told = Partial<Pick<ForgotPasswordView, 'isSent' | 'email' | 'problem'>>;

function show(routes: ForgotPasswordRoutes, ctx: WebContext): void {
  const { status, ...told } = toldOf<Told>(ctx);
  render(routes, ctx, { ...typedOf(ctx), ...told }, status);
}

function render({ outbox }: ForgotPasswordRoutes, ctx: WebContext, told: Told, status: number): void {
  const view: ForgotPasswordView = {
    page: 'forgot-password',
    csrf: ctx.state.csrf,
    signedInAs: signedInAs(ctx),
    outboxLink: outbox,
    isSent: false,
    ...told,
  };
  renderPage(ctx, view, status);
}
