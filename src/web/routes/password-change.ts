/** `/account/security/password`: the password of now, a code by mail, the new password. */
import { Router } from '@koa/router';
import type { PasswordChange } from '../../account-changes/password-change.ts';
import type { Session } from '../../accounts/session.ts';
import { setSession } from '../middleware/cookies.ts';
import { readForm, sixDigits, text } from '../middleware/form.ts';
import type { StepUp } from '../middleware/step-up.ts';
import type { PageTickets } from '../page-tickets.ts';
import { linkTo } from '../pages/labels.ts';
import type { ChangeCodeView, NewPasswordView } from '../pages/security.ts';
import { renderPage, seeOther, signedInAs } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { type ChangeCode, resendChangeCode, showChangeCode } from './change-code.ts';
import { backToSecurity } from './security.ts';
import { accountParts, type SignedInPage, signedIn } from './signed-in.ts';
import { placeOf, queryOf, throttled } from './visit.ts';

interface PasswordChangeRoutes {
  readonly passwordChange: PasswordChange;
  readonly stepUp: StepUp;
  readonly tickets: PageTickets;
  /** Mail is in the outbox of this server: development without a mail server. */
  readonly outbox: boolean;
}

const HOME = '/account/security/password';
const CHANGED = 'password-changed';

export function passwordChangeRoutes(routes: PasswordChangeRoutes): Router<WebState> {
  const router = new Router<WebState>();
  const { stepUp } = routes;
  const ask: SignedInPage = (ctx, browser) => stepUp.ask(ctx, browser, 'change-password', HOME);
  router.get(HOME, signedIn(ask));
  router.post(
    HOME,
    signedIn((ctx, browser) => (ctx.state.justProved ? begin(routes, ctx, browser) : ask(ctx, browser))),
  );
  for (const step of ['code', 'resend', 'new']) {
    router.get(`${HOME}/${step}`, (ctx) => seeOther(ctx, HOME));
  }
  router.post(
    `${HOME}/code`,
    signedIn((ctx, browser) => confirm(routes, ctx, browser)),
  );
  router.post(
    `${HOME}/resend`,
    signedIn((ctx, browser) =>
      resendChangeCode(ctx, browser, {
        changes: routes.passwordChange,
        tickets: routes.tickets,
        show: (ticket, rest) => showCode(routes, ctx, browser, ticket, rest),
      }),
    ),
  );
  router.post(
    `${HOME}/new`,
    signedIn((ctx, browser) => finish(routes, ctx, browser)),
  );
  router.get(
    `${HOME}/changed`,
    signedIn((ctx, browser) => showChanged(routes, ctx, browser)),
  );
  return router;
}

/** With no code to enter there is no page to say so on but the first one. */
async function begin(routes: PasswordChangeRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const sent = await routes.passwordChange.begin(browser);
  if (sent.outcome === 'mailed') return showCode(routes, ctx, browser, sent.ticket, {});
  showCode(routes, ctx, browser, '', { problem: throttled(ctx, sent.milliseconds, sent.limit) });
}

async function confirm(routes: PasswordChangeRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const { ticket, code } = readForm(ctx, { ticket: text, code: sixDigits });
  if (code === undefined) {
    const problem = { kind: 'fields', fields: { code: 'malformed' } } as const;
    return showCode(routes, ctx, browser, ticket, { problem });
  }
  const outcome = await routes.passwordChange.confirm(browser, ticket, code);
  switch (outcome.outcome) {
    case 'right':
      return showNew(routes, ctx, browser, outcome.pass, {});
    case 'gone':
      return backToSecurity(routes.tickets, ctx, browser, 'begin-again');
    default:
      ctx.state.audit('proof-refused', { reason: outcome.outcome });
      return showCode(routes, ctx, browser, ticket, { problem: { kind: outcome.outcome } });
  }
}

async function finish(routes: PasswordChangeRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const { pass, password } = readForm(ctx, { pass: text, password: text });
  const outcome = await routes.passwordChange.finish(browser, pass, password, placeOf(ctx));
  switch (outcome.outcome) {
    case 'gone':
      return backToSecurity(routes.tickets, ctx, browser, 'begin-again');
    case 'refused':
      return showNew(routes, ctx, browser, pass, {
        strength: outcome.score,
        problem: { kind: 'fields', fields: { password: outcome.error } },
      });
    case 'changed': {
      setSession(ctx, outcome.browser.sessionId);
      ctx.state.browser = outcome.browser;
      ctx.state.audit('password-changed');
      const { grants, browsers } = outcome.ended;
      const told: Told = { grants, browsers, strength: outcome.score };
      return seeOther(ctx, linkToPasswordChanged(routes.tickets, outcome.browser.uid, told));
    }
  }
}

/** What has ended, sealed for the browser that ended it. */
interface Told {
  grants: number;
  browsers: number;
  strength: number;
}

/** The page that tells what a new password has ended. @param uid of the browser that is signed in now */
export function linkToPasswordChanged(tickets: PageTickets, uid: string, told: Told): string {
  const { grants, browsers, strength } = told;
  return linkTo(`${HOME}/changed`, { ended: tickets.issue(CHANGED, uid, { grants, browsers, strength }) });
}

function showChanged({ tickets }: PasswordChangeRoutes, ctx: WebContext, browser: Session): void {
  const told = tickets.read<Told>(CHANGED, browser.uid, queryOf(ctx, 'ended'));
  if (!told) return seeOther(ctx, '/account/security');
  renderPage(ctx, { page: 'password-changed', ...accountParts(ctx, browser, 'security'), ...told });
}

function showCode(
  { passwordChange, outbox, tickets }: PasswordChangeRoutes,
  ctx: WebContext,
  browser: Session,
  ticket: string,
  { notice, problem }: Pick<ChangeCodeView, 'notice' | 'problem'>,
): void {
  const email = passwordChange.readTicket(ticket)?.email;
  if (email === undefined && problem?.kind !== 'throttled') {
    return backToSecurity(tickets, ctx, browser, 'begin-again');
  }
  const code: ChangeCode = {
    changes: 'password',
    ticket,
    email: email ?? browser.profile.email,
    outboxLink: outbox,
  };
  showChangeCode(ctx, browser, code, { notice, problem });
}

async function showNew(
  { passwordChange, tickets }: PasswordChangeRoutes,
  ctx: WebContext,
  browser: Session,
  pass: string,
  rest: Pick<NewPasswordView, 'strength' | 'problem'>,
): Promise<void> {
  const role = await passwordChange.roleFor(browser, pass);
  if (!role) return backToSecurity(tickets, ctx, browser, 'begin-again');
  const view: NewPasswordView = {
    page: 'new-password',
    csrf: ctx.state.csrf,
    signedInAs: signedInAs(ctx),
    action: `${HOME}/new`,
    pass,
    email: browser.profile.email,
    role,
    ...rest,
  };
  renderPage(ctx, view, rest.problem ? 400 : 200);
}
