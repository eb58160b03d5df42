/** `/account/settings/email`: the new email, a code sent to it. */
import { Router } from '@koa/router';
import type { EmailChange } from '../../account-changes/email-change.ts';
import type { Session } from '../../accounts/session.ts';
import { answerAt, forgetTyped, keepTyped, toldOf, typedOf } from '../form-answers.ts';
import { clearStep, readStep } from '../middleware/cookies.ts';
import { readForm, sixDigits, text, textOf } from '../middleware/form.ts';
import type { StepUp } from '../middleware/step-up.ts';
import type { PageTickets } from '../page-tickets.ts';
import type { EmailView } from '../pages/security.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { atChangeCode, resendChangeCode, showChangeCode } from './change-code.ts';
import { backToPage } from './change-messages.ts';
import { accountParts, signedIn } from './signed-in.ts';
import { placeOf, throttled } from './visit.ts';

interface EmailChangeRoutes {
  readonly emailChange: EmailChange;
  readonly stepUp: StepUp;
  readonly tickets: PageTickets;
  /** Mail is in the outbox of this server: development without a mail server. */
  readonly outbox: boolean;
}

const HOME = '/account/settings/email';
/** What is shown again in the field, at most. */
const MAX_TYPED = 254;

export function emailChangeRoutes(routes: EmailChangeRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  const { stepUp } = routes;
  router.get(HOME, signedIn(stepUp.before('change-email', showForm)));
  router.post(HOME, signedIn(stepUp.before('change-email', bound(begin))));
  router.get(`${HOME}/code`, signedIn(bound(showCode)));
  router.get(`${HOME}/resend`, (ctx) => seeOther(ctx, `${HOME}/code`));
  router.post(`${HOME}/code`, signedIn(bound(confirm)));
  router.post(
    `${HOME}/resend`,
    signedIn((ctx, browser) =>
      resendChangeCode(ctx, browser, {
        changes: routes.emailChange,
        what: 'email',
        tickets: routes.tickets,
      }),
    ),
  );
  return router;
}

async function begin(routes: EmailChangeRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const { email: typed } = readForm(ctx, { email: textOf(MAX_TYPED) });
  const again = (problem: EmailView['problem']) => answerAt(ctx, HOME, { problem }, { email: typed });
  const outcome = await routes.emailChange.begin(browser, typed);
  switch (outcome.outcome) {
    case 'refused':
      return again({ kind: 'fields', fields: { email: outcome.error } });
    case 'wait':
      return again(throttled(ctx, outcome.milliseconds, outcome.limit));
    case 'mailed':
      keepTyped(ctx, HOME, { email: typed });
      return atChangeCode(ctx, 'email', outcome.ticket);
  }
}

async function confirm(routes: EmailChangeRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const { ticket, code } = readForm(ctx, { ticket: text, code: sixDigits });
  if (code === undefined) {
    const problem = { kind: 'fields', fields: { code: 'malformed' } } as const;
    return atChangeCode(ctx, 'email', ticket, { problem });
  }
  const outcome = await routes.emailChange.confirm(browser, ticket, code, placeOf(ctx));
  if (['changed', 'taken', 'gone'].includes(outcome.outcome)) clearStep(ctx, 'emailCode');
  switch (outcome.outcome) {
    case 'changed':
      forgetTyped(ctx);
      ctx.state.audit('email-changed');
      return backToPage(routes.tickets, ctx, browser, 'email', 'email');
    case 'taken':
      return backToPage(routes.tickets, ctx, browser, 'email', 'email-taken');
    case 'gone':
      return backToPage(routes.tickets, ctx, browser, 'email', 'begin-again');
    default:
      ctx.state.audit('proof-refused', { reason: outcome.outcome });
      return atChangeCode(ctx, 'email', ticket, { problem: { kind: outcome.outcome } });
  }
}

function showForm(ctx: WebContext, browser: Session): void {
  const parts = accountParts(ctx, browser, 'settings');
  const { status, ...told } = toldOf<Pick<EmailView, 'problem'>>(ctx);
  renderPage(ctx, { page: 'email', ...parts, email: typedOf(ctx)['email'] ?? '', ...told }, status);
}

function showCode({ emailChange, outbox }: EmailChangeRoutes, ctx: WebContext, browser: Session): void {
  const ticket = readStep(ctx, 'emailCode') ?? '';
  const email = emailChange.readTicket(ticket)?.email;
  if (email === undefined) return seeOther(ctx, HOME);
  showChangeCode(ctx, browser, { changes: 'email', ticket, email, outboxLink: outbox });
}
