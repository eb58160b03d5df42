/** `/account/security/password`: the password of now, a code by mail, the new password. */

import { Router } from '@koa/router';
import type { PasswordChange } from '../../account-changes/password-change.ts';
import type { Session } from '../../accounts/session.ts';
import { answerAt, toldOf } from '../form-answers.ts';
import { clearStep, readStep, setSession, setStep } from '../middleware/cookies.ts';
import { readForm, sixDigits, text } from '../middleware/form.ts';
import { CHANGE_PASSWORD_PATH } from '../middleware/protocol-paths.ts';
import { allowOwnScripts } from '../middleware/security-headers.ts';
import type { StepUp } from '../middleware/step-up.ts';
import type { PageTickets } from '../page-tickets.ts';
import { linkTo } from '../pages/labels.ts';
import type { NewPasswordView } from '../pages/security.ts';
import { renderPage, seeOther, signedInAs } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { atChangeCode, resendChangeCode, showChangeCode } from './change-code.ts';
import { backToPage } from './change-messages.ts';
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
const CODE = `${HOME}/code`;
const NEW = `${HOME}/new`;
const CHANGED = 'password-changed';

export function passwordChangeRoutes(routes: PasswordChangeRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  const { stepUp } = routes;
  const ask: SignedInPage = (ctx, browser) => stepUp.ask(ctx, browser, 'change-password', HOME);
  router.get(CHANGE_PASSWORD_PATH, (ctx) => seeOther(ctx, HOME));
  router.get(HOME, signedIn(ask));
  router.post(
    HOME,
    signedIn((ctx, browser) => (ctx.state.justProved ? begin(routes, ctx, browser) : ask(ctx, browser))),
  );
  router.get(CODE, signedIn(bound(showCode)));
  router.get(`${HOME}/resend`, (ctx) => seeOther(ctx, CODE));
  router.get(NEW, signedIn(bound(showNew)));
  router.post(CODE, signedIn(bound(confirm)));
  router.post(
    `${HOME}/resend`,
    signedIn((ctx, browser) =>
      resendChangeCode(ctx, browser, {
        changes: routes.passwordChange,
        what: 'password',
        tickets: routes.tickets,
      }),
    ),
  );
  router.post(NEW, signedIn(bound(finish)));
  router.get(`${HOME}/changed`, signedIn(bound(showChanged)));
  return router;
}

/** With no code to enter there is no page to say so on but the first one. */
async function begin(routes: PasswordChangeRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const sent = await routes.passwordChange.begin(browser);
  if (sent.outcome === 'mailed') return atChangeCode(ctx, 'password', sent.ticket);
  atChangeCode(ctx, 'password', '', { problem: throttled(ctx, sent.milliseconds, sent.limit) });
}

async function confirm(routes: PasswordChangeRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const { ticket, code } = readForm(ctx, { ticket: text, code: sixDigits });
  if (code === undefined) {
    const problem = { kind: 'fields', fields: { code: 'malformed' } } as const;
    return atChangeCode(ctx, 'password', ticket, { problem });
  }
  const outcome = await routes.passwordChange.confirm(browser, ticket, code);
  switch (outcome.outcome) {
    case 'right':
      clearStep(ctx, 'passwordCode');
      setStep(ctx, 'passwordPass', outcome.pass);
      return seeOther(ctx, NEW);
    case 'gone':
      return backToPage(routes.tickets, ctx, browser, 'password', 'begin-again');
    default:
      ctx.state.audit('proof-refused', { reason: outcome.outcome });
      return atChangeCode(ctx, 'password', ticket, { problem: { kind: outcome.outcome } });
  }
}

async function finish(routes: PasswordChangeRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const { pass, password } = readForm(ctx, { pass: text, password: text });
  const outcome = await routes.passwordChange.finish(browser, pass, password, placeOf(ctx));
  switch (outcome.outcome) {
    case 'gone':
      return backToPage(routes.tickets, ctx, browser, 'password', 'begin-again');
    case 'refused':
      setStep(ctx, 'passwordPass', pass);
      return answerAt(ctx, NEW, {
        strength: outcome.score,
        problem: { kind: 'fields', fields: { password: outcome.error } },
      });
    case 'changed': {
      clearStep(ctx, 'passwordPass');
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

/** Where a code could not be mailed, the page says that alone. */
function showCode({ passwordChange, outbox }: PasswordChangeRoutes, ctx: WebContext, browser: Session): void {
  const kept = readStep(ctx, 'passwordCode') ?? '';
  const email = passwordChange.readTicket(kept)?.email;
  const ticket = email === undefined ? '' : kept;
  if (ticket === '' && toldOf(ctx).status !== 429) return seeOther(ctx, HOME);
  const sentTo = email ?? browser.profile.email;
  showChangeCode(ctx, browser, { changes: 'password', ticket, email: sentTo, outboxLink: outbox });
}

async function showNew(
  { passwordChange }: PasswordChangeRoutes,
  ctx: WebContext,
  browser: Session,
): Promise<void> {
  const pass = readStep(ctx, 'passwordPass') ?? '';
  const role = await passwordChange.roleFor(browser, pass);
  if (!role) return seeOther(ctx, HOME);
  const { status, ...told } = toldOf<Pick<NewPasswordView, 'strength' | 'problem'>>(ctx);
  allowOwnScripts(ctx);
  const view: NewPasswordView = {
    page: 'new-password',
    csrf: ctx.state.csrf,
    signedInAs: signedInAs(ctx),
    action: NEW,
    pass,
    email: browser.profile.email,
    role,
    ...told,
  };
  renderPage(ctx, view, status);
}
