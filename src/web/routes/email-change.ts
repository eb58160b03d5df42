/** `/account/security/email`: the new email, a code sent to it. */
import { Router } from '@koa/router';
import type { EmailChange } from '../../account-changes/email-change.ts';
import type { Session } from '../../accounts/session.ts';
import { readForm, sixDigits, text, textOf } from '../middleware/form.ts';
import type { StepUp } from '../middleware/step-up.ts';
import type { PageTickets } from '../page-tickets.ts';
import type { ChangeCodeView, EmailView } from '../pages/security.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { resendChangeCode, showChangeCode } from './change-code.ts';
import { backToSecurity } from './security.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { placeOf, throttled } from './visit.ts';

interface EmailChangeRoutes {
  readonly emailChange: EmailChange;
  readonly stepUp: StepUp;
  readonly tickets: PageTickets;
  /** Mail is in the outbox of this server: development without a mail server. */
  readonly outbox: boolean;
}

const HOME = '/account/security/email';
/** What is shown again in the field, at most. */
const MAX_TYPED = 254;

export function emailChangeRoutes(routes: EmailChangeRoutes): Router<WebState> {
  const router = new Router<WebState>();
  const { stepUp } = routes;
  router.get(
    HOME,
    signedIn(stepUp.before('change-email', (ctx, browser) => showForm(ctx, browser, '', undefined))),
  );
  router.post(HOME, signedIn(stepUp.before('change-email', (ctx, browser) => begin(routes, ctx, browser))));
  for (const step of ['code', 'resend']) router.get(`${HOME}/${step}`, (ctx) => seeOther(ctx, HOME));
  router.post(
    `${HOME}/code`,
    signedIn((ctx, browser) => confirm(routes, ctx, browser)),
  );
  router.post(
    `${HOME}/resend`,
    signedIn((ctx, browser) =>
      resendChangeCode(ctx, browser, {
        changes: routes.emailChange,
        tickets: routes.tickets,
        show: (ticket, rest) => showCode(routes, ctx, browser, ticket, rest),
      }),
    ),
  );
  return router;
}

async function begin(routes: EmailChangeRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const { email: typed } = readForm(ctx, { email: textOf(MAX_TYPED) });
  const outcome = await routes.emailChange.begin(browser, typed);
  switch (outcome.outcome) {
    case 'refused':
      return showForm(ctx, browser, typed, { kind: 'fields', fields: { email: outcome.error } });
    case 'wait':
      return showForm(ctx, browser, typed, throttled(ctx, outcome.milliseconds, outcome.limit));
    case 'mailed':
      return showCode(routes, ctx, browser, outcome.ticket, {});
  }
}

async function confirm(routes: EmailChangeRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const { ticket, code } = readForm(ctx, { ticket: text, code: sixDigits });
  if (code === undefined) {
    const problem = { kind: 'fields', fields: { code: 'malformed' } } as const;
    return showCode(routes, ctx, browser, ticket, { problem });
  }
  const outcome = await routes.emailChange.confirm(browser, ticket, code, placeOf(ctx));
  switch (outcome.outcome) {
    case 'changed':
      ctx.state.audit('email-changed');
      return backToSecurity(routes.tickets, ctx, browser, 'email');
    case 'taken':
      return backToSecurity(routes.tickets, ctx, browser, 'email-taken');
    case 'gone':
      return backToSecurity(routes.tickets, ctx, browser, 'begin-again');
    default:
      ctx.state.audit('proof-refused', { reason: outcome.outcome });
      return showCode(routes, ctx, browser, ticket, { problem: { kind: outcome.outcome } });
  }
}

function showForm(ctx: WebContext, browser: Session, typed: string, problem: EmailView['problem']): void {
  const parts = accountParts(ctx, browser, 'security');
  const status = problem === undefined ? 200 : problem.kind === 'throttled' ? 429 : 400;
  renderPage(ctx, { page: 'email', ...parts, email: typed, problem }, status);
}

function showCode(
  { emailChange, tickets, outbox }: EmailChangeRoutes,
  ctx: WebContext,
  browser: Session,
  ticket: string,
  rest: Pick<ChangeCodeView, 'notice' | 'problem'>,
): void {
  const email = emailChange.readTicket(ticket)?.email;
  if (email === undefined) return backToSecurity(tickets, ctx, browser, 'begin-again');
  showChangeCode(ctx, browser, { changes: 'email', ticket, email, outboxLink: outbox }, rest);
}
